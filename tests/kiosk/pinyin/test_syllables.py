import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.pinyin.syllables import (
    Fit,
    agrees,
    begins_anew,
    folded,
    packed,
    unfolded,
    unpacked,
    variant,
    ways_to_write,
)

SYLLABLES = [
    "zhuang",
    "chi",
    "shi",
    "zi",
    "ci",
    "si",
    "lang",
    "nan",
    "lv",
    "nv",
    "lve",
    "heng",
    "hen",
    "xing",
    "xin",
    "a",
    "ang",
    "er",
    "yuan",
    "wo",
]


@pytest.mark.parametrize("syllable", SYLLABLES)
def test_fold_and_variant_together_are_the_syllable(syllable: str) -> None:
    assert unfolded(folded(syllable), variant(syllable)) == syllable
    assert variant(syllable) in ways_to_write(folded(syllable))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("zhi", "zi"),
        ("chi", "ci"),
        ("shi", "si"),
        ("lan", "nan"),
        ("fan", "fang"),
        ("fen", "feng"),
        ("xin", "xing"),
        ("lue", "lve"),
        ("zuan", "zhuang"),
    ],
)
def test_what_people_do_not_tell_apart_has_one_fold(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_other_syllables_stay_apart() -> None:
    apart = ["fu", "hu", "wu", "ge", "ke", "ji", "zhi", "jin", "jun", "nu", "nv", "ren", "yan"]
    assert len({folded(one) for one in apart}) == len(apart)


def test_letters_agree_with_their_own_syllable_only() -> None:
    assert agrees("sh", "shou", Fit.INITIAL)
    assert not agrees("s", "zhou", Fit.INITIAL)
    assert not agrees("sou", "shou", Fit.WHOLE)
    assert not agrees("xian", "xiang", Fit.WHOLE)
    assert agrees("nue", "nve", Fit.WHOLE)


def test_no_syllable_begins_with_a_glide() -> None:
    assert [begins_anew("guangtai", at) for at in (1, 2, 5, 8)] == [False, False, True, True]


@given(st.lists(st.integers(0, 7), min_size=1, max_size=6))
def test_variants_survive_packing(variants: list[int]) -> None:
    assert unpacked(packed(variants), len(variants)) == variants
