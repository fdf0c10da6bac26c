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
    named = aspects.topics(one, complaint=True)
    assert named[0] == "food_safety"
    assert aspects.department(one, named[0]) is Department.SUPPLY_CHAIN


def test_opposed_opinions_keep_their_sides() -> None:
    one = reading("价格便宜，就是排队太久")
    named = aspects.topics(one, complaint=True)
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
