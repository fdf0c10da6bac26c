"""Open or shut, and until when: against a clock that walks minute by minute."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.hours import hours_of_every_day, is_open, opens_at, spans, spoken
from protocols.survey import Hours

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
DAILY = hours_of_every_day("08:00", "22:00")
NIGHT = (Hours(days="56", opens="18:00", closes="02:00"),)

times = st.integers(0, 24 * 60 - 1).map(lambda n: f"{n // 60:02d}:{n % 60:02d}")
days = st.sets(st.sampled_from("1234567"), min_size=1).map(lambda found: "".join(sorted(found)))
some_hours = st.lists(
    st.builds(Hours, days=days, opens=times, closes=times), min_size=1, max_size=3
).map(tuple)
# Around the nights on which clocks in Europe change, and around none.
moments = st.sampled_from(
    [datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)]
).flatmap(lambda start: st.integers(0, 4 * 1440).map(lambda n: start + timedelta(minutes=n)))


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def walked_open(hours: tuple[Hours, ...], moment: datetime, zone: ZoneInfo) -> bool:
    """Whether walking from an opening, minute by minute to its closing, comes by this moment."""
    local = moment.astimezone(zone)
    for back in (0, 1):
        day = (local - timedelta(days=back)).date()
        for one in hours:
            if str(day.isoweekday()) not in one.days:
                continue
            (oh, om), (ch, cm) = (map(int, text.split(":")) for text in (one.opens, one.closes))
            over_midnight = (ch, cm) <= (oh, om)
            start = datetime(day.year, day.month, day.day, oh, om, tzinfo=zone)
            end = start.replace(hour=ch, minute=cm) + timedelta(days=over_midnight)
            minute, last = start.astimezone(UTC), end.astimezone(UTC)
            while minute < last:
                if minute <= moment < minute + timedelta(minutes=1):
                    return True
                minute += timedelta(minutes=1)
    return False


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-22T08:00", True),
        ("2026-11-22T07:59", False),
        ("2026-11-22T21:59", True),
        ("2026-11-22T22:00", False),
    ],
)
def test_open_from_opening_until_closing(moment: str, expected: bool) -> None:
    assert is_open(DAILY, at(moment), SHANGHAI) is expected


def test_hours_over_midnight_belong_to_the_day_on_which_they_begin() -> None:
    assert is_open(NIGHT, at("2026-11-22T01:59"), SHANGHAI)  # Sunday: Saturday's evening
    assert not is_open(NIGHT, at("2026-11-22T18:30"), SHANGHAI)
    assert not is_open(NIGHT, at("2026-11-27T01:00"), SHANGHAI)  # Friday before the evening
    assert opens_at(NIGHT, at("2026-11-22T02:00"), SHANGHAI) == at("2026-11-27T18:00")


def test_without_hours_it_is_always_open() -> None:
    assert is_open((), at("2026-11-22T03:00"), SHANGHAI)
    assert opens_at((), at("2026-11-22T03:00"), SHANGHAI) is None


def test_equal_times_and_the_end_of_the_day_leave_no_gap() -> None:
    for hours in (hours_of_every_day("00:00", "24:00"), hours_of_every_day("07:00", "07:00")):
        assert all(
            is_open(hours, at("2026-11-22T00:00") + timedelta(hours=n), SHANGHAI) for n in range(48)
        )
        assert len(spans(hours, SHANGHAI, at("2026-11-22T00:00").date(), 5)) == 1


@given(some_hours, moments, st.sampled_from([SHANGHAI, BERLIN]))
def test_open_is_what_a_walk_through_the_minutes_finds(
    hours: tuple[Hours, ...], moment: datetime, zone: ZoneInfo
) -> None:
    assert is_open(hours, moment, zone) == walked_open(hours, moment, zone)


@given(some_hours, moments, st.sampled_from([SHANGHAI, BERLIN]))
def test_next_opening_is_the_first_open_minute_after_a_shut_one(
    hours: tuple[Hours, ...], moment: datetime, zone: ZoneInfo
) -> None:
    opening = opens_at(hours, moment, zone)
    if opening is None:
        assert is_open(hours, moment, zone)  # day and night, all the week
        return
    assert opening > moment
    assert is_open(hours, opening, zone)
    assert not is_open(hours, opening - timedelta(minutes=1), zone)
    if not is_open(hours, moment, zone):
        steps = range(0, int((opening - moment).total_seconds() // 60), 13)
        assert not any(is_open(hours, moment + timedelta(minutes=n), zone) for n in steps)


@pytest.mark.parametrize(
    ("when", "zh", "en"),
    [
        ("2026-11-22T15:12", "15:12", "15:12"),
        ("2026-11-23T08:00", "明天 8:00", "tomorrow 8:00"),
        ("2026-11-27T18:05", "周五 18:05", "Fri 18:05"),
        ("2026-11-30T08:00", "11月30日 8:00", "30 Nov 8:00"),
    ],
)
def test_moments_are_said_as_people_say_them(when: str, zh: str, en: str) -> None:
    now = at("2026-11-22T13:00").astimezone(UTC)  # the day counts in the store's zone
    assert spoken(at(when), now, "zh-CN") == zh
    assert spoken(at(when), now, "en") == en
