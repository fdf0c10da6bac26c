import pytest

from kiosk.pinyin.composer import Composer
from kiosk.pinyin.dictionary import Dictionary
from kiosk.pinyin.typist import Script, Typist


@pytest.fixture
def typist(words: Dictionary) -> Typist:
    typist = Typist(Composer(words))
    typist.sit_down("zh-CN", 140)
    return typist


def type_all(typist: Typist, letters: str) -> str:
    return "".join(typist.key(letter) for letter in letters)


def test_language_of_the_visit_picks_the_script(typist: Typist) -> None:
    assert typist.key("a") == ""
    typist.sit_down("en", 140)
    assert typist.script is Script.ENGLISH
    assert typist.key("a") == "a"


def test_space_chooses_the_first_candidate_and_else_writes_a_space(typist: Typist) -> None:
    assert type_all(typist, "fuwu") == ""
    assert typist.space() == "服务"
    assert typist.space() == " "


def test_sign_writes_what_waits_before_it(typist: Typist) -> None:
    type_all(typist, "xiexie")
    assert typist.key("。") == "谢谢。"


def test_signs_write_what_waits_and_then_digits(typist: Typist) -> None:
    type_all(typist, "san")
    assert typist.switch_signs() == "三"
    assert typist.key("3") == "3"
    assert typist.switch_signs() == ""


def test_changing_to_english_keeps_the_letters_as_letters(typist: Typist) -> None:
    type_all(typist, "wifi")
    assert typist.switch_script() == "wifi"
    assert typist.script is Script.ENGLISH


def test_erase_takes_letters_before_text(typist: Typist) -> None:
    typist.key("a")
    assert typist.erase()
    assert not typist.erase()


def test_what_is_too_long_is_refused_and_stays(typist: Typist) -> None:
    typist.sit_down("zh-CN", 2)
    type_all(typist, "fuwutaidu")
    assert not typist.fits("服务态度")
    assert typist.space() == ""
    assert typist.settle() == ""
    assert typist.composing
    typist.choose(typist.composer.candidates(0, 50).index("服务"))
    assert not typist.fits("态")


def test_nothing_is_composed_when_the_note_is_full(typist: Typist) -> None:
    typist.sit_down("zh-CN", 0)
    typist.key("a")
    assert not typist.composing


def test_letters_without_a_word_are_written_as_they_are(typist: Typist) -> None:
    type_all(typist, "vvv")
    assert typist.space() == "vvv"


def test_who_leaves_leaves_nothing_behind(typist: Typist) -> None:
    type_all(typist, "guomin")
    typist.switch_script()
    typist.switch_capitals()
    typist.switch_signs()
    typist.rise()
    assert (typist.composing, typist.script, typist.signs, typist.capitals) == (
        False,
        Script.PINYIN,
        False,
        False,
    )
