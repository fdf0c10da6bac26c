from dataclasses import replace
from zoneinfo import ZoneInfo

import msgspec
import pytest

from tests.kiosk.views.studio import PICTURES, TOLD, Studio

pytestmark = pytest.mark.screen


def words(studio: Studio) -> set[str]:
    from kiosk.views.parts import Text  # noqa: PLC0415 (needs the surface)

    return {text.said for text in studio.parts() if isinstance(text, Text)}


@pytest.mark.parametrize("size", [(540, 960), (800, 480)])
def test_case_shows_code_promise_and_the_stores_own_time(
    studio: Studio, size: tuple[int, int]
) -> None:
    studio.resize(*size)
    studio.show(replace(PICTURES["case"], zone=ZoneInfo("Asia/Shanghai")))
    assert {"7Q2M-KX4D-PR", "预计 15:12 前答复", "已与您联系", "11-18 21:06"} <= words(studio)


def test_answered_case_promises_nothing(studio: Studio) -> None:
    told = msgspec.structs.replace(TOLD, promised_ms=None)
    studio.show(replace(PICTURES["case"], case=told))
    assert not any("前答复" in said for said in words(studio))
