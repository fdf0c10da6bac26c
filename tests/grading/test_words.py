from grading.model import Table
from grading.training.models import heads
from grading.training.texts import Sentence
from grading.words import margins, pieces, read, tellers


def test_both_languages_are_read() -> None:
    assert read("态度很差").language == "zh"
    assert read("rude staff").language == "en"
    assert read("WiFi 太慢").language == "zh"
    assert read("！！").language == ""
    assert margins(read("！！")) == {}


def test_findings_are_pieces_too() -> None:
    words = read("态度很差")
    assert len(pieces(words, 15)) > len(words.text.text) * 3 - 3


def test_the_loudest_pieces_are_named() -> None:
    text = "排队排了四十分钟"
    found = tellers(read(text), "queue_checkout", 2)
    assert len(found) == 2
    assert all(weight > 0 and 0 <= start < end <= len(text) for start, end, weight in found)


def test_fitted_tables_stand_in_for_the_shipped_ones() -> None:
    own = [
        Sentence(text="甲乙丙", grade="A", intent="complaint", topics=("parking",)),
        Sentence(text="子丑寅", grade="B", intent="praise", topics=("taste",)),
    ]
    table = Table(heads("zh", own * 3))
    assert margins(read("甲乙丙", fitted={"heads": table}))["parking"] > 0
    assert margins(read("甲乙丙"))["parking"] < 0
