import pytest

from edge_gateway import events as ev
from edge_gateway.storage import Storage
from protocols.messages import Alarm, Lane
from tests.edge_gateway.field import START, later, response, stream
from tests.edge_gateway.test_alarms import alarms


def write_with_alarm() -> ev.Write:
    found = alarms().consider(response(urgent=True), START)
    assert found is not None
    relayed = ev.Relayed(stream=stream(), first=1, payloads=(b"x",), floor=1)
    return ev.Write(relayed=relayed, own=((Lane.URGENT, b"raised"),), alarms=(found.alarm,))


def broadcasts(commands: list[ev.Command]) -> list[Alarm]:
    said = [one.message for one in commands if isinstance(one, ev.Broadcast)]
    return [one for one in said if isinstance(one, Alarm)]


def test_d8_a_failed_write_confirms_nothing_yet_the_alarm_is_heard() -> None:
    storage = Storage()
    commands = storage.failed(ev.WriteFailed(write_with_alarm(), "disk full", None))
    assert storage.trouble == "disk full"
    assert len(broadcasts(commands)) == 1
    assert not any(isinstance(one, ev.AnswerDevice) for one in commands)


def test_own_findings_are_tried_again_and_not_announced_twice() -> None:
    storage = Storage()
    storage.failed(ev.WriteFailed(write_with_alarm(), "disk full", None))
    (again,) = storage.tick(later(2))
    assert isinstance(again, ev.Write)
    assert (again.relayed, again.own) == (None, ((Lane.URGENT, b"raised"),))
    assert storage.tick(later(4)) == []
    assert broadcasts(storage.written(ev.Written((again,), ()))) == []
    assert storage.trouble is None


def test_tries_keep_a_distance() -> None:
    storage = Storage()
    storage.tick(later(10))
    storage.failed(ev.WriteFailed(write_with_alarm(), "full", None))
    assert len(storage.tick(later(10))) == 1
    storage.failed(ev.WriteFailed(write_with_alarm(), "full", None))
    assert storage.tick(later(10.5)) == []


def test_a_gap_is_no_trouble_of_the_disk() -> None:
    storage = Storage()
    gap = ev.WriteFailed(write_with_alarm(), "what lies before", None, ev.Failure.GAP)
    assert len(broadcasts(storage.failed(gap))) == 1
    assert storage.trouble is None
    assert len(storage.tick(later(2))) == 1


def test_a_fault_of_our_own_is_said_and_not_repeated() -> None:
    storage = Storage()
    storage.failed(ev.WriteFailed(write_with_alarm(), "ValueError", None, ev.Failure.FAULT))
    assert storage.trouble == "ValueError"
    assert storage.tick(later(2)) == []


def test_d8_an_episode_of_trouble_is_logged_at_both_ends_and_not_in_between(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "edge_gateway.storage")
    storage = Storage()
    for _ in range(5):
        storage.failed(ev.WriteFailed(write_with_alarm(), "disk full", None))
        storage.written(ev.Written((ev.Write(today=("2026-11-22", b"{}")),), ()))
    assert storage.trouble == "disk full"
    storage.written(ev.Written((ev.Write(own=((Lane.BULK, b"x"),)),), ()))
    assert storage.trouble is None
    assert [one.getMessage() for one in caplog.records] == [
        "the outbox takes nothing, nothing is confirmed: disk full",
        "the outbox takes events again",
    ]
