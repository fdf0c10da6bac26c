from hypothesis import given
from hypothesis import strategies as st

from edge_gateway.correlation import ClockMap, Correlation, GivenRating, Link, SeenReceipt
from protocols.messages import Clock, ClockQuality
from tests.edge_gateway.field import START, later

S = 1000


def receipt(name: str, at_ms: int) -> SeenReceipt:
    return SeenReceipt(receipt=name, number=name, till="4", at_ms=at_ms)


def rating(name: str, at_ms: int) -> GivenRating:
    return GivenRating(response=name, at_ms=at_ms)


def names(link: Link | None) -> tuple[str, str] | None:
    return None if link is None else (link.response, link.receipt.receipt)


def test_the_only_receipt_before_a_rating_is_its_receipt() -> None:
    till = Correlation()
    assert till.printed("t", receipt("A", 100 * S)) is None
    link = till.rated("t", rating("r", 145 * S))
    assert names(link) == ("r", "A")
    assert link is not None
    assert link.offset_ms == 45 * S


def test_a_receipt_that_comes_later_takes_the_waiting_rating() -> None:
    till = Correlation()
    till.rated("t", rating("r", 100 * S))
    link = till.printed("t", receipt("A", 190 * S))
    assert link is not None
    assert link.offset_ms == -90 * S


def test_outside_the_window_there_is_no_link() -> None:
    till = Correlation()
    till.printed("t", receipt("A", 100 * S))
    assert till.rated("t", rating("r1", 145 * S + 1)) is None
    till = Correlation()
    till.rated("t", rating("r2", 100 * S))
    assert till.printed("t", receipt("B", 190 * S + 1)) is None


def test_two_candidates_are_never_guessed() -> None:
    till = Correlation()
    till.printed("t", receipt("A", 100 * S))
    till.printed("t", receipt("B", 110 * S))
    assert till.rated("t", rating("r", 120 * S)) is None
    till = Correlation()
    till.rated("t", rating("r1", 100 * S))
    till.rated("t", rating("r2", 110 * S))
    assert till.printed("t", receipt("A", 120 * S)) is None
    assert till.printed("t", receipt("B", 130 * S)) is None


def test_a_linked_receipt_is_spent_and_a_revision_changes_nothing() -> None:
    till = Correlation()
    till.printed("t", receipt("A", 100 * S))
    assert till.rated("t", rating("r1", 105 * S)) is not None
    assert till.rated("t", rating("r1", 106 * S)) is None
    assert till.rated("t", rating("r2", 107 * S)) is None


def test_another_till_is_another_matter() -> None:
    till = Correlation()
    till.printed("t1", receipt("A", 100 * S))
    assert till.rated("t2", rating("r", 101 * S)) is None


def test_old_candidates_are_forgotten() -> None:
    till = Correlation()
    till.printed("t", receipt("A", 100 * S))
    till.forget_before(900 * S)
    assert till.rated("t", rating("r", 101 * S)) is None


def test_a_backlog_pushes_out_nothing_that_just_came() -> None:
    till = Correlation()
    till.forget_before(10_000 * S)
    till.rated("t", rating("now", 10_000 * S))
    for number in range(1_000):
        till.rated("t", rating(f"old{number}", number * S))
    assert names(till.printed("t", receipt("A", 10_001 * S))) == ("now", "A")


def test_a_rush_of_ratings_at_one_till_is_no_single_candidate() -> None:
    till = Correlation()
    for number in range(1_000):
        till.rated("t", rating(f"r{number}", number))
    assert till.printed("t", receipt("A", 1_001)) is None


STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 300)), max_size=40)


@given(steps=STEPS)
def test_any_order_links_each_rating_and_each_receipt_at_most_once(
    steps: list[tuple[bool, int]],
) -> None:
    till = Correlation()
    links = []
    for number, (is_receipt, at_s) in enumerate(steps):
        if is_receipt:
            links.append(till.printed("t", receipt(f"c{number}", at_s * S)))
        else:
            links.append(till.rated("t", rating(f"r{number}", at_s * S)))
    made = [link for link in links if link is not None]
    assert len({link.response for link in made}) == len(made)
    assert len({link.receipt.receipt for link in made}) == len(made)
    assert all(-90 * S <= link.offset_ms <= 45 * S for link in made)


def device_clock(mono_ms: int, wall_ms: int, quality: ClockQuality, boot: str = "d1") -> Clock:
    return Clock(boot=boot, mono_ms=mono_ms, wall_ms=wall_ms, quality=quality)


def test_d9_a_devices_own_boot_tells_the_time_whatever_its_wall_clock_says() -> None:
    clocks = ClockMap()
    clocks.heard("k1", device_clock(5_000, 0, ClockQuality.UNSYNCED), START)
    clocks.heard("k1", device_clock(5_000, 0, ClockQuality.UNSYNCED), later(3))  # a slow one
    rated = device_clock(2_000, 0, ClockQuality.UNSYNCED)
    assert clocks.happened_ms("k1", rated, later(60)) == START.mono_ms - 3_000


def test_d9_without_that_a_synced_wall_clock_serves_and_else_nobody_knows() -> None:
    clocks = ClockMap()
    synced = device_clock(0, START.wall_ms - 7_000, ClockQuality.SYNCED)
    assert clocks.happened_ms("k1", synced, START) == START.mono_ms - 7_000
    ahead = device_clock(0, START.wall_ms + 86_400_000, ClockQuality.SYNCED)
    assert clocks.happened_ms("k1", ahead, START) is None
    wrong = device_clock(0, 0, ClockQuality.UNSYNCED)
    assert clocks.happened_ms("k1", wrong, START) is None
