import pytest

from grading.decision import decide, intent
from grading.reading import Reading, margins, read
from grading.verdict import Confidence, Context, Grade, Intent


def reading(text: str, rating: int | None = None) -> Reading:
    words = read(text)
    return Reading(context=Context(rating=rating), words=words, margins=margins(words))


def test_between_s_and_a_it_is_s_and_unsure() -> None:
    decided = decide(reading("他们骗人"))
    assert (decided.grade, decided.confidence) == (Grade.S, Confidence.UNSURE)
    assert 0.5 <= decided.certainty < 0.95


def test_a_happy_face_takes_a_model_s_word_for_less() -> None:
    text = "菠菜黄不拉几的还卖原价"
    assert decide(reading(text)).head == "complaint"
    happy = decide(reading(text, rating=5))
    assert happy.grade is not Grade.S
    assert happy.confidence is Confidence.UNSURE or happy.grade is Grade.B


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("请问几点关门", Intent.ENQUIRY),
        ("建议多放几把椅子", Intent.SUGGESTION),
        ("服务特别好，谢谢", Intent.PRAISE),
        ("测试", Intent.OTHER),
        ("Where are the toilets?", Intent.ENQUIRY),
        ("态度很差", Intent.COMPLAINT),
    ],
)
def test_what_the_shopper_wants(text: str, expected: Intent) -> None:
    one = reading(text)
    assert intent(one, decide(one).grade) is expected
