"""Every kind of event has a name of its own, by which the wire tells it."""

from __future__ import annotations

from typing import get_args

from protocols.events import Event
from protocols.messages import EventBase


def test_every_event_has_a_name_of_its_own() -> None:
    kinds = get_args(Event)
    assert len({kind.__struct_config__.tag for kind in kinds}) == len(kinds)
    assert all(issubclass(kind, EventBase) for kind in kinds)
