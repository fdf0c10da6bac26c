import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading import chances
from grading.reading import Reading
from grading.verdict import Context, Grade
from grading.words import LANGUAGES, margins, read


def reading(text: str) -> Reading:
    words = read(text)
    return Reading(context=Context(), words=words, margins=margins(words))


@given(st.text(max_size=120))
@settings(max_examples=100, deadline=None)
def test_chances_of_the_grades_are_one_in_all(text: str) -> None:
    found = chances.of_grades(reading(text))
    assert not found or sum(found.values()) == pytest.approx(1, abs=1e-5)
    for chance, topic in chances.of_topics(reading(text)):
        assert 0 <= chance <= 1 and topic != "general"


def test_nothing_is_likely_where_nothing_can_be_read() -> None:
    assert chances.of_grades(reading("♞♞")) == {}
    assert chances.of_topics(reading("")) == []


def test_the_likeliest_topic_comes_first() -> None:
    found = chances.of_topics(reading("收银台排队排了四十分钟"))
    assert found[0][1] == "queue_checkout"
    assert found == sorted(found, key=lambda one: -one[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_factors_fit_the_signs(language: str) -> None:
    factors = chances.factors(language)
    one = reading("吃出虫子" if language == "zh" else "there was a worm in it")
    assert len(factors.grades) == len(chances.GRADES)
    assert {len(row) for row in factors.grades} == {len(chances.grade_signs(one)) + 1}
    assert {len(signs) for _, signs in chances.topic_signs(one)} == {len(factors.topic) - 1}
    # More margin for S never makes S less likely, whatever else a sentence holds.
    urgent = factors.grades[chances.GRADES.index(Grade.S)][0]
    assert urgent > max(row[0] for row in factors.grades[1:])
