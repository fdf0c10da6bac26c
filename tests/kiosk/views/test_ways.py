from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.kiosk.views.studio import ALARM, BASE, Studio, open_studio

pytestmark = pytest.mark.screen


@pytest.fixture
def without_phone(tmp_path: Path) -> Iterator[Studio]:
    with open_studio(tmp_path, note_url=None) as opened:
        yield opened


def words(studio: Studio) -> set[str]:
    from kiosk.views.parts import Text  # noqa: PLC0415 (needs the surface)

    return {text.said for text in studio.parts() if isinstance(text, Text)}


def test_strip_says_where_what_and_which_case_but_no_words(studio: Studio) -> None:
    studio.show(replace(BASE, language="en", alarm=ALARM, alarms=2))
    assert "Staff · Till 4 · Allergy · 7Q2M-KX4D-PR · 2 in all" in words(studio)


def test_alarm_of_an_unknown_place_says_what_is_known(studio: Studio) -> None:
    alarm = replace_alarm(touchpoint="till-9", reasons=("no-topic",), code=None)
    studio.show(replace(BASE, language="en", alarm=alarm, alarms=1))
    assert "Staff · till-9 · Urgent shopper feedback" in words(studio)


def replace_alarm(**changes: object) -> type(ALARM):  # type: ignore[valid-type]
    import msgspec  # noqa: PLC0415

    return msgspec.structs.replace(ALARM, **changes)


@pytest.mark.parametrize("size", [(540, 960), (1280, 800), (800, 480)])
def test_code_for_the_phone_can_be_read_by_a_camera(studio: Studio, size: tuple[int, int]) -> None:
    from kiosk.views.parts import QrCode  # noqa: PLC0415

    studio.resize(*size)
    studio.show(BASE)
    [code] = [part for part in studio.parts() if isinstance(part, QrCode)]
    assert code.fits(min(code.rect.width, code.rect.height))


def test_keys_take_the_room_of_a_card_that_is_not_there(
    studio: Studio, without_phone: Studio
) -> None:
    for one in (studio, without_phone):
        one.resize(540, 960)
        one.show(BASE)
    widths = [
        next(key.hit.width for key in one.stage.touchables if key.name == "lookup")
        for one in (studio, without_phone)
    ]
    assert widths[1] > widths[0]
