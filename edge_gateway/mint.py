"""Gives the gateway's own events what every event says of itself: id, store, time and place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict

from protocols.events import Event
from protocols.messages import Clock, Lane
from protocols.wire import encode_event

Own = tuple[tuple[Lane, bytes], ...]
"""Events of the gateway's own, encoded, each with its lane."""


class Head(TypedDict):
    """The first fields of an event."""

    id: str
    store: str
    at: Clock
    touchpoint: str | None


class Mint:
    """One store's."""

    def __init__(self, store: str, new_id: Callable[[], str]) -> None:
        self.store = store
        self.new_id = new_id

    def head(self, now: Clock, touchpoint: str | None = None) -> Head:
        """Return the head of an event that happens now."""
        return Head(id=self.new_id(), store=self.store, at=now, touchpoint=touchpoint)


def own(lane: Lane, event: Event) -> Own:
    """Return an event as it is kept."""
    return ((lane, encode_event(event)),)
