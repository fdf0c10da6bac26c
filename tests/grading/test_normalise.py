from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from grading.normalise import MAX_READ, Script, normalise


def test_width_case_and_traditional_characters_become_one_spelling() -> None:
    assert normalise("ＡＢＣ１２過敏").text == "abc12过敏"
    assert normalise("退\u200b款").text == "退款"
    assert normalise("过\0敏").text == normalise("过\ufffd敏").text == "过敏"
    assert normalise("太差!!!!!!!").text == "太差!!!"
    assert normalise("1000000").text == "1000000"


def test_offsets_lead_back_to_the_original() -> None:
    original = "㎏ 退\u200b款了"
    plain = normalise(original)
    start = plain.text.index("退款")
    assert original[slice(*plain.span(start, start + 2))] == "退\u200b款"


def test_scripts() -> None:
    assert normalise("very good").script is Script.KNOWN
    assert normalise("很好").script is Script.KNOWN
    assert normalise("очень плохо").script is Script.FOREIGN
    assert normalise("とてもわるい").script is Script.FOREIGN
    assert normalise("👍 123 !!").script is Script.NONE


@given(st.text())
def test_every_character_has_its_place(text: str) -> None:
    plain = normalise(text)
    assert len(plain.text) == len(plain.origin)
    assert list(plain.origin) == sorted(plain.origin)
    assert all(0 <= index < len(text) for index in plain.origin)


def test_reading_is_bounded() -> None:
    assert normalise("差" * 10 + "好" * 1_000_000).truncated
    unfolding = normalise("ﷺ" * MAX_READ)
    assert len(unfolding.text) <= MAX_READ
    assert unfolding.truncated
    assert not normalise("短").truncated
