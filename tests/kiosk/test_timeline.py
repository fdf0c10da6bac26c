from hypothesis import given
from hypothesis import strategies as st

from kiosk.timeline import timeline
from protocols.messages import CaseNode

STEPS = (
    *("received", "acknowledge", "assign", "contact", "propose"),
    *("resolve", "verify", "close", "reopen", "escalated"),
)


def lines(*steps: str, most: int = 8) -> list[tuple[str, str]]:
    nodes = [CaseNode(step=step, at_ms=at) for at, step in enumerate(steps)]
    return [(line.text, line.when) for line in timeline(nodes, most)]


def test_latest_step_is_now_and_what_comes_is_next() -> None:
    assert lines("received", "acknowledge") == [
        ("step_received", "done"),
        ("step_acknowledge", "now"),
        ("next_resolve", "next"),
        ("next_close", "next"),
    ]


def test_closed_case_has_nothing_ahead_until_it_is_opened_again() -> None:
    assert {when for _, when in lines("received", "acknowledge", "resolve", "close")} == {"done"}
    again = lines("received", "acknowledge", "resolve", "close", "reopen")
    assert again[-3:] == [
        ("step_reopen", "now"),
        ("next_resolve", "next"),
        ("next_close", "next"),
    ]


@given(st.lists(st.sampled_from(STEPS), max_size=64), st.integers(2, 8))
def test_timeline_fits_keeps_the_order_and_shows_the_latest(steps: list[str], most: int) -> None:
    shown = lines(*steps, most=most)
    done = [text for text, when in shown if when != "next"]
    told = [f"step_{step}" for step in steps if step != "escalated"]
    assert done == told[len(told) - len(done) :]
    assert len(shown) <= most
    assert bool(done) == bool(told)
    assert [when for _, when in shown] == sorted(
        (when for _, when in shown), key=["done", "now", "next"].index
    )
