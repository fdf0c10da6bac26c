import string

import pytest

from kiosk import staff_texts
from kiosk.staff_texts import all_staff_texts, span, staff_text


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_everything_with_the_same_fields() -> None:
    assert staff_texts._ZH.keys() == staff_texts._EN.keys()
    for key in staff_texts._ZH:
        assert fields(staff_text("zh-CN", key)) == fields(staff_text("en", key)), key
        assert staff_text("en", key).isprintable()
    assert len(all_staff_texts()) == 2 * len(staff_texts._ZH)


@pytest.mark.parametrize(
    ("seconds", "words"), [(1, "1 s"), (119, "119 s"), (121, "3 min"), (300, "5 min")]
)
def test_stretch_of_time_is_rounded_up(seconds: int, words: str) -> None:
    assert span("en", seconds) == words
