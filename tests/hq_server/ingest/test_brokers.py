"""hq_server/ingest/brokers.py: two brokers that know nothing of each other, as one."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from hq_server.database import Database
from hq_server.ingest.brokers import Brokers
from hq_server.ingest.intake import Answer
from hq_server.ingest.partitions import ALL
from hq_server.ingest.worker import Worker
from hq_server.settings import BrokerSettings, Settings
from hq_server.tables import feedback
from protocols import topics
from protocols.messages import Committed, HqState
from simulator.broker import EmbeddedBroker
from tests.hq_server.conftest import NOW
from tests.hq_server.field import KIOSK, batch, response
from tests.hq_server.peer import PATIENCE_SECONDS, Gateway, until


@pytest.fixture
def second_port(broker_port: int, tmp_path: Path) -> Iterator[int]:
    """Another mosquitto; the first one's fixture knows that there is one."""
    del broker_port
    program = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    assert program
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    config = tmp_path / "second.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    process = subprocess.Popen([program, "-c", str(config)], stderr=subprocess.DEVNULL)
    try:
        yield port
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def brokers(
    broker_port: int, second_port: int, request: pytest.FixtureRequest
) -> Iterator[Brokers]:
    settings = BrokerSettings(port=broker_port, others=(f"127.0.0.1:{second_port}",))
    made = Brokers(settings, request.node.name, lambda: NOW)
    made.hold(ALL)
    made.start()
    until(lambda: made.connected == 2)
    yield made
    made.stop()


def _answer(gateway: str, through: int) -> Answer:
    return Answer(gateway=gateway, message=Committed(stream=KIOSK, through=through))


def test_a_gateway_hears_its_answer_where_it_spoke(
    broker_port: int, second_port: int, brokers: Brokers
) -> None:
    here, there = Gateway(broker_port, "g1"), Gateway(second_port, "g2")
    elsewhere = Gateway(second_port, "g1")
    for gateway in (here, there):
        gateway.send(b"x")
    pending = brokers.take(2, PATIENCE_SECONDS, PATIENCE_SECONDS)
    assert {each.taken.topic for each in pending} == {topics.up("g1"), topics.up("g2")}
    brokers.answer([_answer("g1", 7), _answer("g2", 8)], pending)
    brokers.acknowledge(pending)
    until(lambda: (here.committed(), there.committed()) == (7, 8))
    assert elsewhere.committed() == 0
    for gateway in (here, there, elsewhere):
        gateway.close()


def test_a_gateway_that_moved_hears_it_at_its_new_broker(
    broker_port: int, second_port: int, brokers: Brokers
) -> None:
    before, after = Gateway(broker_port, "g1"), Gateway(second_port, "g1")
    before.send(b"x")
    first = brokers.take(1, PATIENCE_SECONDS, 0)
    after.send(b"y")
    pending = first + brokers.take(1, PATIENCE_SECONDS, 0)
    brokers.answer([_answer("g1", 9)], pending)
    until(lambda: after.committed() == 9)
    assert before.committed() == 0
    before.close()
    after.close()


def test_presence_stands_at_every_broker_with_the_partitions(
    broker_port: int, second_port: int, brokers: Brokers, request: pytest.FixtureRequest
) -> None:
    del request
    watchers = [Gateway(port) for port in (broker_port, second_port)]

    def _all_say(partitions: tuple[int, ...] | None) -> bool:
        return all(
            any(isinstance(m, HqState) and m.online and m.partitions == partitions
                for m in watcher.heard)
            for watcher in watchers
        )  # fmt: skip

    until(lambda: _all_say(None))
    boots = {m.boot for w in watchers for m in w.heard if isinstance(m, HqState) and m.online}
    brokers.hold(frozenset({3, 5}))
    until(lambda: _all_say((3, 5)))
    again = {m.boot for w in watchers for m in w.heard if isinstance(m, HqState) and m.online}
    assert boots == again, "a moved partition asks nobody else to offer again"
    for watcher in watchers:
        watcher.close()


def test_what_is_not_held_any_more_is_neither_taken_nor_left_at_the_broker(
    broker_port: int, brokers: Brokers
) -> None:
    gateway = Gateway(broker_port, "g1")
    own = topics.partition("g1")
    brokers.hold(ALL - {own})
    gateway.send(b"others' business")
    gateway.send(b"a state", topics.state("g1"))
    gateway.send(b"ours", f"storeloop/v1/up/{(own + 1) % 64}/g1")
    (got,) = brokers.take(9, PATIENCE_SECONDS, 0.3)
    assert got.taken.payload == b"ours"
    brokers.acknowledge([got])
    gateway.heard.clear()
    brokers.hold(ALL)
    until(lambda: any(isinstance(m, HqState) and m.partitions is None for m in gateway.heard))
    gateway.send(b"ours again")  # who hears that it is taken in, is heard
    (got,) = brokers.take(9, PATIENCE_SECONDS, 0.3)
    assert got.taken.payload == b"ours again"
    gateway.close()


def test_d4_of_two_brokers_one_is_killed_and_nothing_is_lost(
    broker_port: int, database: Database, tmp_path: Path
) -> None:
    """What its gateway sent there and was not told of, it sends again elsewhere: kept once."""
    with EmbeddedBroker() as dying:
        settings = Settings.model_validate(
            {
                "data_dir": tmp_path,
                "broker": {"port": broker_port, "others": [f"127.0.0.1:{dying.port}"]},
                "ingest": {"name": f"two{broker_port}{dying.port}"},
            }
        )
        worker = Worker(settings, database)
        stop = threading.Event()
        thread = threading.Thread(target=worker.run, args=(stop,))
        thread.start()
        try:
            until(lambda: worker.brokers.connected == 2)
            there, here = Gateway(dying.port, "g1"), Gateway(broker_port, "g1")
            there.send(batch(response("r1"), response("r2")))
            until(lambda: there.committed() == 2)
            there.send(batch(response("r3"), first=3))
            there.close()
            dying.stop()
            here.send(batch(*(response(f"r{n}") for n in range(2, 6)), first=2))
            until(lambda: here.committed() == 5)
            until(lambda: worker.brokers.connected == 1)
        finally:
            stop.set()
            thread.join()
    here.close()
    with database.reading() as connection:
        assert len(connection.execute(sa.select(feedback.c.id)).all()) == 5
    assert worker.intake.counted["events"] == 5
