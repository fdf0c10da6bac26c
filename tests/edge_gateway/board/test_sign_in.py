import asyncio
import time
from pathlib import Path

import pytest
import time_machine

from edge_gateway.board.sign_in import SIGNED_IN_FOR_S, SignIn, Verdict, board_secret, hasher

HASH = hasher().hash("2468")
SECRET = b"k" * 32


def judged(sign_in: SignIn, *pins: str, client: str = "here") -> list[Verdict]:
    """Return what became of PINs that all come at once."""

    async def all_at_once() -> list[Verdict]:
        return await asyncio.gather(*(sign_in.judge(pin, client) for pin in pins))

    return asyncio.run(all_at_once())


def test_only_the_right_pin_matches() -> None:
    assert judged(SignIn(HASH, SECRET), "2468") == [Verdict.RIGHT]
    assert judged(SignIn(HASH, SECRET), "2469") == [Verdict.WRONG]
    assert judged(SignIn(HASH, SECRET), "") == [Verdict.WRONG]


def test_wrong_pins_are_slowed_down_right_ones_are_not() -> None:
    sign_in = SignIn(HASH, SECRET)
    for _ in range(5):
        assert judged(sign_in, "0000", client="a") == [Verdict.WRONG]
    assert judged(sign_in, "2468", client="a") == [Verdict.TOO_MANY]
    for _ in range(7):
        assert judged(sign_in, "2468", client="b") == [Verdict.RIGHT]


def test_tries_at_once_gain_nothing() -> None:
    sign_in = SignIn(HASH, SECRET)
    verdicts = judged(sign_in, *(["0000"] * 39), "2468")
    assert verdicts == [Verdict.WRONG] * 5 + [Verdict.TOO_MANY] * 35
    assert judged(sign_in, "2468", client="manager") == [Verdict.RIGHT]


@pytest.mark.parametrize("pin", ["1" * 65, "2468" * 10_000, "\ud800"])
def test_a_pin_that_cannot_be_one_is_wrong(pin: str) -> None:
    assert judged(SignIn(HASH, SECRET), pin) == [Verdict.WRONG]


@pytest.mark.parametrize("pin_hash", ["$argon2id$replace", "nothing", ""])
def test_a_hash_that_is_none_lets_nobody_in(pin_hash: str) -> None:
    assert judged(SignIn(pin_hash, SECRET), "2468") == [Verdict.WRONG]


def test_a_cookie_is_ours_of_this_pin_and_of_this_month() -> None:
    sign_in = SignIn(HASH, SECRET)
    cookie = sign_in.cookie()
    assert sign_in.signed_in(cookie)
    assert not sign_in.signed_in(None)
    # Not the last letter: base64 leaves some of its bits unread.
    assert not sign_in.signed_in(cookie[:-5] + ("x" if cookie[-5] != "x" else "y") + cookie[-4:])
    assert not SignIn(HASH, b"z" * 32).signed_in(cookie)
    assert not SignIn(hasher().hash("2468"), SECRET).signed_in(cookie)
    with time_machine.travel(SIGNED_IN_FOR_S * 1.01 + time.time()):
        assert not sign_in.signed_in(cookie)


def test_without_a_pin_everybody_is_in() -> None:
    sign_in = SignIn(None, SECRET)
    assert not sign_in.needed
    assert sign_in.signed_in(None)
    assert judged(sign_in, "") == [Verdict.WRONG]


def test_the_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    first = board_secret(tmp_path)
    assert len(first) == 32
    assert board_secret(tmp_path) == first
    assert (tmp_path / "board.key").stat().st_mode & 0o777 == 0o600
