import msgspec

from edge_gateway.today import Day, Today, day_of, decode_day
from protocols.messages import Mark, Misuse
from tests.edge_gateway.field import START, ZONE, response


def test_a_response_counts_once_and_its_last_score_counts() -> None:
    today = Today(Day(day="d"))
    today.rated(response(1, rating=5), 0)
    today.rated(response(1, rating=5, rev=2), 0)
    assert today.shown.taps == [0, 0, 0, 0, 1]
    today.rated(response(1, rating=2, rev=3), 0)
    assert today.shown.taps == [0, 1, 0, 0, 0]
    assert len(today.shown.latest) == 1


def test_no_rating_counts_nothing() -> None:
    today = Today(Day(day="d"))
    today.rated(response(1, rating=None), 0)
    assert sum(today.shown.taps) == 0
    assert today.changes() is None


def test_receipts_and_alarms_show_on_the_rating() -> None:
    today = Today(Day(day="d"))
    today.rated(response(1), 0)
    today.printed()
    today.linked("r1", "000123")
    today.alarmed("r1", ("allergy",))
    rated = today.shown.latest[0]
    assert (rated.number, rated.urgent, rated.topics) == ("000123", True, ("allergy",))
    assert today.shown.receipts == 1


def test_the_list_is_short_and_newest_first() -> None:
    today = Today(Day(day="d"))
    for number in range(40):
        today.rated(response(number), number)
    assert [one.response for one in today.shown.latest[:2]] == ["r39", "r38"]
    assert len(today.shown.latest) == 12


def test_a_new_day_starts_at_zero_and_is_kept_once() -> None:
    today = Today(Day(day="2026-11-22"))
    today.rated(response(1), 0)
    changes = today.changes()
    assert changes is not None
    assert decode_day(changes[1]) == today.shown
    assert today.changes() is None
    today.turn_to("2026-11-23")
    assert sum(today.shown.taps) == 0
    assert today.changes() is not None


def test_the_day_is_the_stores_own() -> None:
    assert day_of(START.wall_ms - START.wall_ms % 86_400_000 + 17 * 3_600_000, ZONE).endswith("-23")
    assert decode_day(b"nonsense") is None


def test_a_doubted_rating_counts_once_by_whatever_mark() -> None:
    today = Today(Day(day="d"))
    marked = (Mark(misuse=Misuse.BURST, weight=0.2),)
    one = msgspec.structs.replace(response(1), marks=marked)
    today.rated(one, 0)
    today.doubted(one)
    today.doubted(response(2))
    today.doubted(response(3, rating=None))
    assert today.shown.doubted == 2
    kept = today.changes()
    assert kept is not None
    assert decode_day(kept[1]) == today.shown
    today.turn_to("e")
    assert today.shown.doubted == 0
