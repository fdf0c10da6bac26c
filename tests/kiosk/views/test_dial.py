"""kiosk/views/dial.py: ten digits in a telephone's order, and one that takes back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.events import DigitTapped, EraseTapped, State
from tests.kiosk.views.studio import UNHAPPY, Studio

pytestmark = pytest.mark.screen


@pytest.mark.parametrize("state", [State.CONTACT, State.RECEIPT])
@pytest.mark.parametrize("size", [(1080, 1920), (800, 480)])
def test_keys_stand_as_on_a_telephone(studio: Studio, state: State, size: tuple[int, int]) -> None:
    studio.resize(*size)
    studio.show(replace(UNHAPPY, state=state))
    keys = [one for one in studio.stage.touchables if one.name.startswith("digit:")]
    assert [one.event for one in keys] == [DigitTapped(digit) for digit in "1234567890"]
    rows = {round(one.hit.y) for one in keys}
    assert len(rows) == 4
    five, zero = keys[4], keys[9]
    assert five.hit.x == zero.hit.x
    erase = next(one for one in studio.stage.touchables if one.name == "erase")
    assert (erase.event, erase.hit.y) == (EraseTapped(), zero.hit.y)
