"""hq_server/ingest/worker.py with a real broker: exactly once, through every kind of loss."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from hq_server.clock import utc_now
from hq_server.database import Database
from hq_server.devices import service as devices
from hq_server.errors import HeldError
from hq_server.ingest.intake import Care
from hq_server.ingest.lease import processes
from hq_server.ingest.partitions import ALL
from hq_server.ingest.worker import Worker
from hq_server.settings import IngestSettings, Settings
from hq_server.tables import dead_letters, feedback, gateways, streams
from protocols import topics, wire
from protocols.messages import Batch, GatewayState, HqState, Lane, Stream
from tests.hq_server.conftest import NOW
from tests.hq_server.field import BULK, KIOSK, at, batch, committed, response, taken
from tests.hq_server.peer import Gateway, running, settings_at, take_over, until


def _count(database: Database) -> int:
    with database.reading() as connection:
        wanted = sa.select(sa.func.count()).select_from(feedback)
        return connection.execute(wanted).scalar_one()


def _numbered(first: int, last: int) -> Batch:
    return batch(*(response(f"r{n}") for n in range(first, last + 1)), first=first)


def test_d4_answered_only_after_the_commit(
    broker_port: int, database: Database, gateway: Gateway, tmp_path: Path
) -> None:
    with running(settings_at(broker_port, tmp_path), database):
        gateway.send(b"\x00 hostile")
        gateway.send(_numbered(1, 300))
        gateway.send(_numbered(301, 500))
        until(lambda: gateway.committed() == 500)
        assert _count(database) == 500
    states = [message for message in gateway.heard if isinstance(message, HqState)]
    until(lambda: any(isinstance(m, HqState) and not m.online for m in gateway.heard))
    assert states[0].boot


def test_d4_nothing_is_acknowledged_or_answered_before_the_commit(
    broker_port: int, database: Database, gateway: Gateway, tmp_path: Path
) -> None:
    settings = settings_at(broker_port, tmp_path)
    sent = _numbered(1, 5)
    with running(settings, database):
        with database.writing() as connection:  # the commit waits for this one
            if database.engine.dialect.name == "postgresql":
                connection.exec_driver_sql("LOCK TABLE streams IN ACCESS EXCLUSIVE MODE")
            gateway.send(sent)
            time.sleep(0.5)
            held = take_over(broker_port, settings.ingest.name, until_heard=1)
            assert wire.encode(sent) in held
            assert gateway.committed() == 0
        until(lambda: gateway.committed() == 5)
    assert _count(database) == 5


def test_what_came_while_ingest_was_away_waits_at_the_broker(
    broker_port: int, database: Database, gateway: Gateway, tmp_path: Path
) -> None:
    settings = settings_at(broker_port, tmp_path)
    with running(settings, database):
        gateway.send(_numbered(1, 10))
        until(lambda: gateway.committed() == 10)
    gateway.send(_numbered(11, 20))
    with running(settings, database):
        until(lambda: gateway.committed() == 20)
    assert _count(database) == 20


def test_a_gateways_presence_is_shown(
    broker_port: int, database: Database, gateway: Gateway, tmp_path: Path
) -> None:
    state = GatewayState(gateway="g1", store="s1", online=True, epoch="e", at=at(), waiting=3)

    def _waiting() -> int | None:
        with database.reading() as connection:
            wanted = sa.select(gateways.c.waiting).where(gateways.c.id == "g1")
            found: int | None = connection.execute(wanted).scalar_one()
            return found

    with running(settings_at(broker_port, tmp_path), database):
        gateway.send(state, topics.state("g1"))
        until(lambda: _waiting() == 3)
    assert _waiting() == 3


def test_a_second_ingest_of_the_name_is_told_who_runs_it(
    broker_port: int, database: Database, tmp_path: Path
) -> None:
    settings = settings_at(broker_port, tmp_path)
    with running(settings, database), pytest.raises(HeldError, match=r"is run by .* pid \d+"):
        Worker(settings, database).run(threading.Event())


def _of_each_half() -> tuple[str, str]:
    """Return two gateways whose partitions two processes share between them."""
    names = [f"gw{number}" for number in range(200)]
    low = next(name for name in names if topics.partition(name) < 32)
    high = next(name for name in names if topics.partition(name) >= 32)
    return low, high


def _register(database: Database, *names: str) -> None:
    with database.writing() as connection:
        for name in names:
            devices.add_gateway(connection, name, "s1", NOW)


def _from(name: str, first: int, last: int) -> Batch:
    events = (response(f"{name}-{n}") for n in range(first, last + 1))
    return batch(*events, stream=Stream(device=name, epoch="e1", lane=Lane.BULK), first=first)


def _config(database: Database, settings: Settings, folder: Path, name: str) -> list[str]:
    config = folder / f"{name}.toml"
    broker = settings.broker
    others = ", ".join(f'"{other}"' for other in broker.others)
    config.write_text(
        f'data_dir = "."\ndatabase_url = "{database.url}"\n'
        f'[broker]\nport = {broker.port}\nothers = [{others}]\n[ingest]\nname = "{name}"\n'
    )
    return [sys.executable, "-m", "hq_server", "ingest", "--config", str(config)]


@pytest.mark.acceptance
def test_d4_of_two_processes_one_is_killed_and_the_other_takes_its_partitions(
    broker_port: int, database: Database, tmp_path: Path
) -> None:
    names = _of_each_half()
    _register(database, *names)
    settings = settings_at(broker_port, tmp_path)
    peers = [Gateway(broker_port, name) for name in names]
    name = settings.ingest.name
    command = _config(database, settings, tmp_path, f"{name}b")
    with running(settings, database) as worker, ExitStack() as ending:
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        ending.callback(process.kill)
        until(lambda: len(worker._lease.partitions) == 32)
        until(lambda: sum(_covers(peer, f"{name}b") for peer in peers) == 1)
        for peer, gateway in zip(peers, names, strict=True):
            peer.send(_from(gateway, 1, 50))
        until(lambda: [peer.committed() for peer in peers] == [50, 50])
        assert 0 < worker.intake.counted["events"] < 100, "each took its own part"
        process.kill()
        process.wait()
        until(lambda: len(worker._lease.partitions) == 64)
        for peer, gateway in zip(peers, names, strict=True):
            until(lambda peer=peer: _covers(peer, name))  # type: ignore[misc]
            peer.send(_from(gateway, 51, 100))
        until(lambda: [peer.committed() for peer in peers] == [100, 100])
    assert _count(database) == 200
    for peer in peers:
        peer.close()


def _covers(gateway: Gateway, ingest: str) -> bool:
    """Return whether a gateway hears that this process takes it in."""
    said = [state for name, state in gateway.states if name == ingest]
    if not said or not said[-1].online:
        return False
    held = said[-1].partitions
    return held is None or topics.partition(gateway.name) in held


def test_d6_two_that_both_believe_to_hold_a_partition_count_everything_once(
    database: Database, settings: Settings
) -> None:
    """Correctness never depends on the lease: the watermarks keep it."""
    workers = [
        Worker(
            settings.model_copy(update={"ingest": IngestSettings(name=name)}),
            database,
            lambda: NOW,  # nobody looks at the lease again, however long this takes
        )
        for name in ("a", "b")
    ]
    for worker in workers:
        worker._lease.take()
        worker._lease.partitions = ALL
    start = threading.Barrier(2)
    sent = [
        taken(batch(response(f"{device}-{n}"), stream=_bulk_of(device), first=n))
        for n in range(1, 41)
        for device in ("k1", "k2")
    ]

    def _work(worker: Worker) -> None:
        start.wait()
        for message in sent:
            worker._take([message], Care.TOGETHER)

    threads = [threading.Thread(target=_work, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as connection:
        rows = connection.execute(sa.select(streams.c.through, streams.c.duplicates)).all()
    assert rows == [(40, 40), (40, 40)]
    assert _count(database) == 80
    assert sum(worker.intake.counted["events"] for worker in workers) == 80


def _bulk_of(device: str) -> Stream:
    return Stream(device=device, epoch="e1", lane=Lane.BULK)


def test_what_waits_of_a_partition_that_was_handed_over_is_not_taken(
    database: Database, worker: Worker
) -> None:
    worker._lease.partitions = ALL - {topics.partition("g1")}
    assert worker._keep([taken(batch(response("r1")))], Hurried()) == []
    assert _count(database) == 0


def test_the_figures_stand_in_the_database(
    broker_port: int, database: Database, gateway: Gateway, tmp_path: Path
) -> None:
    settings = settings_at(broker_port, tmp_path)

    def _events() -> float:
        with database.reading() as connection:
            (found,) = processes(connection, utc_now())
        return found.counted("events") if found.name == settings.ingest.name else -1

    with running(settings, database):
        gateway.send(_numbered(1, 30))
        until(lambda: _events() == 30)
    with database.reading() as connection:
        assert processes(connection, utc_now()) == [], "one that ended in order is no process"


@pytest.mark.acceptance
def test_killed_in_mid_stream_it_counts_everything_once(
    broker_port: int, database: Database, gateway: Gateway, tmp_path: Path
) -> None:
    """kill -9 while batches come in; the next process takes the lease of the dead one at once."""
    settings = settings_at(broker_port, tmp_path)
    config = tmp_path / "hq.toml"
    config.write_text(
        f'data_dir = "."\ndatabase_url = "{database.url}"\n'
        f'[broker]\nport = {broker_port}\n[ingest]\nname = "{settings.ingest.name}"\n'
    )
    command = [sys.executable, "-m", "hq_server", "ingest", "--config", str(config)]
    for round_ in range(3):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        base = round_ * 400
        until(lambda: any(isinstance(m, HqState) and m.online for m in gateway.heard))
        for first in range(base + 1, base + 401, 20):
            gateway.send(_numbered(first, first + 19))
        until(lambda base=base: gateway.committed() > base)  # type: ignore[misc]
        process.kill()
        process.wait()
        gateway.heard = [m for m in gateway.heard if not isinstance(m, HqState)]
    with running(settings, database):
        until(lambda: gateway.committed() == 1200)
    assert _count(database) == 1200
    with database.reading() as connection:
        through = connection.execute(
            sa.select(streams.c.through).where(streams.c.device == KIOSK.device)
        ).scalar_one()
    assert through == 1200


@contextmanager
def _away(database: Database) -> Iterator[None]:
    """Take the database away for a while, as an operator's mishap would."""
    if database.engine.dialect.name == "sqlite":
        with database.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE streams RENAME TO away")
        yield
        with database.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE away RENAME TO streams")
        return
    name = database.engine.url.database
    server = Database(
        database.engine.url.set(database="postgres").render_as_string(hide_password=False)
    )
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )
        yield
        connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    server.close()


def test_while_the_database_is_away_nothing_is_confirmed_and_nothing_lost(
    broker_port: int, database: Database, gateway: Gateway, tmp_path: Path
) -> None:
    with running(settings_at(broker_port, tmp_path), database):
        with _away(database):
            gateway.send(_numbered(1, 50))
            time.sleep(1.5)
            assert gateway.committed() == 0
        until(lambda: gateway.committed() == 50)
    assert _count(database) == 50


def test_told_to_stop_while_the_database_is_away_it_stops(
    broker_port: int, database: Database, gateway: Gateway, tmp_path: Path
) -> None:
    with ExitStack() as at_work:
        at_work.enter_context(running(settings_at(broker_port, tmp_path), database))
        gateway.send(_numbered(1, 5))
        until(lambda: gateway.committed() == 5)
        with _away(database):
            gateway.send(_numbered(6, 9))
            at_work.close()
    assert gateway.committed() == 5
    assert _count(database) == 5


class Hurried(threading.Event):
    """A stop that nobody asks for, and that makes nobody wait."""

    def wait(self, timeout: float | None = None) -> bool:
        del timeout
        return self.is_set()


@contextmanager
def _failing(
    database: Database, fails: Callable[[str, str], bool], cause: Exception | None = None
) -> Iterator[None]:
    """Let statements fail for which `fails` says so, of their text and parameters."""

    def _check(_c: object, _k: object, statement: str, parameters: object, *_more: object) -> None:
        if fails(statement, str(parameters)):
            refused = cause or Exception("refused: secret words")
            raise OperationalError(statement, None, refused)

    sa.event.listen(database.engine, "before_cursor_execute", _check)
    yield
    sa.event.remove(database.engine, "before_cursor_execute", _check)


def _letters(database: Database) -> list[sa.RowMapping]:
    with database.reading() as connection:
        return list(connection.execute(sa.select(dead_letters)).mappings())


@pytest.fixture
def worker(settings: Settings, database: Database) -> Worker:
    """A worker with its lease, without a broker."""
    made = Worker(settings, database, lambda: NOW)
    made._lease.take()
    return made


def test_d7_an_event_that_never_passes_while_the_database_works_is_a_dead_letter(
    database: Database, worker: Worker
) -> None:
    said = batch(response("r1"), response("r2", note="poison"), response("r3"))
    other = batch(response("r4"), stream=BULK)

    def _fails(statement: str, parameters: str) -> bool:
        return "INTO feedback" in statement and "poison" in parameters

    with _failing(database, _fails):
        answers = worker._keep([taken(said), taken(other)], Hurried())
    assert answers is not None
    assert [each.through for each in committed(answers)] == [3, 1]
    assert [letter["seq"] for letter in _letters(database)] == [2]
    assert _count(database) == 3


def test_d7_a_message_that_never_passes_while_the_database_works_blocks_nobody(
    database: Database, worker: Worker
) -> None:
    said, other = taken(batch(response("r1"))), taken(batch(response("r2"), stream=BULK))

    def _fails(statement: str, parameters: str) -> bool:
        return "INTO streams" in statement and "urgent" in parameters

    with _failing(database, _fails):
        answers = worker._keep([said, other], Hurried())
    assert answers is not None
    assert [each.stream for each in committed(answers)] == [BULK]
    assert [letter["raw"] for letter in _letters(database)] == [said.payload]


def test_a_database_that_does_not_write_makes_no_dead_letters(
    database: Database, worker: Worker
) -> None:
    failures_left = iter(range(50))

    def _fails(statement: str, _parameters: str) -> bool:
        return (
            not statement.startswith(("SELECT", "BEGIN")) and next(failures_left, None) is not None
        )

    with _failing(database, _fails):
        answers = worker._keep([taken(batch(response("r1")))], Hurried())
    assert answers is not None
    assert [each.through for each in committed(answers)] == [1]
    assert (_letters(database), next(failures_left, None)) == ([], None)


def _no_room() -> sqlite3.OperationalError:
    with closing(sqlite3.connect(":memory:")) as file:
        file.execute("PRAGMA max_page_count = 1")
        with pytest.raises(sqlite3.OperationalError) as full:
            file.execute("CREATE TABLE t (a)")
    return full.value


def test_a_full_disk_that_has_room_for_small_writes_makes_no_dead_letters(
    database: Database, worker: Worker
) -> None:
    """D7 is for what can never be taken in; this passes as soon as there is room."""
    failures_left = iter(range(50))

    def _fails(statement: str, _parameters: str) -> bool:
        return "INTO feedback" in statement and next(failures_left, None) is not None

    with _failing(database, _fails, _no_room()):
        answers = worker._keep([taken(batch(response("r1")))], Hurried())
    assert answers is not None
    assert [each.through for each in committed(answers)] == [1]
    assert (_letters(database), next(failures_left, None)) == ([], None)


def test_no_word_of_a_shopper_is_logged_when_the_database_refuses(
    database: Database, worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    refusal = "ALTER TABLE feedback ADD CONSTRAINT refuse CHECK (rev > 5)"
    if database.engine.dialect.name == "sqlite":
        refusal = (
            "CREATE TRIGGER refuse BEFORE INSERT ON feedback "
            "BEGIN SELECT RAISE(ABORT, 'secret words'); END"
        )
    with database.writing() as connection:
        connection.exec_driver_sql(refusal)
    said = response("r1", note="secret words 病得很重", contact_sealed="SEALED", rating=1)
    with _failing(database, lambda statement, _parameters: "INTO streams" in statement):
        worker._keep([taken(batch(said))], Hurried())
    worker._keep([taken(batch(said))], Hurried())
    assert "IntegrityError" in caplog.text
    assert "OperationalError" in caplog.text
    for word in ("secret", "病得很重", "SEALED"):
        assert word not in caplog.text
