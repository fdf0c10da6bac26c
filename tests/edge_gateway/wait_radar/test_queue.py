import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge_gateway.wait_radar.queue import LONGEST_SERVICE_S, MOST_WAITING, Queue

CYCLE = 60.0


def waiting(queue: Queue, now_s: float, unseen_s: float = 0.0) -> float:
    return queue.waiting(now_s, cycle_s=CYCLE, unseen_s=unseen_s)


def busy(queue: Queue, sales: int, *, start_s: float = 0.0, gap_s: float = 5.0) -> float:
    """Let sales of 55 s follow each other; return when the last ended."""
    at_s = start_s
    for _ in range(sales):
        queue.began(at_s)
        queue.ended(at_s + 55)
        at_s += 55 + gap_s
    return at_s - gap_s


def test_before_anything_was_seen_nobody_waits() -> None:
    assert waiting(Queue(20), 100) == 0


def test_a_service_that_follows_at_once_shows_that_somebody_waited() -> None:
    at_once, alone = Queue(20), Queue(20)
    end_s = busy(at_once, 12)
    at_once.began(end_s + 5)
    busy(alone, 12, gap_s=300)
    alone.began(12 * 355)
    assert waiting(at_once, end_s + 10) > 1
    assert waiting(alone, 12 * 355 + 5) < 0.1


def test_when_nobody_comes_within_the_pause_nobody_waited() -> None:
    queue = Queue(20)
    end_s = busy(queue, 10)
    assert waiting(queue, end_s + 20) > 0
    assert waiting(queue, end_s + 20.1) == 0


def test_where_beginnings_are_not_seen_the_next_may_be_under_way_for_so_long() -> None:
    queue = Queue(20)
    end_s = busy(queue, 10)
    assert waiting(queue, end_s + 80, unseen_s=90) > waiting(queue, end_s + 20, unseen_s=90) > 0
    assert waiting(queue, end_s + 91, unseen_s=90) == 0


def test_the_longer_a_service_takes_the_more_have_come_meanwhile() -> None:
    queue = Queue(20)
    queue.began(busy(queue, 10, gap_s=100) + 50)
    at_s = 10 * 155 - 50
    lines = [waiting(queue, at_s + more) for more in (0, 60, 300, LONGEST_SERVICE_S, 5_000)]
    assert lines == sorted(lines)
    assert lines[-1] == lines[-2], "a service is never thought to take longer"


def test_one_step_is_bayes_rule_with_poisson_arrivals() -> None:
    """By hand: one rate alone, one service of 100 s, and somebody was there at its end."""
    queue = Queue(20)
    queue.began(0)
    queue.ended(100)
    queue.began(105)
    index = 7
    rate = queue.rates[index]
    mean = 100 * rate
    p = [math.exp(-mean) * mean**n / math.factorial(n) for n in range(MOST_WAITING)]
    by_hand = [one / (1 - p[0]) for one in p[1:]]
    assert queue.line(index)[:10] == pytest.approx(by_hand[:10])


STEPS = st.lists(
    st.tuples(st.booleans(), st.floats(-100, 5_000, allow_nan=False)), min_size=1, max_size=40
)


@settings(max_examples=60)
@example(steps=[(True, 0.0), (True, 0.002), (True, 0.0)])
@given(steps=STEPS)
def test_whatever_is_seen_the_line_is_a_line(steps: list[tuple[bool, float]]) -> None:
    queue, now_s = Queue(20), 0.0
    for begins, wait_s in steps:  # clocks that go back, two begins, two ends
        now_s += wait_s
        (queue.began if begins else queue.ended)(now_s)
        for later_s in (0.0, 30.0):
            assert 0 <= waiting(queue, now_s + later_s, unseen_s=60) <= MOST_WAITING
        for index in range(len(queue.rates)):
            assert sum(queue.line(index)) == pytest.approx(1)
            assert min(queue.line(index)) >= 0
