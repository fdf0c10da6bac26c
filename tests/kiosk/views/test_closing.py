from pathlib import Path

import pytest

from tests.kiosk.glass import Glass, kiosk_on_glass

pytestmark = [pytest.mark.screen, pytest.mark.xdist_group("kivy")]


def test_finish_leads_back_before_the_time_is_over(glass: Glass) -> None:
    glass.tap("face:4", "skip", "finish")
    assert glass.app.flow_state == "attract"
    assert glass.app.current_response is None


@pytest.mark.parametrize("track_url", [None, "https://feedback.example.com/t/"])
def test_code_leads_to_the_case(tmp_path: Path, track_url: str | None) -> None:
    with kiosk_on_glass(tmp_path, track_url=track_url) as glass:
        glass.tap("face:4", "skip")
        glass.until(lambda: glass.app.flow_state == "thanks")
        leads_to = glass.stage._thanks._qr._address
        code = glass.app.picture.code
        assert leads_to == (f"https://feedback.example.com/t/{code}" if track_url else "")


def test_countdown_goes_on_and_the_faces_come_back(glass: Glass) -> None:
    glass.tap("face:4", "skip")
    glass.until(lambda: glass.app.flow_state == "thanks")
    countdown = glass.stage._thanks._countdown
    first = countdown._text
    glass.until(lambda: countdown._text != first)
    assert "6" in first
    glass.until(lambda: glass.app.flow_state == "attract")
