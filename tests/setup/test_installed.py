"""Damage to a site-packages folder is found: versions, notes and files."""

import json
from pathlib import Path

import pytest

from setup.installed import Installed, locked, normal


def put(site: Path, name: str, version: str, files: tuple[str, ...]) -> None:
    notes = site / f"{name}-{version}.dist-info"
    notes.mkdir(parents=True)
    for file in files:
        (site / file).parent.mkdir(parents=True, exist_ok=True)
        (site / file).write_text("")
    listed = [*files, f"{notes.name}/RECORD", f"{name}/__pycache__/a.cpython-311.pyc"]
    (notes / "RECORD").write_text("".join(f"{file},,\n" for file in listed))


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "lib" / "site-packages"
    put(folder, "good_one", "1.0", ("good_one/__init__.py", "good_one/deep/a.py"))
    put(folder, "Other.Name", "2.1", ("other.py", "../../bin/other"))
    return folder


WANTED = {"good-one": "1.0", "other-name": "2.1"}


def test_a_whole_folder_is_whole(site: Path) -> None:
    assert Installed(site).damaged(WANTED) == []


@pytest.mark.parametrize("file", ["other.py", "../../bin/other", "Other.Name-2.1.dist-info/RECORD"])
def test_a_missing_file_is_seen(site: Path, file: str) -> None:
    (site / file).unlink()
    assert Installed(site).damaged(WANTED) == ["other-name"]


def test_a_missing_folder_is_seen(site: Path) -> None:
    (site / "good_one/deep/a.py").unlink()
    (site / "good_one/deep").rmdir()
    assert Installed(site).damaged(WANTED) == ["good-one"]


def test_another_version_or_none_is_seen(site: Path) -> None:
    assert Installed(site).damaged({"good-one": "1.1", "absent": "1.0"}) == ["good-one", "absent"]


def test_an_empty_record_is_damage(site: Path) -> None:
    (site / "good_one-1.0.dist-info/RECORD").write_text("")
    assert Installed(site).damaged(WANTED) == ["good-one"]


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert Installed(tmp_path / "absent").damaged(WANTED) == ["good-one", "other-name"]


def test_our_own_package_is_ours_only_from_this_checkout(site: Path, tmp_path: Path) -> None:
    put(site, "storeloop", "0.1.0", ("storeloop.pth",))
    assert not Installed(site).is_editable_from(tmp_path)
    origin = json.dumps({"url": tmp_path.as_uri(), "dir_info": {"editable": True}})
    (site / "storeloop-0.1.0.dist-info/direct_url.json").write_text(origin)
    assert Installed(site).is_editable_from(tmp_path)
    assert not Installed(site).is_editable_from(tmp_path / "elsewhere")


def test_names_and_versions_are_read_from_a_lock() -> None:
    lock = (
        "# made\nA_b==1.2.3 \\\n    --hash=sha256:00\n    # via x==9\nc==2 ; os_name == 'nt' \\\n"
    )
    assert locked(lock) == {"a-b": "1.2.3", "c": "2"}
    assert normal("Other.Name__x") == "other-name-x"
