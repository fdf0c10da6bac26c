from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.readers.screen import COLUMNS, ROWS, Screen

MOVES = ["left", "right", "up", "down", "home", "bottom", "line_start", "line_end"]


def shown(screen: Screen) -> list[bytes]:
    return [bytes(row).rstrip() for row in screen.rows]


def test_text_goes_on_in_the_next_line_and_then_from_the_top() -> None:
    screen = Screen()
    screen.write(b"a" * 20 + b"b" * 20 + b"c")
    assert shown(screen) == [b"c" + b"a" * 19, b"b" * 20]


def test_the_cursor_moves() -> None:
    screen = Screen()
    for where in ("line_end", "left", "down"):
        screen.move(where)
    screen.write(b"x")
    screen.go(3, 1)
    screen.write(b"y")
    screen.move("bottom")
    screen.move("right")
    screen.write(b"z")
    assert screen.rows[1][18:] == b"xz"
    assert shown(screen)[0] == b"  y"
    screen.go(21, 1)
    screen.go(0, 9)
    screen.move("home")
    screen.write(b"h")
    assert screen.rows[0][:3] == b"h y"


def test_clear_blanks_and_a_line_alone_too() -> None:
    screen = Screen()
    screen.put(0, b"a" * 99)
    screen.put(1, b"b")
    screen.clear_line()
    assert shown(screen) == [b"a" * 20, b""]
    screen.clear()
    assert shown(screen) == [b"", b""]


def test_a_line_is_fresh_until_it_is_understood() -> None:
    screen = Screen()
    screen.put(1, b"b")
    assert (screen.is_fresh(0), screen.is_fresh(1)) == (False, True)
    screen.understood()
    assert not screen.is_fresh(1)


@given(st.lists(st.one_of(st.binary(max_size=120), st.sampled_from(MOVES)), max_size=20))
@settings(max_examples=60)
def test_runs_of_text_in_pieces_show_the_same(script: list[bytes | str]) -> None:
    whole, bytewise = Screen(), Screen()
    for step in script:
        if isinstance(step, str):
            whole.move(step)
            bytewise.move(step)
        else:
            whole.write(step)
            for at in range(len(step)):
                bytewise.write(step[at : at + 1])
    assert whole.rows == bytewise.rows
    assert [len(row) for row in whole.rows] == [COLUMNS] * ROWS
