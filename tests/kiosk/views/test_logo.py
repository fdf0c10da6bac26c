import base64
import io
import logging
import struct
import zlib
from dataclasses import replace

import pytest
from PIL import Image

from protocols.survey import Brand
from tests.kiosk.views.studio import BASE, Studio

pytestmark = pytest.mark.screen


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


def test_what_only_the_decoder_finds_wrong_leaves_the_tick_too(
    studio: Studio, caplog: pytest.LogCaptureFixture
) -> None:
    whole = base64.b64decode(png(9, 9))
    at = whole.index(b"IDAT") - 4
    transparent = b"tRNS" + b"x"  # of no use to a picture with alpha, and too short
    chunk = struct.pack(">I", 1) + transparent + struct.pack(">I", zlib.crc32(transparent))
    logo = base64.b64encode(whole[:at] + chunk + whole[at:]).decode()
    studio.show(BASE)
    with caplog.at_level(logging.ERROR):
        studio.show(replace(BASE, brand=Brand(logo=logo)))
    assert [record.message for record in caplog.records if "logo" in record.message]
    assert studio.stage._frame._mark.parts
