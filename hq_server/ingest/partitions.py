"""Which partition a message belongs to, and who takes in which partitions. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from protocols import topics
from protocols.errors import MessageError

ALL = frozenset(range(topics.PARTITIONS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one process does about its partitions."""

    give_up: frozenset[int] = frozenset()
    take: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.give_up or self.take)


def partition_of(topic: str) -> int | None:
    """Return the partition of an `up` or `state` topic; None for what belongs to nobody."""
    parts = topic.split("/")
    if len(parts) == 5 and parts[2] == "up" and parts[3].isdecimal():
        number = int(parts[3][:4])
        return number if number in ALL else None
    gateway = parts[-1]
    return topics.partition(gateway) if topic == topics.state(gateway) else None


def sender_of(topic: str) -> str | None:
    """Return who the broker says published this; None for a topic that nobody may use."""
    if is_state(topic):
        return topic.rpartition("/")[2]
    try:
        return topics.parse_up(topic).gateway
    except MessageError:
        return None


def is_state(topic: str) -> bool:
    """Return whether a topic is that of a gateway's state."""
    return topic == topics.state(topic.rpartition("/")[2])


def balance(held_by: Mapping[int, str | None], me: str, living: Collection[str]) -> Change:
    """Return what `me` gives up or takes, so that all living processes come to a fair share.

    `held_by` says who holds each partition; what nobody living holds is free. Nobody takes from
    another one: who has too much gives up, and who has too little takes what is free.
    """
    share = -(-len(held_by) // max(1, len(living)))
    mine = sorted(number for number, holder in held_by.items() if holder == me)
    if len(mine) > share:
        return Change(give_up=frozenset(mine[share:]))
    free = sorted(number for number, holder in held_by.items() if holder not in living)
    return Change(take=frozenset(free[: share - len(mine)]))
