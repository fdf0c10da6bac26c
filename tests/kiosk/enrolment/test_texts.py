import string

from kiosk.enrolment import texts
from kiosk.enrolment.flow import Trouble
from kiosk.enrolment.texts import all_enrolment_texts, enrolment_text


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_everything_with_the_same_fields() -> None:
    assert texts._ZH.keys() == texts._EN.keys()
    for key in texts._ZH:
        assert fields(texts._ZH[key]) == fields(texts._EN[key]), key
    assert len(all_enrolment_texts()) == 2 * len(texts._ZH)


def test_every_trouble_has_its_words() -> None:
    for language in ("zh-CN", "en"):
        assert all(enrolment_text(language, trouble, seconds=3) for trouble in Trouble)
