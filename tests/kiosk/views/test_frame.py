from dataclasses import replace

import pytest

from tests.kiosk.views.studio import BASE, PICTURES, Studio

pytestmark = pytest.mark.screen


def words(studio: Studio) -> set[str]:
    from kiosk.views.parts import Text  # noqa: PLC0415 (needs the surface)

    return {text.said for text in studio.parts() if isinstance(text, Text)}


def test_brand_stands_before_the_store_unless_the_store_has_it_already() -> None:
    pytest.importorskip("kivy")
    from kiosk.views.frame import Place  # noqa: PLC0415

    place = Place(
        store_name={"zh-CN": "云杉超市 · 城北店"},
        touchpoint="till-4",
        touchpoint_name={},
        track_url=None,
        note_url=None,
    )
    assert place.title("zh-CN", {"zh-CN": "云杉超市"}) == "云杉超市 · 城北店"
    assert place.title("zh-CN", {"zh-CN": "红杉"}) == "红杉 · 云杉超市 · 城北店"
    assert place.title("en", {}) == "云杉超市 · 城北店"


def test_keys_say_what_a_touch_leads_to(studio: Studio) -> None:
    studio.show(BASE)
    assert {"大字", "English"} <= words(studio)
    studio.show(replace(BASE, language="en", large=True))
    assert {"Normal", "中文"} <= words(studio)


def test_survey_of_one_language_shows_no_switch(studio: Studio) -> None:
    studio.show(replace(BASE, languages=("zh-CN",)))
    names = {one.name for one in studio.stage.touchables}
    assert "language" not in names
    assert "large_text" in names


@pytest.mark.parametrize("name", PICTURES)
def test_every_screen_says_that_there_is_no_camera(studio: Studio, name: str) -> None:
    studio.show(PICTURES[name])
    assert "本机没有摄像头" in words(studio)


def test_name_can_be_held_where_staff_may_come_in(studio: Studio) -> None:
    holdable = set()
    for name in ("attract", "closed", "cannot accept", "reasons", "case"):
        studio.show(PICTURES[name])
        if "staff" in {one.name for one in studio.stage.touchables}:
            holdable.add(name)
    assert holdable == {"attract", "closed", "cannot accept"}
