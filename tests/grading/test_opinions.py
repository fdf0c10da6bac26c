import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.opinions import MOST_CLAUSES, loudest, mood, opinions, pleased
from grading.words import margins, read

PAIRS = [
    ("送货很快，但是包装破了", "delivery", "packaging"),
    ("Delivery came early, but the box was crushed", "delivery", "packaging"),
]


@pytest.mark.parametrize(("text", "first", "second"), PAIRS)
def test_each_clause_is_heard_alone(text: str, first: str, second: str) -> None:
    words = read(text)
    found = opinions(words)
    begin, end = found[0], found[-1]
    assert begin.about(first) > end.about(first)
    assert end.about(second) > begin.about(second)
    assert pleased(words, begin.number) > 0 > pleased(words, end.number)
    loud = loudest(found)
    assert begin in loud[first] and end in loud[second]


def test_what_one_clause_says_alone_is_what_its_text_says_without_findings() -> None:
    words = read("地太滑差点摔倒")
    (one,) = opinions(words)
    alone = words.table("heads").score(words.pieces(words.table("heads").bits))
    assert dict(one.margins) == dict(alone)
    assert dict(one.margins) != dict(margins(words)), "the whole has what was found in it, too"


def test_a_clause_has_the_mood_of_a_review() -> None:
    def of(text: str) -> float:
        return mood(read(text), 0)

    assert of("质量很好非常喜欢") > 0 > of("质量太差了非常失望")
    assert of("excellent, love it") > 0 > of("terrible waste of money")


def test_what_no_model_learnt_has_no_margin() -> None:
    assert opinions(read("太慢了"))[0].about("a newer topic") == 0.0
    assert opinions(read("♞♞")) == []


@given(st.text(alphabet="好差慢，。！ ok,.", max_size=200))
def test_any_text_has_as_many_opinions_as_clauses_at_most(text: str) -> None:
    words = read(text)
    found = opinions(words)
    assert len(found) <= min(MOST_CLAUSES, len(words.clauses.each))
    assert [one.number for one in found] == sorted({one.number for one in found})


def test_of_a_long_text_the_first_clauses_are_heard() -> None:
    assert len(opinions(read("太慢了，" * (MOST_CLAUSES + 20)))) == MOST_CLAUSES


def test_a_clause_without_a_piece_is_no_opinion() -> None:
    assert [one.number for one in opinions(read("too slow, (¥), too dear"))] == [0, 2]


def test_of_a_single_letter_no_topic_is_told() -> None:
    found = opinions(read("排队太久，退"))
    assert found[0].topics and not found[1].topics
