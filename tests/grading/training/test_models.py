from importlib import resources

from grading.model import Table
from grading.training.models import HEADS, accuracy, heads
from grading.training.texts import Review, Sentence
from grading.words import pieces, read

SENTENCES = [
    Sentence(text="排队太久了", grade="A", intent="complaint", topics=("queue_checkout",)),
    Sentence(text="几点开门", grade="B", intent="enquiry", topics=("opening_hours",)),
    Sentence(text="吃出虫子", grade="S", intent="complaint", topics=("food_safety",)),
    Sentence(text="味道很好", grade="B", intent="praise", topics=("taste",)),
]


def test_heads_are_fitted_to_sentences_and_the_same_each_time() -> None:
    content = heads("zh", SENTENCES * 2)
    assert content == heads("zh", SENTENCES * 2)
    margins = Table(content).score(pieces(read("吃出虫子"), HEADS["zh"].bits))
    assert margins["S"] > 0 > margins["enquiry"]


def test_accuracy_is_by_source() -> None:
    weights = (resources.files("grading") / "weights" / "zh_polarity.bin").read_bytes()
    found = [Review(text="质量很好，非常喜欢", source="made", pleased=True)]
    assert accuracy(weights, "zh", found) == {"all": 100.0, "made": 100.0}
