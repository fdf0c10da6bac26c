"""uv looks where the user's pip looks."""

from pathlib import Path

from setup.pip_settings import for_uv, parse


def test_later_sources_win_as_in_pip() -> None:
    listing = (
        ":env:.index-url='https://mirror.example/env'\n"
        "global.index-url='https://mirror.example/global'\n"
        "global.cert='/certs/all.pem'\n"
        "install.find-links='one two'\n"
        "list.format='columns'\n"
        "a line that pip does not print\n"
    )
    assert parse(listing) == {
        "index-url": "https://mirror.example/env",
        "cert": "/certs/all.pem",
        "find-links": "one two",
    }


def test_every_setting_reaches_uv(tmp_path: Path) -> None:
    pip = {
        "index-url": "https://mirror.example/simple",
        "extra-index-url": f"https://more.example/simple file://{tmp_path}",
        "find-links": str(tmp_path),
        "cert": "/certs/all.pem",
        "default-timeout": "90",
        "no-index": "true",
    }
    env = for_uv(pip, {})
    assert env["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert env["UV_INDEX"] == f"https://more.example/simple file://{tmp_path}"
    assert env["UV_FIND_LINKS"] == str(tmp_path)
    assert env["SSL_CERT_FILE"] == "/certs/all.pem"
    assert env["UV_HTTP_TIMEOUT"] == "90"
    assert env["UV_NO_INDEX"] == "1"


def test_folders_that_are_not_there_are_passed_over_as_pip_does(tmp_path: Path) -> None:
    absent = tmp_path / "absent"
    env = for_uv({"extra-index-url": f"file://{absent}", "find-links": str(absent)}, {})
    assert "UV_INDEX" not in env
    assert "UV_FIND_LINKS" not in env


def test_what_the_user_told_uv_stays() -> None:
    env = for_uv({"index-url": "https://a.example"}, {"UV_DEFAULT_INDEX": "https://b.example"})
    assert "UV_DEFAULT_INDEX" not in env


def test_a_plain_machine_needs_nothing_but_uv_s_manners() -> None:
    assert set(for_uv(parse(""), {})) == {"UV_INDEX_STRATEGY", "UV_PYTHON_DOWNLOADS"}
