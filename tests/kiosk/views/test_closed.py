from dataclasses import replace

import pytest

from tests.kiosk.views.studio import PICTURES, Studio

pytestmark = pytest.mark.screen


def words(studio: Studio) -> set[str]:
    from kiosk.views.parts import Text  # noqa: PLC0415 (needs the surface)

    return {text.said for text in studio.parts() if isinstance(text, Text)}


def test_quiet_hours_say_when_they_end_and_are_dark(studio: Studio) -> None:
    studio.resize(540, 960)
    studio.show(PICTURES["closed"])
    assert "8:00 再为您服务" in words(studio)
    light = studio.photograph(540, 960)
    assert sum(light) / len(light) < 40
    studio.show(replace(PICTURES["closed"], opens_at=""))
    assert not any("再为您服务" in said for said in words(studio))


def test_no_rating_can_be_touched(studio: Studio) -> None:
    studio.show(PICTURES["closed"])
    assert [one.name for one in studio.stage.touchables] == ["large_text", "language", "staff"]
