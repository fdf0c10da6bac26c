import msgspec
import pytest

from grading import chances
from grading.chances import Factors
from grading.training.chances import FOLDS, fit
from grading.training.texts import Sentence, TrainingError
from grading.words import table

SAID = {
    "S": ("complaint", "food_safety", ["吃出虫子", "面包里有铁丝", "菜里有蟑螂", "饭里吃到玻璃"]),
    "A": ("complaint", "queue_checkout", ["排队太久了", "结账等半天", "收银太慢", "排了四十分钟"]),
    "B": ("praise", "taste", ["味道很好", "面包真香", "菜很好吃", "饭做得香"]),
}
SENTENCES = [
    Sentence(
        text=text + mark,
        grade=grade,
        intent=intent,
        topics=(topic,),
        fares=("positive" if grade == "B" else "negative",),
    )
    for mark in ("", "。", "！", "啊", "呀", "了")
    for grade, (intent, topic, texts) in SAID.items()
    for text in texts
] + [
    Sentence(
        text=f"{good}，{bad}",
        grade="A",
        intent="complaint",
        topics=("taste", "queue_checkout"),
        fares=("positive", "negative"),
    )
    for good in SAID["B"][2]
    for bad in SAID["A"][2]
]


def test_factors_are_fitted_and_the_same_each_time() -> None:
    content, figures = fit("zh", SENTENCES, table("zh", "polarity"))
    assert (content, figures) == fit("zh", SENTENCES, table("zh", "polarity"))
    assert figures["S recall"] > 90 and figures["grade"] > 90
    found = msgspec.json.decode(content, type=Factors)
    assert len(found.grades) == len(chances.GRADES) == FOLDS
    # What the head of S says speaks for S, what the head of praise says for B.
    assert found.grades[0][0] > max(found.grades[1][0], found.grades[2][0])
    assert found.grades[2][4] > found.grades[0][4]
    assert found.topic[0] > 0
    # What its own clauses say counts for how a topic fares.
    assert found.praised[0] + found.praised[1] > 0


def test_sentences_that_never_praise_and_blame_at_once_are_not_enough() -> None:
    alone = [one for one in SENTENCES if len(one.topics) == 1]
    with pytest.raises(TrainingError, match="several topics"):
        fit("zh", alone, table("zh", "polarity"))
