"""What must be right before a program of HQ starts: its folders, its file, its address."""

from __future__ import annotations

import errno
import socket
from pathlib import Path

from configuration import ConfigError, make_folder
from configuration.holders import tcp_holder
from hq_server.errors import HeldError
from hq_server.settings import Listen, Settings

_SQLITE_STARTS_WITH = b"SQLite format 3\x00"
_WAITING_CONNECTIONS = 256


def check_storage(settings: Settings, file: Path | None) -> None:
    """Make the folders that HQ writes to; ConfigError when it cannot, or finds something else."""
    named = file or Path("environment")
    make_folder(settings.data_dir, file=named, key="data_dir")
    kept_in = settings.sqlite_file
    if kept_in is not None:
        make_folder(kept_in.parent, file=named, key="database_url")
        _sqlite(kept_in, f"{named}: database_url = {settings.database!a}")


def _sqlite(file: Path, where: str) -> None:
    try:
        with file.open("rb") as opened:
            found = opened.read(len(_SQLITE_STARTS_WITH))
    except FileNotFoundError:
        return
    except OSError as error:
        raise ConfigError([f"{where}: {error.strerror}"]) from error
    if found not in (b"", _SQLITE_STARTS_WITH):
        raise ConfigError([f"{where}: this file is not an SQLite database"])


def listening(listen: Listen, file: Path | None) -> socket.socket:
    """Return a socket on the address of the pages; HeldError or ConfigError when that fails."""
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    try:
        return socket.create_server(
            (listen.host, listen.port), family=family, backlog=_WAITING_CONNECTIONS
        )
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            holder = tcp_holder(listen.port)
            raise HeldError(f"{listen.host}:{listen.port} is in use by {holder}") from error
        named = file or "environment"
        if isinstance(error, PermissionError):
            line = f"{named}: listen.port = {listen.port}: this user may not listen there"
        else:
            line = f"{named}: listen.host = {listen.host!a}: should be an address of this machine"
        raise ConfigError([line]) from error
