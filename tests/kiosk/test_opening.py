"""The kiosk opens and closes by its hours, says so once, and never by a wrong clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk.events import HoursChanged
from kiosk.opening import Opening
from protocols.messages import Clock, ClockQuality
from protocols.survey import Hours

ZONE = ZoneInfo("Asia/Shanghai")
HOURS = (Hours(opens="08:00", closes="22:00"),)
OPEN = HoursChanged(open=True, opens_at=None)


def at(clock: str, quality: ClockQuality = ClockQuality.SYNCED) -> Clock:
    moment = datetime.fromisoformat(f"2026-11-22T{clock}").replace(tzinfo=ZONE)
    return Clock(boot="b", mono_ms=1, wall_ms=round(moment.timestamp() * 1000), quality=quality)


def test_each_change_is_said_once() -> None:
    opening = Opening()
    assert opening.look(HOURS, ZONE, at("21:59")) is None
    tomorrow = datetime(2026, 11, 23, 8, tzinfo=ZONE)
    assert opening.look(HOURS, ZONE, at("22:00")) == HoursChanged(open=False, opens_at=tomorrow)
    assert opening.look(HOURS, ZONE, at("23:00")) is None
    assert opening.look(HOURS, ZONE, at("08:00")) == OPEN
    assert opening.look((), ZONE, at("03:00")) is None


def test_new_hours_count_at_once() -> None:
    opening = Opening()
    longer = (Hours(opens="08:00", closes="23:00"),)
    assert opening.look(HOURS, ZONE, at("22:30")) is not None
    assert opening.look(longer, ZONE, at("22:30")) == OPEN


def test_by_a_clock_that_may_be_wrong_nobody_is_turned_away() -> None:
    opening = Opening()
    assert opening.look(HOURS, ZONE, at("03:00", ClockQuality.UNSYNCED)) is None
    assert opening.look(HOURS, ZONE, at("03:00")) is not None
    assert opening.look(HOURS, ZONE, at("03:00", ClockQuality.UNSYNCED)) == OPEN
