from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.kiosk.glass import Glass
from tests.kiosk.views.studio import PICTURES, Studio, open_studio

pytestmark = pytest.mark.screen


@pytest.fixture
def untracked(tmp_path: Path) -> Iterator[Studio]:
    with open_studio(tmp_path, track_url=None) as opened:
        yield opened


def drawn(studio: Studio) -> set[str]:
    from kiosk.views.parts import Text  # noqa: PLC0415 (needs the surface)

    return {text.said for text in studio.parts() if isinstance(text, Text)}


def kinds(studio: Studio) -> set[str]:
    return {type(part).__name__ for part in studio.parts()}


def test_finish_leads_back_before_the_time_is_over(glass: Glass) -> None:
    glass.tap("face:4", "skip", "finish")
    assert glass.app.flow_state == "attract"
    assert glass.app.current_response is None


def test_countdown_says_every_second_how_long_the_thanks_stay(glass: Glass) -> None:
    glass.tap("face:4", "skip")
    glass.until(lambda: glass.app.flow_state == "thanks")
    screen = glass.stage._screen
    countdown = screen._countdown  # type: ignore[union-attr]
    first = countdown.said
    glass.until(lambda: countdown.said != first)
    assert "6" in first


def test_slip_says_promise_and_code_and_leads_to_the_case(studio: Studio) -> None:
    from kiosk.views.parts import QrCode  # noqa: PLC0415

    for size in ((540, 960), (1280, 800), (800, 480)):
        studio.resize(*size)
        studio.show(PICTURES["slip"])
        assert {"7Q2M-KX4D-PR", "店长会在 15:12 前答复"} <= drawn(studio)
        [code] = [part for part in studio.parts() if isinstance(part, QrCode)]
        assert code.address == "https://feedback.example.com/t/7Q2M-KX4D-PR"
        assert code.fits(min(code.rect.width, code.rect.height))


def test_slip_without_a_page_for_shoppers_shows_the_code_alone(untracked: Studio) -> None:
    from kiosk.views.parts import QrCode  # noqa: PLC0415

    untracked.resize(540, 960)
    untracked.show(PICTURES["slip"])
    assert "7Q2M-KX4D-PR" in drawn(untracked)
    assert [part.address for part in untracked.parts() if isinstance(part, QrCode)] == [""]


def test_no_time_is_promised_that_is_not_known(studio: Studio) -> None:
    studio.show(PICTURES["slip without a promise"])
    assert "7Q2M-KX4D-PR9Z" in drawn(studio)
    assert not any("前答复" in words for words in drawn(studio))


def test_happy_shopper_without_a_code_sees_joy_and_no_slip(studio: Studio) -> None:
    studio.show(PICTURES["joy"])
    assert "Joy" in kinds(studio)
    assert not {"Slip", "Tick"} & kinds(studio)
    studio.show(replace(PICTURES["joy"], code="7Q2M-KX4D-PR"))
    assert {"Slip", "Tick"} <= kinds(studio)


def test_nothing_to_touch_but_the_frame_where_nothing_is_taken(studio: Studio) -> None:
    studio.show(PICTURES["cannot accept"])
    assert [one.name for one in studio.stage.touchables] == ["large_text", "language", "staff"]
