from grading import aspects
from grading.reading import Reading, margins, read
from grading.topics import Department
from grading.verdict import Context, Effect, Grade, Intent, Polarity


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
