from operator import itemgetter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from edge_gateway.correlation import (
    ClockMap,
    Correlation,
    GivenRating,
    Link,
    SeenReceipt,
    Unlinked,
    Verdict,
)
from protocols.messages import Clock, ClockQuality
from protocols.till_events import WhyUnlinked
from tests.edge_gateway.field import START, later

S = 1000


def receipt(name: str, at_ms: int) -> SeenReceipt:
    return SeenReceipt(receipt=name, number=name, till="4", at_ms=at_ms)


def rating(name: str, at_ms: int) -> GivenRating:
    return GivenRating(response=name, at_ms=at_ms)


def linked(verdicts: list[Verdict]) -> list[tuple[str, str]]:
    return [(one.response, one.receipt.receipt) for one in verdicts if isinstance(one, Link)]


def reasons(verdicts: list[Verdict]) -> list[tuple[str, WhyUnlinked]]:
    return [(one.response, one.why) for one in verdicts if isinstance(one, Unlinked)]


def test_the_only_receipt_before_a_rating_is_its_receipt() -> None:
    till = Correlation()
    assert till.printed("t", receipt("A", 100 * S)) == []
    [link] = till.rated("t", rating("r", 145 * S))
    assert isinstance(link, Link)
    assert (link.response, link.receipt.receipt, link.offset_ms) == ("r", "A", 45 * S)


def test_a_receipt_that_comes_later_takes_the_waiting_rating() -> None:
    till = Correlation()
    assert till.rated("t", rating("r", 100 * S)) == []
    [link] = till.printed("t", receipt("A", 190 * S))
    assert isinstance(link, Link)
    assert link.offset_ms == -90 * S


def test_of_the_same_millisecond_it_does_not_matter_which_was_heard_first() -> None:
    for printed_first in (True, False):
        till = Correlation()
        verdicts = till.printed("t", receipt("A", 100 * S)) if printed_first else []
        verdicts += till.rated("t", rating("r", 100 * S))
        verdicts += [] if printed_first else till.printed("t", receipt("A", 100 * S))
        assert linked(verdicts) == [("r", "A")]
        # The receipt is spent: whoever comes next waits for the next one.
        assert till.rated("t", rating("next", 100 * S)) == []
        assert linked(till.printed("t", receipt("B", 130 * S))) == [("next", "B")]


def test_outside_the_window_there_is_no_link_and_the_reason_is_told_once_it_is_over() -> None:
    till = Correlation()
    till.printed("t", receipt("A", 100 * S))
    assert till.rated("t", rating("r1", 145 * S + 1)) == []
    assert till.printed("t", receipt("B", 235 * S + 2)) == []
    assert till.forget_before(235 * S + 1) == []
    [(touchpoint, verdict)] = till.forget_before(235 * S + 2)
    assert touchpoint == "t"
    assert reasons([verdict]) == [("r1", WhyUnlinked.NO_RECEIPT)]
    assert till.forget_before(999 * S) == []


def test_two_receipts_before_a_rating_are_never_guessed() -> None:
    till = Correlation()
    till.printed("t", receipt("A", 100 * S))
    till.printed("t", receipt("B", 110 * S))
    assert reasons(till.rated("t", rating("r", 120 * S))) == [("r", WhyUnlinked.AMBIGUOUS)]


def test_two_ratings_before_a_receipt_are_never_guessed_and_claim_no_other() -> None:
    till = Correlation()
    till.rated("t", rating("r1", 100 * S))
    till.rated("t", rating("r2", 110 * S))
    verdicts = till.printed("t", receipt("A", 120 * S))
    assert reasons(verdicts) == [("r1", WhyUnlinked.AMBIGUOUS), ("r2", WhyUnlinked.AMBIGUOUS)]
    assert till.printed("t", receipt("B", 130 * S)) == []
    # A is nobody's: who rates right after both cannot be told from the two before.
    assert reasons(till.rated("t", rating("r3", 131 * S))) == []


def test_a_rating_beside_a_contested_receipt_alone_is_ambiguous_too() -> None:
    till = Correlation()
    till.rated("t", rating("r1", 100 * S))
    till.rated("t", rating("r2", 110 * S))
    till.printed("t", receipt("A", 120 * S))
    assert reasons(till.rated("t", rating("r3", 125 * S))) == [("r3", WhyUnlinked.AMBIGUOUS)]


def test_who_rates_while_the_next_sale_is_under_way_may_be_of_either() -> None:
    till = Correlation()
    till.printed("t", receipt("A", 100 * S))
    till.sale_began("t", 110 * S)
    assert reasons(till.rated("t", rating("r", 115 * S))) == [("r", WhyUnlinked.AMBIGUOUS)]
    assert till.printed("t", receipt("B", 140 * S)) == []


def test_when_the_sale_before_has_its_rating_the_next_one_is_of_the_sale_under_way() -> None:
    till = Correlation()
    till.printed("t", receipt("A", 100 * S))
    assert linked(till.rated("t", rating("r1", 103 * S))) == [("r1", "A")]
    till.sale_began("t", 110 * S)
    assert till.rated("t", rating("r2", 115 * S)) == []
    assert linked(till.printed("t", receipt("B", 140 * S))) == [("r2", "B")]


def test_a_linked_receipt_is_spent_and_a_revision_changes_nothing() -> None:
    till = Correlation()
    till.printed("t", receipt("A", 100 * S))
    assert linked(till.rated("t", rating("r1", 105 * S))) == [("r1", "A")]
    assert till.rated("t", rating("r1", 106 * S)) == []
    assert till.rated("t", rating("r2", 107 * S)) == []


def test_what_a_shopper_showed_spends_the_receipt_and_ends_the_wait() -> None:
    till = Correlation()
    till.rated("t", rating("r1", 100 * S))
    till.settle("r1", 100 * S, None)
    assert till.printed("t", receipt("A", 110 * S)) == []
    till.settle("r2", 111 * S, "A")
    assert till.rated("t", rating("r3", 112 * S)) == []
    assert till.rated("t", rating("r2", 112 * S)) == []


def test_another_till_is_another_matter() -> None:
    till = Correlation()
    till.printed("t1", receipt("A", 100 * S))
    assert till.rated("t2", rating("r", 101 * S)) == []


def test_old_candidates_are_forgotten() -> None:
    till = Correlation()
    till.printed("t", receipt("A", 100 * S))
    till.forget_before(900 * S)
    late = till.rated("t", rating("r", 101 * S))
    assert reasons(late) == [("r", WhyUnlinked.NO_RECEIPT)]


def test_a_backlog_pushes_out_nothing_that_just_came() -> None:
    till = Correlation()
    till.forget_before(10_000 * S)
    till.rated("t", rating("now", 10_000 * S))
    for number in range(1_000):
        till.rated("t", rating(f"old{number}", number * S))
    assert linked(till.printed("t", receipt("A", 10_001 * S))) == [("now", "A")]


def test_a_rush_of_ratings_at_one_till_is_no_single_candidate_and_each_hears_why() -> None:
    till = Correlation()
    told = [one for n in range(1_000) for one in till.rated("t", rating(f"r{n}", n))]
    told += till.printed("t", receipt("A", 1_001))
    assert linked(told) == []
    assert len(reasons(told)) == 1_000


STEPS = st.lists(st.tuples(st.sampled_from("crb"), st.integers(0, 300)), max_size=40)


@settings(max_examples=80)
@given(steps=STEPS)
def test_any_order_decides_each_rating_once_and_links_each_receipt_at_most_once(
    steps: list[tuple[str, int]],
) -> None:
    till = Correlation()
    told: list[Verdict] = []
    for number, (kind, at_s) in enumerate(steps):
        if kind == "c":
            told += till.printed("t", receipt(f"c{number}", at_s * S))
        elif kind == "r":
            told += till.rated("t", rating(f"r{number}", at_s * S))
        else:
            till.sale_began("t", at_s * S)
    told += [verdict for _, verdict in till.forget_before(10_000 * S)]
    made = [one for one in told if isinstance(one, Link)]
    assert len({one.receipt.receipt for one in made}) == len(made)
    assert all(-90 * S <= one.offset_ms <= 45 * S for one in made)
    given_ratings = [f"r{n}" for n, (kind, _) in enumerate(steps) if kind == "r"]
    assert sorted(one.response for one in told) == sorted(given_ratings)


@settings(max_examples=60)
@given(
    offsets=st.lists(st.integers(-90, 45), min_size=1, max_size=6),
    late=st.randoms(use_true_random=False),
    skew_s=st.integers(-40_000, 40_000),
)
def test_what_only_one_receipt_and_one_rating_fit_is_linked_however_late_and_out_of_order(
    offsets: list[int], late: Random, skew_s: int
) -> None:
    """Receipts are stamped here, in order; ratings may come minutes late, in any order."""
    visits = [(300 * n + 300, offset) for n, offset in enumerate(offsets)]
    ratings = [rating(f"r{n}", (at + by) * S) for n, (at, by) in enumerate(visits)]
    arrivals = [(at * S, 0, n) for n, (at, _) in enumerate(visits)]
    arrivals += [
        (ratings[n].at_ms + late.choice((0, late.randrange(0, 240))) * S, 1, n)
        for n in range(len(visits))
    ]
    till, clocks, told = Correlation(), ClockMap(), list[Verdict]()
    boot = device_clock(0, skew_s * S, ClockQuality.UNSYNCED)
    clocks.heard("k", boot, later(0, GATEWAY_BOOT))
    # Whatever comes in one millisecond comes in any order.
    late.shuffle(arrivals)
    for at_ms, is_rating, n in sorted(arrivals, key=itemgetter(0)):
        told += [verdict for _, verdict in till.forget_before(at_ms)]
        if not is_rating:
            told += till.printed("t", receipt(f"r{n}", at_ms))
            continue
        # What the kiosk's own clock says is skewed; its boot tells.
        on_kiosk = device_clock(ratings[n].at_ms, skew_s * S, ClockQuality.SYNCED)
        happened = clocks.happened_ms("k", on_kiosk, later(at_ms / 1000, GATEWAY_BOOT))
        assert happened == ratings[n].at_ms
        told += till.rated("t", GivenRating(response=f"r{n}", at_ms=happened))
    assert sorted(linked(told)) == sorted((f"r{n}", f"r{n}") for n in range(len(visits)))


GATEWAY_BOOT = Clock(boot="b1", mono_ms=0, wall_ms=0, quality=ClockQuality.SYNCED)


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
