from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.layout import Canvas, Rect

RECT = Rect(10, 20, 300, 400)


def test_cuts_take_their_side_and_leave_the_rest() -> None:
    assert RECT.cut_top(100, 10) == (Rect(10, 320, 300, 100), Rect(10, 20, 300, 290))
    assert RECT.cut_bottom(100, 10) == (Rect(10, 20, 300, 100), Rect(10, 130, 300, 290))
    assert RECT.cut_left(100, 10) == (Rect(10, 20, 100, 400), Rect(120, 20, 190, 400))
    assert RECT.cut_right(100, 10) == (Rect(210, 20, 100, 400), Rect(10, 20, 190, 400))


def test_grid_goes_row_by_row_from_the_top() -> None:
    cells = RECT.grid(3, 2, gap=10)
    assert [(cell.x, cell.y) for cell in cells] == [(10, 225), (165, 225), (10, 20)]


def test_middle_has_the_same_centre_and_never_sticks_out() -> None:
    assert RECT.middle(100, 100).centre == RECT.centre
    assert RECT.middle(9999, 9999) == RECT


@given(
    width=st.integers(50, 4000),
    weights=st.lists(st.floats(0.5, 10), min_size=1, max_size=10),
    gap=st.integers(0, 4),
)
def test_columns_fill_the_width_without_overlap(width: int, weights: list[float], gap: int) -> None:
    cells = Rect(7, 0, width, 10).columns(*weights, gap=gap)
    assert cells[0].x == 7
    assert cells[-1].right == 7 + width
    for left, right in pairwise(cells):
        assert right.x == left.right + gap


@given(x=st.floats(-500, 500), y=st.floats(-500, 500))
def test_point_lies_in_exactly_one_of_two_neighbours(x: float, y: float) -> None:
    left, right = RECT.columns(1, 1)
    assert RECT.holds(x, y) == (left.holds(x, y) != right.holds(x, y))


@pytest.mark.parametrize(
    ("size", "wide", "unit"),
    [
        ((1080, 1920), False, 2.0),
        ((540, 960), False, 1.0),
        ((1280, 800), True, 4 / 3),
        ((800, 480), True, 0.8),
    ],
)
def test_unit_follows_the_window(size: tuple[int, int], wide: bool, unit: float) -> None:
    canvas = Canvas(*size)
    assert (canvas.wide, canvas.unit, canvas.px(10)) == (wide, unit, round(10 * unit))


def test_large_text_grows_the_words_and_not_the_places() -> None:
    plain, large = Canvas(1080, 1920), Canvas(1080, 1920, large=True)
    assert large.px(100) == plain.px(100)
    assert plain.type == plain.unit
    assert large.type == pytest.approx(1.3 * large.unit)
