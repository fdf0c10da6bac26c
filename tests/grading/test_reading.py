from grading.reading import Reading, clause_margin, clause_polarity, margins, pieces, read, tellers
from grading.verdict import Context, Effect


def test_both_languages_are_read() -> None:
    assert read("态度很差").language == "zh"
    assert read("rude staff").language == "en"
    assert read("WiFi 太慢").language == "zh"
    assert read("！！").language == ""
    assert margins(read("！！")) == {}


def test_polarity_knows_pleased_from_displeased() -> None:
    def polarity(text: str) -> float:
        return clause_polarity(read(text), 0)

    assert polarity("质量很好非常喜欢") > 0 > polarity("质量太差了非常失望")
    assert polarity("excellent, love it") > 0 > polarity("terrible waste of money")
    assert polarity("любой") == 0.0


def test_findings_are_pieces_too() -> None:
    words = read("态度很差")
    assert len(pieces(words, 15)) > len(words.text.text) * 3 - 3


def test_the_loudest_pieces_are_named() -> None:
    text = "排队排了四十分钟"
    found = tellers(read(text), "queue_checkout", 2)
    assert len(found) == 2
    assert all(weight > 0 and 0 <= start < end <= len(text) for start, end, weight in found)


def test_a_clause_is_scored_alone() -> None:
    words = read("送货很快，但是包装破了")
    assert clause_margin(words, 0, "delivery") > clause_margin(words, 1, "delivery")


def test_an_unhappy_face_is_seen() -> None:
    reading = Reading(context=Context(rating=1), words=read("态度很差"), margins={})
    assert reading.unhappy
    assert reading.has(Effect.FAULT)
    assert reading.margin("S") < 0
