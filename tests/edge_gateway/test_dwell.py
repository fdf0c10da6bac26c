from hypothesis import given, settings
from hypothesis import strategies as st

from edge_gateway.dwell import LONGEST_SALE_MS, Asked, Dwell

S = 1000
OPENED = Asked(touchpoint="t", open=True)
CLOSED = Asked(touchpoint="t", open=False)
IGNORED = Asked(touchpoint="t", open=False, ignored=True)


def test_the_first_item_opens_and_twenty_seconds_after_the_receipt_it_closes() -> None:
    dwell = Dwell()
    assert dwell.item("t", 0) == [OPENED]
    assert dwell.item("t", 5 * S) == []
    assert dwell.printed("t", 60 * S) == []
    assert dwell.tick(80 * S - 1, {}) == []
    assert dwell.is_open("t")
    assert dwell.tick(80 * S, {}) == [IGNORED]
    assert not dwell.is_open("t")
    assert dwell.tick(90 * S, {}) == []


def test_each_touchpoint_has_a_time_of_its_own() -> None:
    dwell = Dwell()
    dwell.printed("t", 0)
    assert dwell.tick(5 * S, {"t": 5.0}) == [IGNORED]


def test_a_receipt_whose_items_nobody_saw_opens_it_too_and_the_next_is_another_sale() -> None:
    dwell = Dwell()
    assert dwell.printed("t", 0) == [OPENED]
    assert dwell.printed("t", 10 * S) == [IGNORED, OPENED]
    assert dwell.tick(30 * S, {}) == [IGNORED]


def test_the_next_sale_closes_it_and_opens_its_own() -> None:
    dwell = Dwell()
    dwell.item("t", 0)
    dwell.printed("t", 30 * S)
    assert dwell.item("t", 40 * S) == [IGNORED, OPENED]


def test_an_answer_closes_it_for_the_rest_of_the_sale() -> None:
    dwell = Dwell()
    dwell.item("t", 10 * S)
    assert dwell.answered("t", 9 * S) == [], "it was given before anybody asked"
    assert dwell.answered("t", 15 * S) == [CLOSED]
    assert dwell.answered("t", 16 * S) == []
    assert dwell.item("t", 17 * S) == []
    assert dwell.printed("t", 40 * S) == []
    assert dwell.tick(60 * S, {}) == []
    assert dwell.item("t", 61 * S) == [OPENED]


def test_a_basket_that_was_left_asks_nobody_for_ever() -> None:
    dwell = Dwell()
    dwell.item("t", 0)
    dwell.item("t", 60 * S)
    assert dwell.tick(LONGEST_SALE_MS, {}) == []
    assert dwell.tick(LONGEST_SALE_MS + 60 * S, {}) == [IGNORED]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("item", "printed", "answered", "tick")),
        st.sampled_from("ab"),
        st.integers(0, 40),
    ),
    max_size=40,
)


@settings(max_examples=80)
@given(steps=STEPS)
def test_never_more_than_one_is_open_and_each_closes_once(
    steps: list[tuple[str, str, int]],
) -> None:
    dwell, now_ms = Dwell(), 0
    open_at: set[str] = set()
    for kind, place, wait_s in steps:
        now_ms += wait_s * S
        if kind == "item":
            asked = dwell.item(place, now_ms)
        elif kind == "printed":
            asked = dwell.printed(place, now_ms)
        elif kind == "answered":
            asked = dwell.answered(place, now_ms)
        else:
            asked = dwell.tick(now_ms, {})
        for one in asked:
            assert one.open != (one.touchpoint in open_at)
            assert one.ignored == (not one.open and kind != "answered")
            (open_at.add if one.open else open_at.discard)(one.touchpoint)
        assert open_at == {name for name in "ab" if dwell.is_open(name)}
    for one in dwell.tick(now_ms + 10 * LONGEST_SALE_MS, {}):
        open_at.discard(one.touchpoint)
    assert not open_at
    assert not dwell._places, "what is over takes no memory"
