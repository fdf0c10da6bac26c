from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.events import AskTapped, CodeKeyTapped, EraseTapped
from protocols.case_code import ALPHABET
from protocols.messages import CaseFound
from tests.kiosk.views.studio import PICTURES, TOLD, Studio

pytestmark = pytest.mark.screen


def words(studio: Studio) -> set[str]:
    from kiosk.views.parts import Text  # noqa: PLC0415 (needs the surface)

    return {text.said for text in studio.parts() if isinstance(text, Text)}


def test_keys_are_the_characters_of_a_code(studio: Studio) -> None:
    studio.show(PICTURES["lookup"])
    studio.tapped.clear()
    for name in ("code:7", "code:Z", "erase", "ask"):
        studio.stage.touch(name)
    assert studio.tapped == [CodeKeyTapped("7"), CodeKeyTapped("Z"), EraseTapped(), AskTapped()]
    keys = {one.name for one in studio.stage.touchables if one.name.startswith("code:")}
    assert keys == {f"code:{character}" for character in ALPHABET}


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (CaseFound.UNKNOWN, "没有查到这个编号，请再核对一下"),
        (CaseFound.AWAY, "暂时连不上总部，请稍后再试"),
        (CaseFound.SLOW_DOWN, "输错次数太多，请 30 秒后再试"),
    ],
)
def test_what_came_of_asking_is_said(studio: Studio, found: CaseFound, said: str) -> None:
    told = msgspec.structs.replace(TOLD, found=found, wait_s=30)
    studio.show(replace(PICTURES["lookup"], case=told))
    assert {said, "7Q2M-KX4D-PR"} <= words(studio)


@pytest.mark.parametrize(("typed", "asking"), [("7Q2M", False), ("7Q2MKX4DPR", True)])
def test_half_a_code_cannot_be_asked_for_nor_one_twice(
    studio: Studio, typed: str, asking: bool
) -> None:
    studio.show(replace(PICTURES["lookup"], code_typed=typed, asking=asking))
    assert "ask" not in {one.name for one in studio.stage.touchables}


@given(st.text(ALPHABET, max_size=12))
def test_code_is_shown_in_groups_and_loses_nothing(code: str) -> None:
    from kiosk.views.lookup import grouped  # noqa: PLC0415

    shown = grouped(code)
    assert shown.replace("-", "") == code
    assert all(1 <= len(group) <= 4 for group in shown.split("-")) or not code
