"""By when an answer is promised, against a clock that counts every open minute."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.hours import hours_of_every_day, is_open
from kiosk.promise import is_after_hours, promised_at
from protocols.briefs import Promise, PromiseClock, Promises


def policy(
    minutes: int = 120,
    clock: PromiseClock = PromiseClock.OPENING,
    *,
    opens: str = "08:00",
    closes: str = "22:00",
    zone: str = "Asia/Shanghai",
) -> Promises:
    promise = Promise(grade="A", minutes=minutes, clock=clock)
    return Promises(policy="1", timezone=zone, opens=opens, closes=closes, promises=(promise,))


def at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


STEP = 15  # minutes; all that is drawn below is a multiple of it


def walked(promises: Promises, now: datetime) -> datetime:
    """Count the open quarters of an hour one by one."""
    zone = ZoneInfo(promises.timezone)
    hours = hours_of_every_day(promises.opens, promises.closes)
    left, minute = promises.promises[0].minutes, now.astimezone(UTC)
    while left:
        counts = promises.promises[0].clock is PromiseClock.WALL or is_open(hours, minute, zone)
        minute += timedelta(minutes=STEP)
        left -= STEP * counts
    return minute.astimezone(zone)


@pytest.mark.parametrize(
    ("now", "clock", "expected"),
    [
        ("2026-11-22T13:12", PromiseClock.OPENING, "2026-11-22T15:12"),
        ("2026-11-22T21:48", PromiseClock.OPENING, "2026-11-23T09:48"),
        ("2026-11-22T20:00", PromiseClock.OPENING, "2026-11-22T22:00"),
        ("2026-11-22T23:30", PromiseClock.OPENING, "2026-11-23T10:00"),
        ("2026-11-22T23:30", PromiseClock.WALL, "2026-11-23T01:30"),
    ],
)
def test_opening_time_stands_still_while_the_store_is_shut(
    now: str, clock: PromiseClock, expected: str
) -> None:
    assert promised_at(policy(clock=clock), "A", at(now)) == at(expected)


def test_promise_is_a_full_minute_and_never_earlier_than_the_policy_says() -> None:
    now = at("2026-11-22T13:12") + timedelta(seconds=1)
    assert promised_at(policy(), "A", now) == at("2026-11-22T15:13")


def test_nothing_is_promised_that_the_policy_lacks_or_for_a_zone_that_nobody_knows() -> None:
    now = at("2026-11-22T13:12")
    assert promised_at(policy(), "S", now) is None
    for zone in ("Nowhere/City", "../etc", ""):
        assert promised_at(policy(zone=zone), "A", now) is None


def test_longest_promise_that_a_brief_may_hold_is_found() -> None:
    due = promised_at(policy(100_000), "A", at("2026-11-22T08:00"))
    assert due == at("2026-11-22T08:00") + timedelta(days=119, minutes=100_000 - 119 * 14 * 60)


times = st.integers(0, 47).map(lambda n: f"{n // 2:02d}:{n % 2 * 30:02d}")


policies = st.builds(
    policy,
    st.integers(1, 200).map(lambda n: n * STEP),
    st.sampled_from(PromiseClock),
    opens=times,
    closes=times,
    zone=st.sampled_from(["Europe/Berlin", "Asia/Shanghai"]),
)
# The nights on which clocks in Europe change follow two of these.
starts = st.sampled_from(["2026-03-27T00:00", "2026-10-23T00:00", "2026-07-01T00:00"])


@settings(max_examples=60, deadline=None)
@given(policies, starts, st.integers(0, 3 * 96))
def test_promise_is_where_a_walk_through_the_minutes_ends(
    promises: Promises, start: str, quarters: int
) -> None:
    now = at(start, promises.timezone).astimezone(UTC) + timedelta(minutes=STEP * quarters)
    assert promised_at(promises, "A", now) == walked(promises, now)


@pytest.mark.parametrize(
    ("now", "doubted"),
    [("07:59", True), ("08:00", False), ("22:29", False), ("22:30", True), ("03:00", True)],
)
def test_after_hours_begin_half_an_hour_after_closing(now: str, doubted: bool) -> None:
    assert is_after_hours(policy(), at(f"2026-11-22T{now}")) is doubted


def test_store_that_never_shuts_has_no_after_hours() -> None:
    always = policy(opens="00:00", closes="24:00")
    assert not any(is_after_hours(always, at(f"2026-11-22T{n:02d}:00")) for n in range(24))
    assert not is_after_hours(policy(zone="Nowhere/City"), at("2026-11-22T03:00"))


@pytest.mark.parametrize(
    ("opens", "closes", "minutes"), [("24:00", "00:00", 1), ("08:00", "08:01", 100_000)]
)
def test_a_store_that_is_hardly_ever_open_promises_nothing_and_keeps_nobody_waiting(
    opens: str, closes: str, minutes: int
) -> None:
    rarely = policy(minutes, opens=opens, closes=closes)
    assert promised_at(rarely, "A", at("2026-11-22T11:00")) is None
