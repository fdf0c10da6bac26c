import base64
import io
import logging
from dataclasses import replace

import pytest
from PIL import Image

from protocols.survey import Brand
from tests.kiosk.views.studio import BASE, Studio

pytestmark = [pytest.mark.screen, pytest.mark.xdist_group("kivy")]


def png(width: int, height: int) -> str:
    file = io.BytesIO()
    Image.new("RGBA", (width, height), (200, 20, 60, 255)).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def test_logo_is_drawn_and_keeps_its_proportions(studio: Studio) -> None:
    studio.resize(540, 960)
    studio.show(replace(BASE, brand=Brand(logo=png(120, 40))))
    width, height = studio.stage._frame._mark._image.size
    assert width / height == pytest.approx(3, rel=0.05)
    painted = studio.photograph(540, 960)
    head = [tuple(painted[at : at + 3]) for at in range(0, 540 * 60 * 3, 3)]
    assert (200, 20, 60) in head


@pytest.mark.parametrize(
    "logo", ["%%%", base64.b64encode(b"GIF89a").decode(), png(1200, 4), png(9, 9)[:-40]]
)
def test_bad_logo_is_said_and_the_tick_stays(
    studio: Studio, logo: str, caplog: pytest.LogCaptureFixture
) -> None:
    studio.show(BASE)
    with caplog.at_level(logging.ERROR):
        studio.show(replace(BASE, brand=Brand(logo=logo)))
    assert [record.message for record in caplog.records if "logo" in record.message]
    assert studio.stage._frame._mark.parts
