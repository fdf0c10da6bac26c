from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, is_dataclass
from typing import get_args

import pytest

from protocols.readers.events import (
    CardPresented,
    Code,
    Doubt,
    JobKind,
    Printed,
    ReaderEvent,
    ScanKind,
    Scanned,
    Suspected,
)

EVENTS = get_args(ReaderEvent)


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_has_no_place_for_a_person(event: type) -> None:
    assert is_dataclass(event)
    names = {one.name for one in fields(event)}
    assert not names & {"uid", "pan", "phone", "customer", "member", "operator", "raw"}


def test_an_event_is_a_value() -> None:
    card = CardPresented(technology="em4100", card="0f3a")
    assert card == CardPresented(technology="em4100", card="0f3a")
    with pytest.raises(FrozenInstanceError):
        card.card = "1234567890"  # type: ignore[misc]


def test_what_was_not_said_is_none() -> None:
    paper = Printed(kind=JobKind.OTHER)
    assert paper.number is None
    assert (paper.goods, paper.codes, paper.lines) == ((), (), ())
    assert not (paper.damaged or paper.partial)
    scan = Scanned(code=Code(symbology="", text="x"), kind=ScanKind.OTHER)
    assert (scan.check_ok, scan.repeated) == (None, False)


def test_a_doubt_is_told_and_taken_back() -> None:
    assert Suspected(doubt=Doubt.ENCODING, guess="big5") != Suspected(doubt=None)
