import pytest

from grading import features
from grading.model import Table
from grading.training.models import heads
from grading.training.pleased import HEAD, RECIPE, pleased
from grading.training.texts import Sentence, TrainingError

GOOD = ["味道真香", "店员热情", "送得很快", "灯光舒服", "菜很新鲜", "价格便宜"]
BAD = ["排队太久", "地上很脏", "找不到人", "标价不对", "机器坏了", "面包发硬"]


def sentence(text: str, *fares: str) -> Sentence:
    bad = "negative" in fares
    topics = ("taste", "queue_checkout")[: len(fares)]
    return Sentence(
        text=text,
        grade="A" if bad else "B",
        intent="complaint" if bad else "praise",
        topics=topics,
        fares=fares,
    )


SENTENCES = [
    *(sentence(f"{text}{end}", "positive") for text in GOOD for end in "。！啊呀"),
    *(sentence(f"{text}{end}", "negative") for text in BAD for end in "。！啊呀"),
]
# Of two minds, in words that stand nowhere else: which clause is which must be found out.
TORN = [sentence(f"{good}，甲乙丙丁", "positive", "negative") for good in GOOD]


def test_how_a_clause_is_meant_is_learnt_and_the_same_each_time() -> None:
    table = Table(heads("zh", SENTENCES + TORN))
    content = pleased("zh", SENTENCES + TORN, table)
    assert content == pleased("zh", SENTENCES + TORN, table)

    def says(text: str) -> float:
        return Table(content).score(features.buckets(text, "zh", RECIPE.bits))[HEAD]

    assert says("味道真香") > 0 > says("排队太久")
    assert says("甲乙丙丁") < 0, "the other half of what praises"


def test_sentences_without_a_word_on_how_topics_fare_teach_nothing() -> None:
    plain = Sentence(text="甲乙丙丁", grade="A", intent="complaint", topics=("taste",))
    neutral = sentence("戊己庚辛", "neutral")
    table = Table(heads("zh", SENTENCES))
    assert pleased("zh", [*SENTENCES, plain, neutral], table) == pleased("zh", SENTENCES, table)
    with pytest.raises(TrainingError, match="how their topics fare"):
        pleased("zh", [plain, neutral], table)
