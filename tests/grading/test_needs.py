import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.needs import needs, one_of


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (
            "(?:孩子|老人)[^，]{0,6}(?:丢了|走失)",
            {frozenset({"孩子", "老人"}), frozenset({"丢了", "走失"})},
        ),
        ("日期[^。]{0,6}过了", {frozenset({"日期"}), frozenset({"过了"})}),
        ("a|b", {frozenset({"a", "b"})}),
        ("a|b?", set()),
        ("(?:a|b)?c", {frozenset({"c"})}),
        ("(?:a[bc]|d)e", {frozenset({"e"}), frozenset({"a", "d"})}),
        ("(?<!没)坏了?", {frozenset({"坏"})}),
        ("x{0,3}y", {frozenset({"y"})}),
    ],
)
def test_what_must_be_there(pattern: str, expected: set[frozenset[str]]) -> None:
    assert set(needs(pattern)) == expected


PATTERNS = ["(?:ab|c)[^d]{0,2}(?:e|f)", "a?b(?:c|d)", "(?:a|b){0,1}cd", "(?!x)ab|cd", "a[bc]d(?:e)"]


@given(st.sampled_from(PATTERNS), st.text(alphabet="abcdefx", max_size=12))
def test_a_match_has_all_that_it_needs(pattern: str, text: str) -> None:
    if re.search(pattern, text):
        assert all(any(word in text for word in words) for words in needs(pattern))


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("担心|不怕", {"担心", "不怕"}),
        ("(?:不用|别)(?:担心|怕)了?", {"不用", "别"}),
        ("[吗么]$", {"吗", "么"}),
        ("(?:从(?:来)?没|没(?:有)?再)", {"从", "再"}),
        ("(?<!爱)(退|换)[不没]\\1", {"不", "没"}),
        ("(?:几[年天]|多少(?:钱)?)$", {"几", "多少"}),
        ("[^吗]$", set()),
        ("[a-z]吗?", set()),
        ("好|[^吗]", set()),
        ("吗?", set()),
    ],
)
def test_one_of_some_words_is_in_each_match(pattern: str, words: set[str]) -> None:
    assert one_of(pattern) == words


WRITTEN: st.SearchStrategy[str] = st.recursive(
    st.sampled_from(
        ["a", "b", "ab", "[ab]", "[^a]", ".", "c?", "a{0,2}", "b{1,2}", "(?=a)", "(?<!b)"]
    ),
    lambda inner: st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("(?:{}|{})".format, inner, inner),
        st.builds("(?:{}){}".format, inner, st.sampled_from(["?", "{0,2}", "{1,2}", ""])),
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(WRITTEN, st.text(alphabet="abc", max_size=8))
def test_needs_are_never_too_strict(pattern: str, text: str) -> None:
    match = re.search(pattern, text)
    if match and match.group():
        for words in (*needs(pattern), *([one_of(pattern)] if one_of(pattern) else [])):
            assert any(word in text for word in words)
