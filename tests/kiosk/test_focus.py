from hypothesis import given
from hypothesis import strategies as st

from kiosk.focus import Focus

NAMES = ("one", "two", "three")


def test_no_ring_until_a_key_is_used() -> None:
    focus = Focus()
    assert focus.follow(NAMES) is None
    assert focus.move(NAMES, 1) == "one"  # the first key shows where it is
    assert focus.move(NAMES, 1) == "two"


def test_it_goes_around_both_ends() -> None:
    focus = Focus()
    focus.move(NAMES, 1)
    assert focus.move(NAMES, -1) == "three"
    assert focus.move(NAMES, 1) == "one"


def test_touch_removes_the_ring_and_the_next_key_shows_it_where_it_was() -> None:
    focus = Focus()
    focus.move(NAMES, 1)
    focus.move(NAMES, 1)
    focus.touched()
    assert focus.name is None
    assert focus.move(NAMES, 1) == "two"


def test_another_screen_begins_at_its_first_thing() -> None:
    focus = Focus()
    focus.move(NAMES, 1)
    focus.move(NAMES, 1)
    assert focus.follow(("back", "two"), fresh=True) == "back"


def test_it_stays_on_its_name_when_others_come_and_go() -> None:
    focus = Focus()
    focus.move(NAMES, 1)
    focus.move(NAMES, 1)
    assert focus.follow(("new", "one", "two")) == "two"


def test_what_can_be_touched_no_longer_hands_on_to_what_stands_there() -> None:
    focus = Focus()
    focus.move(NAMES, 1)
    focus.move(NAMES, -1)
    assert focus.follow(("one", "two")) == "two"
    assert focus.follow(()) is None
    assert focus.follow(("late",)) == "late"


def test_next_shopper_begins_without_a_ring() -> None:
    focus = Focus()
    focus.move(NAMES, 1)
    focus.move(NAMES, 1)
    focus.forget()
    assert focus.name is None
    assert focus.move(NAMES, 1) == "one"


STEPS = st.lists(
    st.tuples(
        st.lists(st.sampled_from("abcdef"), unique=True), st.sampled_from([-1, 0, 1]), st.booleans()
    )
)


@given(STEPS)
def test_ring_is_never_around_what_is_not_there(
    steps: list[tuple[list[str], int, bool]],
) -> None:
    focus = Focus()
    for names, step, fresh in steps:
        name = focus.move(names, step) if step else focus.follow(names, fresh=fresh)
        assert name is None or name in names
        assert step == 0 or not names or name is not None
