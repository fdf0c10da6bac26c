from collections.abc import Iterator
from itertools import combinations

import pytest

from kiosk.enrolment.flow import Field, FieldTapped, LanguageTapped
from kiosk.enrolment.texts import all_enrolment_texts
from kiosk.layout import Canvas
from kiosk.views import theme
from tests.kiosk.enrolment.running import Running, running

pytestmark = pytest.mark.screen


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("new")) as one:
        yield one


@pytest.mark.parametrize("size", [(1080, 1920), (1280, 800), (800, 480)])
@pytest.mark.parametrize("field", Field)
def test_everything_can_be_touched_and_nothing_lies_on_another(
    new: Running, size: tuple[int, int], field: Field
) -> None:
    new.resize(*size)
    new.app.handle(FieldTapped(field))
    new.app.handle(LanguageTapped())
    least = theme.TARGET * Canvas(*size).unit - 1
    places = new.app.targets()
    for name, (x, y, width, height) in places.items():
        assert min(width, height) >= least, name
        assert x >= 0 and y >= 0 and x + width <= size[0] and y + height <= size[1], name
    for (one, a), (other, b) in combinations(places.items(), 2):
        apart = (
            a[0] + a[2] <= b[0] or b[0] + b[2] <= a[0] or a[1] + a[3] <= b[1] or b[1] + b[3] <= a[1]
        )
        assert apart, f"{one} and {other}"


def test_every_glyph_is_in_the_font() -> None:
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    theme.check_assets()
    for font in (theme.REGULAR, theme.BOLD):
        known = TTFont(font).getBestCmap()
        missing = {sign for text in all_enrolment_texts() for sign in text if sign != "\n"}
        assert not missing - {chr(code) for code in known}
