"""hq_server/settings.py: a wrong setting is named with its file, key, value and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from configuration import ConfigError
from hq_server.settings import load


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "hq.toml"
    path.write_text(text, "utf-8")
    return path


def test_defaults_need_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORELOOP_HQ_LISTEN__PORT", "9000")
    settings = load(None)
    assert (settings.listen.host, settings.listen.port) == ("127.0.0.1", 9000)
    assert settings.zone.key == "Asia/Shanghai"


def test_the_environment_wins_and_data_lies_beside_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _file(tmp_path, 'data_dir = "d"\n[broker]\nhost = "a"\nport = 1\n')
    monkeypatch.setenv("STORELOOP_HQ_BROKER__HOST", "b")
    settings = load(file)
    assert (settings.broker.host, settings.broker.port) == ("b", 1)
    assert settings.database == f"sqlite:///{tmp_path / 'd' / 'hq.sqlite3'}"


def test_postgresql_is_reached_by_psycopg_and_https_makes_cookies_secure(tmp_path: Path) -> None:
    file = _file(
        tmp_path, 'database_url = "postgresql://u@h/d"\npublic_url = "https://hq.example"\n'
    )
    settings = load(file)
    assert settings.database == "postgresql+psycopg://u@h/d"
    assert settings.secure_cookies


@pytest.mark.parametrize(
    ("text", "key", "allowed"),
    [
        ("[listen]\nport = 99999", "listen.port", "less than or equal to 65535"),
        ("databse = 1", "databse", "there are data_dir"),
        ('time_zone = "Mars"', "time_zone", "Asia/Shanghai"),
        ('language = "fr"', "language", "'zh-CN' or 'en'"),
        ('public_url = "hq"', "public_url", "pattern"),
        ('[ingest]\nname = "a/b"', "ingest.name", "letters, digits"),
        ('[listen]\ntrusted_proxies = ["web"]', "listen.trusted_proxies", "10.0.0.0/8"),
        ('[listen]\ntrusted_proxies = ["10.0.0.1/8"]', "listen.trusted_proxies", "host bits"),
        ('database_url = "postgresql://u:p@h:54x/d"', "database_url", "1 to 65535"),
        ('database_url = "postgresql://h:99999/d"', "database_url", "1 to 65535"),
        ('[broker]\nca_file = "ca.crt"', "broker.ca_file = 'ca.crt'", "there is no such file"),
        ('[broker]\nothers = ["mqtt2"]', "broker.others", "host:port"),
        ('[broker]\nothers = ["mqtt2:0"]', "broker.others", "host:port"),
        ('[broker]\ncert_file = "a"', "broker", "cert_file and key_file go together"),
        ("= 1", "not TOML", "line 1"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, key: str, allowed: str) -> None:
    file = _file(tmp_path, text)
    with pytest.raises(ConfigError, match=r"hq\.toml") as caught:
        load(file)
    (line,) = caught.value.complaints
    assert f": {key}" in line
    assert allowed in line


def test_a_certificate_lies_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "ca.crt").write_text("")
    settings = load(_file(tmp_path, '[broker]\nca_file = "ca.crt"\n'))
    assert settings.broker.ca_file == tmp_path / "ca.crt"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p/w:d@h/d", "postgresql://u:p@h:5432/d", "postgresql://[::1]:5432/d",
        "postgresql:///d", "postgresql+psycopg://u@h/d?host=/tmp", "sqlite:///a:b/c.sqlite3",
    ],
)  # fmt: skip
def test_a_good_database_url_is_accepted(tmp_path: Path, url: str) -> None:
    assert load(_file(tmp_path, f'database_url = "{url}"\n')).database.endswith(url[-4:])


def test_a_secret_is_never_repeated(tmp_path: Path) -> None:
    file = _file(tmp_path, 'database_url = "mysql://u:geheim@h/d"')
    with pytest.raises(ConfigError) as caught:
        load(file)
    assert "geheim" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        load(tmp_path / "none.toml")


def test_each_broker_is_named_once(tmp_path: Path) -> None:
    file = _file(tmp_path, '[broker]\nhost = "a"\nothers = ["[::1]:1884", "a:1883", "b:8883"]\n')
    assert load(file).broker.addresses == (("a", 1883), ("::1", 1884), ("b", 8883))
