import dataclasses
from pathlib import Path

from edge_gateway import alarm_rows
from edge_gateway.today import Day
from outbox import Outbox
from tests.edge_gateway.field import START, response
from tests.edge_gateway.test_alarms import alarms


def outbox(folder: Path) -> Outbox:
    opened = Outbox.open(folder / "outbox.db", device="g1", program="test")
    alarm_rows.set_up(opened.database, START.wall_ms)
    return opened


def test_an_alarm_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    found = alarms().consider(response(urgent=True), START)
    assert found is not None
    first = outbox(tmp_path)
    with first.transaction():
        alarm_rows.save_alarm(first.database, found.alarm)
    taken = dataclasses.replace(found.alarm, acknowledged_by="王", acknowledged_ms=9, code="X")
    with first.transaction():
        alarm_rows.save_alarm(first.database, taken)
    first.close()
    assert alarm_rows.load_alarms(outbox(tmp_path).database) == [taken]


def test_only_alarms_taken_long_ago_are_dropped(tmp_path: Path) -> None:
    found = alarms().consider(response(urgent=True), START)
    assert found is not None
    old = dataclasses.replace(found.alarm, raised_ms=1)
    taken = dataclasses.replace(
        old, response="r2", alarm="a2", acknowledged_by="x", acknowledged_ms=2
    )
    first = outbox(tmp_path)
    with first.transaction():
        for alarm in (old, taken):
            alarm_rows.save_alarm(first.database, alarm)
    first.close()
    assert alarm_rows.load_alarms(outbox(tmp_path).database) == [old]


def test_a_day_that_cannot_be_read_starts_at_zero(tmp_path: Path) -> None:
    opened = outbox(tmp_path)
    with opened.transaction():
        alarm_rows.save_day(opened.database, "2026-11-22", b"{broken")
    assert alarm_rows.load_day(opened.database, "2026-11-22") == Day(day="2026-11-22")
    assert alarm_rows.load_day(opened.database, "2026-11-23") == Day(day="2026-11-23")


def test_an_older_write_that_is_tried_again_takes_nothing_back(tmp_path: Path) -> None:
    found = alarms().consider(response(urgent=True), START)
    assert found is not None
    taken = dataclasses.replace(
        found.alarm,
        topics=(*found.alarm.topics, "food-safety"),
        code="X",
        acknowledged_by="Li",
        acknowledged_ms=9,
    )
    opened = outbox(tmp_path)
    with opened.transaction():
        for alarm in (found.alarm, taken, found.alarm):
            alarm_rows.save_alarm(opened.database, alarm)
    assert alarm_rows.load_alarms(opened.database) == [taken]
