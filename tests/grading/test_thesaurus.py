import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading import thesaurus
from grading.thesaurus import Thesaurus


def test_kinds_are_found_by_any_of_their_words() -> None:
    some = Thesaurus("dairy: 牛奶, yoghurt\nsour: 馊, sour*\nfresh_food: 牛奶\n")
    assert some.find("这牛奶馊了") == {"kind dairy", "kind fresh_food", "kind sour"}
    assert some.find("soured yoghurt") == {"kind sour", "kind dairy"}
    assert some.find("") == frozenset()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the yoghurts", False),
        ("myyoghurt", False),
        ("yoghurt!", True),
        ("买yoghurt的", True),
    ],
)
def test_a_latin_word_stands_alone_unless_it_may_go_on(text: str, found: bool) -> None:
    assert bool(Thesaurus("dairy: yoghurt").find(text)) is found
    assert Thesaurus("dairy: yoghurt*").find("the yoghurts") == {"kind dairy"}


def test_words_are_in_the_spelling_of_texts() -> None:
    assert Thesaurus("refund: 退錢, REFUND").find("退钱 refund") == {"kind refund"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_shipped_words_are_many_kinds_without_doubles(language: str) -> None:
    shipped = thesaurus.of(language)
    assert len(shipped.kinds) > 150
    lines = thesaurus.written(language).splitlines()
    for line in lines:
        name, _, words = line.partition(": ")
        each = words.split(", ")
        assert name.replace("_", "").isalnum()
        assert len(each) == len(set(each)) > 5, name
    assert len({line.partition(": ")[0] for line in lines}) == len(lines)


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_text_can_be_looked_through(text: str) -> None:
    for language in ("zh", "en"):
        assert thesaurus.of(language).find(text) <= thesaurus.of(language).kinds
