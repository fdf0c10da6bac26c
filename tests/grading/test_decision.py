import pytest

from grading.decision import decide, intent
from grading.reading import Reading
from grading.rulebook import with_changes
from grading.verdict import Confidence, Context, Grade, Intent
from grading.words import margins, read


def reading(text: str, rating: int | None = None) -> Reading:
    words = read(text)
    return Reading(context=Context(rating=rating), words=words, margins=margins(words))


def test_between_s_and_a_it_is_s_and_unsure() -> None:
    text = "面包里吃出一根铁丝，孩子差点咽下去"
    assert decide(reading(text)).confidence is Confidence.SURE
    strict = with_changes(b"[policy.grade]\nurgent_sure_from = 1\n")
    words = read(text, rulebook=strict)
    decided = decide(Reading(context=Context(), words=words, margins=margins(words)))
    assert (decided.grade, decided.confidence) == (Grade.S, Confidence.UNSURE)


@pytest.mark.parametrize("text", ["买到假货了", "过敏了", "Fake perfume", "吃出虫子！！"])
def test_a_few_words_that_say_harm_and_nothing_else_are_s(text: str) -> None:
    assert decide(reading(text)).grade is Grade.S


@pytest.mark.parametrize(
    "text", ["退钱！！", "还钱", "赶紧退款", "I want a refund", "Refund me now!!", "liars"]
)
def test_a_few_words_of_anger_or_demand_are_a_complaint(text: str) -> None:
    assert decide(reading(text)).grade is not Grade.B


@pytest.mark.parametrize("text", ["没有过敏", "会过敏吗", "买到假货了吗？", "怕买到假货"])
def test_harm_that_is_denied_asked_or_feared_is_not_bare(text: str) -> None:
    assert decide(reading(text)).grade is not Grade.S


def test_a_chain_means_the_harm_that_it_adds() -> None:
    text = "这里的味道非常好，值得推荐，柠檬事件除外"
    own = with_changes('[[change]]\nrule = "zh.allergy"\nadd = ["柠檬事件"]\n'.encode())
    words = read(text, rulebook=own)
    decided = decide(Reading(context=Context(), words=words, margins=margins(words)))
    assert (decided.grade, decided.confidence) == (Grade.S, Confidence.SURE)
    assert decide(reading(text)).grade is not Grade.S


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
