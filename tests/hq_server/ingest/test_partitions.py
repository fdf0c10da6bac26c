"""hq_server/ingest/partitions.py: fair shares, and nobody takes what somebody living holds."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_server.ingest.partitions import ALL, Change, balance, partition_of
from protocols import topics


@pytest.mark.parametrize(
    ("topic", "number"),
    [
        (topics.up("g1"), topics.partition("g1")),
        (topics.state("g1"), topics.partition("g1")),
        ("storeloop/v1/up/63/x", 63),
        ("storeloop/v1/up/64/x", None),
        ("storeloop/v1/up/-1/x", None),
        ("storeloop/v1/up/" + "9" * 5000 + "/x", None),
        ("storeloop/v1/hq/x", None),
        ("", None),
    ],
)
def test_the_partition_of_a_topic(topic: str, number: int | None) -> None:
    assert partition_of(topic) == number


def test_one_alone_takes_all_and_gives_up_half_when_another_joins() -> None:
    free: dict[int, str | None] = dict.fromkeys(ALL)
    assert balance(free, "a", ["a"]) == Change(take=ALL)
    held: dict[int, str | None] = dict.fromkeys(ALL, "a")
    assert balance(held, "b", ["a", "b"]) == Change()
    assert len(balance(held, "a", ["a", "b"]).give_up) == 32
    assert balance(held, "b", ["b"]) == Change(take=ALL)


@given(seed=st.integers(0, 10**6), processes=st.integers(1, 70))
def test_whoever_comes_and_goes_all_is_held_and_shares_are_fair(seed: int, processes: int) -> None:
    random = Random(seed)
    names = [f"p{number}" for number in range(processes)]
    held: dict[int, str | None] = {number: random.choice([*names, "dead", None]) for number in ALL}
    living = random.sample(names, random.randint(1, processes))
    for _ in range(3):
        for me in random.sample(living, len(living)):
            change = balance(held, me, living)
            assert all(held[number] == me for number in change.give_up)
            assert all(held[number] not in living for number in change.take)
            held |= dict.fromkeys(change.give_up, None) | dict.fromkeys(change.take, me)
    share = -(-len(ALL) // len(living))
    counts = {me: sum(holder == me for holder in held.values()) for me in living}
    assert max(counts.values()) <= share
    assert sum(counts.values()) == len(ALL)
    assert not any(balance(held, me, living) for me in living)
