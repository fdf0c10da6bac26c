from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols import case_code
from protocols.case_code import ALPHABET, CaseCodeError
from protocols.errors import MessageError

KEY = bytes(range(32))
BITS = st.integers(min_value=0, max_value=2**case_code.RANDOM_BITS - 1)
NUMBERS = st.integers(min_value=0, max_value=2**case_code.NUMBER_BITS - 1)
KINDS: dict[int, Callable[[int], str]] = {
    8: case_code.mint,
    10: lambda bits: case_code.block_code(KEY, bits % 2**case_code.NUMBER_BITS),
    12: case_code.mint_random,
}
CODES = st.builds(
    lambda length, bits: KINDS[length](bits), st.sampled_from([8, 10, 12]), st.integers(0, 2**60)
)


def test_known_answers() -> None:
    assert case_code.mint(0) == "0000-0000"
    assert case_code.mint(1) == "0000-0012"
    assert case_code.mint(2**35 - 1) == case_code.mint(-1)
    assert case_code.mint_random(0) == "0000-0000-0000"
    assert case_code.mint_random(1) == "0000-0000-0012"
    assert case_code.mint_random(2**55 - 1) == case_code.mint_random(-1)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (0, "TJHW-J0FS-TZ"),
        (1, "05HM-CQQ1-6S"),
        (2, "G32J-GHTM-XF"),
        (123_456_789, "JB95-V7VP-HB"),
        (2**45 - 1, "1V5Y-TBJV-DS"),
    ],
)
def test_numbered_codes_never_change(number: int, code: str) -> None:
    """Codes on slips out there must be found by every later version."""
    assert case_code.block_code(KEY, number) == code
    assert case_code.number_of(KEY, code) == number


@given(st.binary(min_size=32, max_size=32), NUMBERS)
def test_a_number_comes_back_from_its_code(key: bytes, number: int) -> None:
    code = case_code.block_code(key, number)
    assert case_code.parse(code) == code
    assert case_code.number_of(key, code.lower()) == number


def test_every_code_has_a_number_so_no_two_numbers_share_one() -> None:
    """The way back exists for any code: what maps onto all of 2^45 codes is one to one."""
    random = Random(7)
    for _ in range(200):
        values = [random.randrange(32) for _ in range(9)]
        code = next(
            text
            for check in ALPHABET
            if is_code(text := "".join(ALPHABET[value] for value in values) + check)
        )
        number = case_code.number_of(KEY, code)
        assert case_code.block_code(KEY, number).replace("-", "") == code


def test_numbered_codes_with_another_key_are_other_codes() -> None:
    other = bytes(32)
    assert all(case_code.block_code(KEY, n) != case_code.block_code(other, n) for n in range(500))


def test_neighbours_have_nothing_in_common_but_by_chance() -> None:
    """One number further changes half of the 45 bits on average, and so does one bit of the key."""
    flips = [
        (_bits(case_code.block_code(KEY, n)) ^ _bits(case_code.block_code(KEY, n + 1))).bit_count()
        for n in range(2_000)
    ]
    assert 21.5 < sum(flips) / len(flips) < 23.5
    assert min(flips) > 5


def _bits(code: str) -> int:
    bits = 0
    for character in code.replace("-", "")[:-1]:
        bits = bits << 5 | ALPHABET.index(character)
    return bits


@pytest.mark.parametrize("number", [-1, 2**45])
def test_a_number_without_a_code_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="no case code number"):
        case_code.block_code(KEY, number)


def test_only_a_whole_key_makes_codes() -> None:
    with pytest.raises(ValueError, match="32 bytes, not 3"):
        case_code.block_code(b"key", 1)
    with pytest.raises(ValueError, match="32 bytes, not 0"):
        case_code.number_of(b"", case_code.block_code(KEY, 1))


@pytest.mark.parametrize("code", ["0000-0000", "0000-0000-0000"])
def test_codes_of_other_lengths_have_no_number(code: str) -> None:
    with pytest.raises(CaseCodeError, match="10 characters"):
        case_code.number_of(KEY, code)


@given(CODES)
def test_a_minted_code_parses_to_itself(code: str) -> None:
    assert [len(part) for part in code.split("-")] in ([4, 4], [4, 4, 2], [4, 4, 4])
    assert case_code.parse(code) == code


@given(BITS, BITS, st.sampled_from([8, 10, 12]))
def test_two_codes_differ_when_their_bits_do(one: int, other: int, length: int) -> None:
    mint = KINDS[length]
    assert (mint(one) == mint(other)) == (one == other)


@pytest.mark.parametrize("length", [8, 10, 12])
def test_every_wrong_character_and_every_swap_is_found(length: int) -> None:
    """All of them, not some: a code is wrong by as much as its error is, whatever the code.

    The check is linear: it sees only the difference between the right code and the typed one.
    So every single error and every swap is one of these differences, laid over the code zero.
    """
    zero = "0" * length
    assert is_code(zero)
    for place, wrong in itertools.product(range(length), range(1, 32)):
        assert not is_code(_with(zero, {place: wrong})), "a wrong character"
    for (one, other), wrong in itertools.product(
        itertools.combinations(range(length), 2), range(1, 32)
    ):
        assert not is_code(_with(zero, {one: wrong, other: wrong})), "a swap"


@given(CODES, CODES)
def test_the_check_is_linear(one: str, other: str) -> None:
    one, other = one.replace("-", ""), other.replace("-", "")
    if len(one) == len(other):
        pairs = zip(one, other, strict=True)
        both = "".join(ALPHABET[ALPHABET.index(a) ^ ALPHABET.index(b)] for a, b in pairs)
        assert is_code(both)


@given(CODES, st.integers(0, 11), st.integers(1, 31))
def test_one_wrong_character_is_always_found(right: str, place: int, shift: int) -> None:
    code = list(right.replace("-", ""))
    place %= len(code)
    code[place] = ALPHABET[(ALPHABET.index(code[place]) + shift) % 32]
    with pytest.raises(CaseCodeError):
        case_code.parse("".join(code))


@given(CODES, st.integers(0, 11), st.integers(0, 11))
def test_two_swapped_characters_are_always_found(right: str, one: int, other: int) -> None:
    code = list(right.replace("-", ""))
    one, other = one % len(code), other % len(code)
    code[one], code[other] = code[other], code[one]
    if code[one] == code[other]:
        assert case_code.parse("".join(code)) == right
    else:
        with pytest.raises(CaseCodeError):
            case_code.parse("".join(code))


@given(CODES)
def test_how_people_type_it_does_not_matter(code: str) -> None:
    spoken = code.lower().replace("-", "").replace("0", "o").replace("1", "l")
    assert case_code.parse(f"  {spoken} ") == code
    assert case_code.parse(code.replace("1", "I").replace("-", " – ")) == code
    full_width = "".join(chr(ord(c) + 0xFEE0) for c in code)
    assert case_code.parse(full_width) == code


@given(st.text())
def test_any_text_is_a_code_or_a_message_error(text: str) -> None:
    try:
        assert len(case_code.parse(text)) in (9, 12, 14)
    except MessageError as error:
        assert len(str(error)) < 200


@pytest.mark.parametrize(
    "text",
    ["", "0000-000", "0000-00000", "0000-0000-000", "UUUU-UUUU", "0" * 13, "0" * 1000, "过敏"],
)
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(CaseCodeError):
        case_code.parse(text)


def is_code(text: str) -> bool:
    try:
        case_code.parse(text)
    except CaseCodeError:
        return False
    return True


def _with(code: str, changes: dict[int, int]) -> str:
    return "".join(ALPHABET[changes[at]] if at in changes else c for at, c in enumerate(code))


# --- codes of stores without a line: `python -m benchmarks codes` draws all of them --------------


def blocks(gateways: int, each: int) -> Iterator[list[str]]:
    """Yield the codes of each gateway, as HQ deals them out: numbers in a row, from 1."""
    for gateway in range(gateways):
        first = 1 + gateway * each
        yield [case_code.block_code(KEY, number) for number in range(first, first + each)]


def test_codes_of_offline_gateways_never_collide_and_forgive_no_digit() -> None:
    seen = [code for block in blocks(gateways=1_000, each=10) for code in block]
    assert len(set(seen)) == 10_000
    for code in Random(7).sample(seen, 20):
        for place, wrong in itertools.product(range(10), ALPHABET):
            typed = code.replace("-", "")
            typed = typed[:place] + wrong + typed[place + 1 :]
            assert is_code(typed) == (typed == code.replace("-", ""))
