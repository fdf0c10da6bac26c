from random import Random

from hypothesis import given
from hypothesis import strategies as st

from edge_gateway.misuse import AFTER_MS, HITS, REMEMBER_MS, VISITS, AfterSale

SALE_EVERY_MS = 45_000


def presses(*offsets_ms: int | None, scores: tuple[int, ...] | None = None) -> list[bool]:
    """Let a rating follow each receipt by so much (None: no receipt); return which are doubted."""
    after_sale, doubted = AfterSale(), []
    after_sale.printed("till-4", 0)
    for number, offset_ms in enumerate(offsets_ms, start=1):
        at_ms = number * SALE_EVERY_MS
        if offset_ms is not None:
            after_sale.printed("till-4", at_ms)
        score = scores[number - 1] if scores else 5
        doubted.append(after_sale.rated("till-4", f"r{number}", score, at_ms + (offset_ms or 0)))
    return doubted


def test_after_sale_after_sale_the_same_score_is_doubted_from_the_sixth_on() -> None:
    assert presses(*[800] * 10) == [False] * (HITS - 1) + [True] * 5


def test_shoppers_who_take_their_time_are_never_doubted() -> None:
    assert not any(presses(*[3_000, 5_000, 12_000, 30_000, AFTER_MS + 1] * 4))


def test_a_shopper_between_is_not_doubted() -> None:
    doubted = presses(*[800] * 6, 9_000, 800)
    assert doubted == [False] * 5 + [True, False, True]


def test_different_scores_are_what_shoppers_give() -> None:
    assert not any(presses(*[800] * 12, scores=(5, 4, 5, 3, 5, 4) * 2))


def test_the_pattern_ends_when_somebody_else_is_rating() -> None:
    doubted = presses(*[800] * 6, *[8_000] * 3, 800)
    assert doubted == [False] * 5 + [True] + [False] * 4


def test_where_no_till_prints_nothing_is_after_a_sale() -> None:
    after_sale = AfterSale()
    assert not any(after_sale.rated("exit", f"r{n}", 5, n * 1000) for n in range(50))


def test_a_revision_is_no_further_visit_and_is_doubted_once() -> None:
    after_sale = AfterSale()
    for n in range(HITS + 1):
        after_sale.printed("till-4", n * SALE_EVERY_MS)
        marked = [after_sale.rated("till-4", f"r{n}", 5, n * SALE_EVERY_MS + 500) for _ in "abc"]
        assert marked == [n >= HITS - 1, False, False]


def test_what_lies_a_shift_back_is_forgotten() -> None:
    after_sale = AfterSale()
    for n in range(HITS - 1):
        after_sale.printed("till-4", n * 60_000)
        after_sale.rated("till-4", f"r{n}", 5, n * 60_000 + 500)
    late_ms = REMEMBER_MS + HITS * 60_000
    after_sale.printed("till-4", late_ms)
    assert not after_sale.rated("till-4", "late", 5, late_ms + 500)


@given(
    st.lists(
        st.tuples(st.integers(1, 120_000), st.integers(0, 40_000), st.integers(1, 5)), max_size=60
    )
)
def test_a_doubt_always_has_its_pattern(visits: list[tuple[int, int, int]]) -> None:
    after_sale, seen, now_ms = AfterSale(), list[tuple[bool, int]](), 0
    receipts: list[int] = []
    for number, (passed_ms, offset_ms, score) in enumerate(visits):
        now_ms += passed_ms
        receipts.append(now_ms)
        after_sale.printed("till-4", now_ms)
        at_ms = now_ms + offset_ms
        hit = any(0 <= at_ms - one <= AFTER_MS for one in receipts)
        seen.append((hit, score))
        if after_sale.rated("till-4", f"r{number}", score, at_ms):
            assert hit
            hits = [one for hit, one in seen[-VISITS:] if hit]
            assert len(hits) >= HITS
            assert set(hits) == {score}


def test_honest_shoppers_at_a_busy_till_are_hardly_ever_doubted() -> None:
    # A sale every 25 s; each shopper taps 3 to 30 s after hers, mostly with a 5.
    chance, after_sale, doubted = Random(7), AfterSale(), 0
    taps = [(n * 25_000 + chance.randint(3_000, 30_000), n) for n in range(20_000)]
    receipts = [n * 25_000 for n in range(20_000)]
    for at_ms, n in sorted([*taps, *((one, -1) for one in receipts)]):
        if n < 0:
            after_sale.printed("till-4", at_ms)
        else:
            score = chance.choices((1, 2, 3, 4, 5), (3, 4, 10, 25, 58))[0]
            doubted += after_sale.rated("till-4", f"r{n}", score, at_ms)
    assert doubted <= 2
