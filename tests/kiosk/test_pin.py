from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.pin import LONGEST_WAIT_S, TRIES, PinGate, Tries, fits, hash_pin, is_pin_hash

HASH = hash_pin("2468")


def gate(folder: Path, at: list[float]) -> PinGate:
    return PinGate(HASH, folder / "tries.json", lambda: at[0])


def test_hash_fits_its_own_pin_only_and_tells_nothing() -> None:
    assert is_pin_hash(HASH)
    assert fits("2468", HASH)
    assert not fits("2469", HASH)
    assert "2468" not in HASH
    assert hash_pin("2468") != HASH


@given(st.text(max_size=120))
def test_what_is_no_hash_fits_nothing(said: str) -> None:
    if not is_pin_hash(said):
        assert not fits("2468", said)


def test_five_wrong_tries_close_it_for_five_minutes_and_then_for_twice_as_long(
    tmp_path: Path,
) -> None:
    at = [1_000_000.0]
    closed = gate(tmp_path, at)
    for wait_s in (300, 600, 1200):
        for _ in range(TRIES):
            assert closed.wait_s() == 0
            assert not closed.enter("0000")
        assert closed.wait_s() == wait_s
        assert not closed.enter("2468")  # not even the right one
        at[0] += wait_s - 1
        assert closed.wait_s() == 1
        at[0] += 1
    assert closed.enter("2468")
    assert not closed.enter("0000")
    assert closed.wait_s() == 0  # the right one has forgiven all before it


def test_restart_forgives_nothing(tmp_path: Path) -> None:
    at = [1_000_000.0]
    for _ in range(TRIES):
        assert not gate(tmp_path, at).enter("0000")
    assert gate(tmp_path, at).wait_s() == 300
    at[0] -= 10_000_000  # a machine without a battery starts in the past
    assert gate(tmp_path, at).wait_s() == 300


@pytest.mark.parametrize("torn", [b"", b"{", b'{"wrong": "x"}', b"[]", b'{"wrong": 1e999}'])
def test_file_that_cannot_be_read_opens_nothing(tmp_path: Path, torn: bytes) -> None:
    (tmp_path / "tries.json").write_bytes(torn)
    at = [1_000_000.0]
    closed = gate(tmp_path, at)
    assert closed.wait_s() == 300
    at[0] += 300
    assert closed.enter("2468")


def test_try_that_cannot_be_counted_is_none(tmp_path: Path) -> None:
    closed = PinGate(HASH, tmp_path / "gone" / "tries.json", lambda: 1.0)
    assert not closed.enter("2468")


@given(st.integers(0, 10_000), st.integers(-(10**9), 10**9))
def test_wait_is_never_negative_and_never_longer_than_a_day(wrong: int, later: int) -> None:
    assert 0 <= Tries(wrong=wrong, last=0).wait_s(later) <= LONGEST_WAIT_S
