import pytest

from edge_gateway.board import words as module
from edge_gateway.board.words import LANGUAGES, Words
from grading.topics import TOPICS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_and_topic_is_there_in_both_languages(language: str) -> None:
    words = Words(language)
    values = {
        "since": "09:00",
        "n": 3,
        "by": "王",
        "minutes": 4,
        "reader": "扫码枪",
        "state": "x",
        "encoding": "big5",
        "until": "09:00",
        "at": "09:00",
        "share": 3,
    }
    for key in module._WORDS:
        assert words(key, **values)
    assert all(words.topic(topic) for topic in TOPICS)


def test_an_unknown_language_is_chinese_and_an_unknown_topic_its_id() -> None:
    words = Words("xx")
    assert (words.language, words.other) == ("zh-CN", "en")
    assert words.topic("new_thing") == "new thing"
    assert words.of({"en": "Till 4"}, "till-4") == "Till 4"
    assert words.of({}, "till-4") == "till-4"
