from hypothesis import given
from hypothesis import strategies as st

from edge_gateway.readers.awake_clock import AwakeClock


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def test_it_goes_like_any_clock_while_looks_are_on_time() -> None:
    hands = Hands()
    clock = AwakeClock(hands)
    began = clock.now()
    for _ in range(20):
        clock.expect("tick", 0.25)
        hands.at += 0.25
        clock.met("tick")
    assert clock.now() - began == 5.0


def test_it_stands_still_while_a_look_is_late() -> None:
    hands = Hands()
    clock = AwakeClock(hands)
    began = clock.now()
    clock.expect("tick", 0.25)
    hands.at += 9.0
    assert clock.now() - began == 0.25
    clock.met("tick")
    hands.at += 3.0
    assert clock.now() - began == 3.25, "nothing is expected: nothing is late"


def test_the_look_that_is_due_first_tells_and_a_look_that_came_is_late_no_more() -> None:
    hands = Hands()
    clock = AwakeClock(hands)
    began = clock.now()
    clock.expect("tick", 0.25)
    clock.expect("end of silence", 0.1)
    hands.at += 0.15
    clock.met("end of silence")
    assert round(clock.now() - began, 6) == 0.1
    hands.at += 0.1
    assert round(clock.now() - began, 6) == 0.2


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["tick", "end", "met", "look"]), st.floats(0, 5), st.floats(0, 20)
        ),
        max_size=30,
    )
)
def test_it_never_goes_back_and_never_faster_than_the_clock_underneath(
    steps: list[tuple[str, float, float]],
) -> None:
    hands = Hands()
    clock = AwakeClock(hands)
    before, read = clock.now(), hands.at
    for what, in_s, passed in steps:
        if what in {"tick", "end"}:
            clock.expect(what, in_s)
        elif what == "met":
            clock.met("tick")
        hands.at += passed
        now = clock.now()
        assert -1e-9 <= now - before <= hands.at - read + 1e-9
        before, read = now, hands.at


def test_one_that_is_not_patient_goes_as_the_clock_underneath() -> None:
    hands = Hands()
    clock = AwakeClock(hands, patient=False)
    began = clock.now()
    clock.expect("tick", 0.25)
    hands.at += 9.0
    clock.met("tick")
    assert clock.now() - began == 9.0
