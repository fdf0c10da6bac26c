import pytest

from tests.kiosk.glass import Glass

pytestmark = pytest.mark.screen


def alphas(texture: object) -> list[list[int]]:
    pixels, (width, height) = texture.pixels, texture.size  # type: ignore[attr-defined]
    rows = [pixels[4 * width * row : 4 * width * (row + 1)] for row in range(height)]
    return [list(row[3::4]) for row in rows]


@pytest.mark.usefixtures("glass")
def test_corner_is_round_and_the_middle_full() -> None:
    from kiosk.views import paint  # noqa: PLC0415 (needs the surface)

    rows = alphas(paint.rounded(20))
    assert rows[0][0] == 0
    assert rows[21][21] == 255
    assert any(0 < alpha < 255 for alpha in rows[5])


def test_each_shape_is_baked_once(glass: Glass) -> None:
    from kiosk.views import paint  # noqa: PLC0415

    assert glass.app.flow_state == "attract"
    assert paint.rounded(20) is paint.rounded(20)
    assert paint.arc(0.5, 40, 0.1)[0] is paint.arc(0.5, 40, 0.1)[0]


@pytest.mark.usefixtures("glass")
def test_smile_is_lowest_in_the_middle() -> None:
    from kiosk.views import paint  # noqa: PLC0415

    rows = alphas(paint.arc(0.56, 56, 0.1)[0])
    inked = [[row for row, line in enumerate(rows) if line[at] > 200] for at in range(len(rows[0]))]
    columns = [lines for lines in inked if lines]
    middle = columns[len(columns) // 2]
    # `pixels` counts rows from the top.
    assert max(middle) > max(columns[3])
