import itertools
from random import Random

import pytest

from simulator.waiting_line import calls, miss, truth, visits


def test_one_is_served_at_a_time_in_the_order_of_coming() -> None:
    happened = visits(Random(1), load=0.9, hours=2)
    for before, after in itertools.pairwise(happened):
        assert before.came_s <= after.came_s
        assert before.ended_s < after.began_s
    assert all(one.came_s <= one.began_s < one.ended_s for one in happened)


def test_the_truth_counts_who_came_and_was_not_begun_with() -> None:
    happened = visits(Random(1), load=0.9, hours=2)
    third = happened[2]
    assert truth(happened, third.began_s) == sum(
        one.came_s <= third.began_s for one in happened[3:]
    )


@pytest.mark.parametrize("load", [0.5, 0.85])
def test_with_items_seen_the_radar_is_near_the_truth(load: float) -> None:
    days = [miss(seed, load=load, sees_items=True, hours=4) for seed in range(3)]
    error = sum(one.error for one in days) / 3
    known = sum(one.truth for one in days) / 3
    assert error < 0.35 + 0.7 * known
    assert abs(sum(one.bias for one in days) / 3) < 0.15 + 0.35 * known
    assert sum(one.likeness for one in days) / 3 > 0.3


def test_with_receipts_alone_the_mean_is_still_right_within_a_half() -> None:
    days = [miss(seed, load=0.75, sees_items=False, hours=4) for seed in range(3)]
    assert abs(sum(one.bias for one in days)) < 0.5 * sum(one.truth for one in days) + 0.6


def test_the_shipped_limit_is_silent_in_a_calm_store_and_calls_in_a_rush() -> None:
    calm = calls(range(2), load=0.5, sees_items=True, hours=3)
    rush = calls(range(2), load=1.1, sees_items=True, hours=3)
    assert (calm.called, calm.long) == (0, 0)
    assert rush.called > 0.2 * rush.looks
    assert rush.rightly > 0.5 * rush.called
    assert rush.noticed <= rush.long <= rush.looks
