import pytest

from grading import aspects, chances
from grading.grader import grade
from grading.reading import Reading
from grading.rulebook import with_changes
from grading.topics import Department
from grading.verdict import Context, Effect, Grade, Intent, Polarity
from grading.words import margins, read
from protocols.messages import Reason


def reading(text: str) -> Reading:
    words = read(text)
    return Reading(context=Context(), words=words, margins=margins(words))


def test_anger_in_general_is_about_what_its_clause_names() -> None:
    assert ("taste", Effect.FAULT) in reading("味道真不敢恭维").told


def test_the_gravest_topic_comes_first_and_owns_the_case() -> None:
    one = reading("排队太长，面包里还吃出玻璃渣")
    found = aspects.aspects(one, ("queue_checkout", "food_safety"), Grade.S, Intent.COMPLAINT)
    assert [aspect.topic for aspect in found] == ["food_safety", "queue_checkout"]
    assert aspects.department(one, "food_safety", Grade.S) is Department.SUPPLY_CHAIN
    assert "food_safety" in aspects.topics(one)


def test_what_is_complained_of_comes_before_what_is_praised() -> None:
    one = reading("虽然送货快但包装差")
    found = aspects.aspects(one, ("delivery", "packaging"), Grade.A, Intent.COMPLAINT)
    assert [aspect.topic for aspect in found] == ["packaging", "delivery"]


def test_opposed_opinions_keep_their_sides() -> None:
    one = reading("价格便宜，就是排队太久")
    named = aspects.topics(one)
    found = {
        aspect.topic: aspect.polarity
        for aspect in aspects.aspects(one, named, Grade.A, Intent.COMPLAINT)
    }
    assert found["queue_checkout"] is Polarity.NEGATIVE
    assert found["price_level"] is Polarity.POSITIVE


def test_clauses_lie_in_the_text() -> None:
    text = "ＯＫ，　环境很好；但是\u200b太吵"
    for clause in aspects.clauses(reading(text)):
        assert 0 <= clause.start < clause.end <= len(text)


TWO_MINDS = ["店员特别热情，就是排队排了一个小时", "The food was lovely, but the queue was long"]


@pytest.mark.parametrize("text", TWO_MINDS)
@pytest.mark.parametrize("rating", [None, 5])
def test_what_an_urgent_chip_says_is_never_praise(text: str, rating: int | None) -> None:
    chip = Reason(id="worm", topic="food_safety", urgent=True)
    verdict = grade(text, Context(reasons=(chip,), rating=rating))
    fares = {one.topic: one.polarity for one in verdict.aspects}
    assert verdict.topics[0] == "food_safety"
    assert fares["food_safety"] is Polarity.NEGATIVE


def test_a_complaint_never_praises_all_that_it_names() -> None:
    named = ("service_attitude", "taste")
    for text in ("店员热情，菜也好吃", "太好了，真会做生意", "♞"):
        one = reading(text)
        found = aspects.aspects(one, named, Grade.A, Intent.COMPLAINT)
        assert Polarity.NEGATIVE in {aspect.polarity for aspect in found}


def test_the_chance_of_praise_decides_and_a_chain_may_set_it() -> None:
    text = "价格便宜，就是排队太久"
    one = reading(text)
    assert chances.of_praise(one, "price_level") > 0.5 > chances.of_praise(one, "queue_checkout")
    strict = with_changes(b"[policy.polarity]\npleased_from = 1\n")
    assert {each.polarity for each in grade(text, Context(), strict).aspects} == {Polarity.NEGATIVE}
