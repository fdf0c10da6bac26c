from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols import case_code
from protocols.case_code import ALPHABET, CaseCodeError
from protocols.errors import MessageError

BITS = st.integers(min_value=0, max_value=2**case_code.RANDOM_BITS - 1)


def test_known_answers() -> None:
    assert case_code.mint(0) == "0000-0000"
    assert case_code.mint(1) == "0000-0012"
    assert case_code.mint(2**35 - 1) == case_code.mint(-1)


@given(BITS)
def test_a_minted_code_parses_to_itself(bits: int) -> None:
    code = case_code.mint(bits)
    assert len(code) == 9
    assert code[4] == "-"
    assert case_code.parse(code) == code


@given(BITS, BITS)
def test_two_codes_differ_when_their_bits_do(one: int, other: int) -> None:
    assert (case_code.mint(one) == case_code.mint(other)) == (one == other)


@given(BITS, st.integers(0, 7), st.integers(1, 31))
def test_one_wrong_character_is_always_found(bits: int, place: int, shift: int) -> None:
    code = list(case_code.mint(bits).replace("-", ""))
    code[place] = ALPHABET[(ALPHABET.index(code[place]) + shift) % 32]
    with pytest.raises(CaseCodeError):
        case_code.parse("".join(code))


@given(BITS, st.integers(0, 7), st.integers(0, 7))
def test_two_swapped_characters_are_always_found(bits: int, one: int, other: int) -> None:
    right = case_code.mint(bits)
    code = list(right.replace("-", ""))
    code[one], code[other] = code[other], code[one]
    if code[one] == code[other]:
        assert case_code.parse("".join(code)) == right
    else:
        with pytest.raises(CaseCodeError):
            case_code.parse("".join(code))


@given(BITS)
def test_how_people_type_it_does_not_matter(bits: int) -> None:
    code = case_code.mint(bits)
    spoken = code.lower().replace("-", "").replace("0", "o").replace("1", "l")
    assert case_code.parse(f"  {spoken} ") == code
    assert case_code.parse(code.replace("1", "I").replace("-", " – ")) == code
    full_width = "".join(chr(ord(c) + 0xFEE0) for c in code)
    assert case_code.parse(full_width) == code


@given(st.text())
def test_any_text_is_a_code_or_a_message_error(text: str) -> None:
    try:
        assert len(case_code.parse(text)) == 9
    except MessageError as error:
        assert len(str(error)) < 200


@pytest.mark.parametrize("text", ["", "0000-000", "0000-00000", "UUUU-UUUU", "0" * 1000, "过敏"])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(CaseCodeError):
        case_code.parse(text)
