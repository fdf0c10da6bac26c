"""hq_server/starting.py: what an operator set up wrongly is said before anything starts."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from configuration import ConfigError
from hq_server.errors import HeldError
from hq_server.settings import Listen, Settings
from hq_server.starting import check_storage, listening

FILE = Path("hq.toml")


def test_folders_are_made_and_a_database_is_let_be(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "a" / "b")
    check_storage(settings, FILE)
    (tmp_path / "a" / "b" / "hq.sqlite3").write_bytes(b"")
    check_storage(settings, FILE)
    assert settings.data_dir.is_dir()


def test_a_folder_that_cannot_be_made_is_named_with_its_key(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"hq\.toml: data_dir = .*file/d.*Not a directory"):
        check_storage(Settings(data_dir=tmp_path / "file" / "d"), FILE)


def test_a_file_that_is_no_database_is_named_with_its_key(tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("not a database, but long enough to be one")
    settings = Settings.model_validate(
        {"data_dir": tmp_path / "d", "database_url": f"sqlite:///{other}"}
    )
    with pytest.raises(ConfigError, match=r"database_url = .*notes\.txt.*not an SQLite database"):
        check_storage(settings, FILE)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_port_in_use_is_named_with_its_holder(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as other:
        port = other.getsockname()[1]
        with pytest.raises(HeldError, match=rf"{host}:{port} is in use by "):
            listening(Listen(host=host, port=port), FILE)


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid", "a..b"])
def test_a_host_that_is_not_ours_is_named_with_its_key(host: str) -> None:
    with pytest.raises(ConfigError, match=rf"hq\.toml: listen\.host = '{host}'"):
        listening(Listen(host=host, port=18080), FILE)
