from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading import lexicon
from grading.normalise import normalise
from grading.patterns import MOST_WAYS, PatternError, check, filled, spelled

SLOTS = {"food": ["饭", "菜", "菜汤"], "part": ["手"]}


@pytest.mark.parametrize(
    ("pattern", "ways"),
    [
        ("过敏", 1),
        ("过敏了?", 2),
        ("等[^,。]{0,8}退款", 9),
        ("(?:等|催)[^,。]{1,6}(?:退款|退钱)", 6),
        ("«food»里[^,]{0,3}虫", 8),  # 菜 and 菜汤 can both begin at one place
        ("(?:有|很)?坏{2}", 2),
        ("(?<!没)过敏(?!药)", 1),
    ],
)
def test_ways_are_counted(pattern: str, ways: int) -> None:
    assert check(pattern, SLOTS) == ways


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("排.*队", "no bound"),
        ("a{2,}", "no bound"),
        ("(?:a{0,3}b){0,9}", "repeats a repetition"),
        ("(?:a|a){0,30}b", "ways"),
        ("[^,]{0,60}[^,]{0,60}[^,]{0,60}坏", "ways"),
        ("坏{0,99}好", "more than 60 times"),
        (r"(退|换)不\1", "not allowed"),
        ("(?i)坏", "not allowed"),
        ("(?P<a>坏)", "not allowed"),
        ("(?:坏", "not closed"),
        ("坏)", "not opened"),
        ("坏?", "no bound below"),
        ("", "1 to 1000"),
        ("?坏", "repeats nothing"),
        ("«drink»坏", "unknown slot drink"),
        ("(?<=坏{0,3})了", "does not compile"),
        ("(?=坏){3}了", "looks around"),
        (r"\(坏", "not allowed"),
    ],
)
def test_what_could_cost_much_or_mean_nothing_is_refused(pattern: str, said: str) -> None:
    with pytest.raises(PatternError, match=said):
        check(pattern, SLOTS)


def test_a_pattern_is_brought_into_the_spelling_of_texts() -> None:
    written = "過敏[，？！]{0,2}ＯＫ\\sX？？"
    assert spelled(written) == r"过敏[,?!]{0,2}ok\sx\?\?"
    assert re.search(spelled(written), normalise("過敏，OK x？？").text)


def test_the_patterns_that_ship_are_bounded_too() -> None:
    tables, _ = lexicon.shipped()
    slots = {
        slot: words for table in tables.values() for slot, words in table.get("slots", {}).items()
    }
    ways = [
        check(pattern, slots)
        for table in tables.values()
        for row in table.get("rule", ())
        for pattern in row.get("patterns", ())
        if "\\1" not in pattern  # a word that is said again; the bound holds, but is not counted
    ]
    assert len(ways) > 100


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "a",
                "b",
                "[ab]",
                "[^,]",
                ".",
                "(?:",
                ")",
                "|",
                "{0,6}",
                "{1,40}",
                "?",
                "«food»",
                "\\b",
            ]
        ),
        min_size=1,
        max_size=14,
    ).map("".join)
)
def test_what_passes_is_tried_on_the_worst_text_in_bounded_time(pattern: str) -> None:
    try:
        ways = check(pattern, SLOTS)
    except PatternError:
        return
    assert ways <= MOST_WAYS
    for text in ("a" * 4000, "ab" * 2000):
        assert sum(1 for _ in re.finditer(filled(pattern, SLOTS), text)) <= 9000


@given(st.text(max_size=40))
def test_any_text_is_a_pattern_or_says_why_not(written: str) -> None:
    try:
        check(spelled(written), SLOTS)
    except PatternError as error:
        assert str(error).startswith("pattern")
