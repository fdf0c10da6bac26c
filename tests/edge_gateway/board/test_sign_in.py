import time
from pathlib import Path

import time_machine

from edge_gateway.board.sign_in import SIGNED_IN_FOR_S, SignIn, board_secret, hasher

HASH = hasher().hash("2468")
SECRET = b"k" * 32


def test_only_the_right_pin_matches() -> None:
    sign_in = SignIn(HASH, SECRET)
    assert sign_in.matches("2468", "here")
    assert not sign_in.matches("2469", "here")
    assert not sign_in.matches("", "here")


def test_wrong_pins_are_slowed_down_right_ones_are_not() -> None:
    sign_in = SignIn(HASH, SECRET)
    for _ in range(5):
        assert sign_in.allowed_to_try("a")
        sign_in.matches("0000", "a")
    assert not sign_in.allowed_to_try("a")
    assert sign_in.allowed_to_try("b")
    for _ in range(7):
        assert sign_in.matches("2468", "b")
    assert sign_in.allowed_to_try("b")


def test_a_cookie_is_ours_of_this_pin_and_of_this_month() -> None:
    sign_in = SignIn(HASH, SECRET)
    cookie = sign_in.cookie()
    assert sign_in.signed_in(cookie)
    assert not sign_in.signed_in(None)
    assert not sign_in.signed_in(cookie[:-1] + "x")
    assert not SignIn(HASH, b"z" * 32).signed_in(cookie)
    assert not SignIn(hasher().hash("2468"), SECRET).signed_in(cookie)
    with time_machine.travel(SIGNED_IN_FOR_S * 1.01 + time.time()):
        assert not sign_in.signed_in(cookie)


def test_without_a_pin_everybody_is_in() -> None:
    sign_in = SignIn(None, SECRET)
    assert not sign_in.needed
    assert sign_in.signed_in(None)
    assert not sign_in.matches("", "x")


def test_the_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    first = board_secret(tmp_path)
    assert len(first) == 32
    assert board_secret(tmp_path) == first
    assert (tmp_path / "board.key").stat().st_mode & 0o777 == 0o600
