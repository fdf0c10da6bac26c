from pathlib import Path

import pytest

from kiosk.errors import AssetMissing
from kiosk.pinyin.composer import Composer
from kiosk.pinyin.dictionary import FUZZY_COST, Dictionary, Unit
from kiosk.pinyin.syllables import Fit


def units(*syllables: str) -> tuple[Unit, ...]:
    return tuple(Unit(one, Fit.WHOLE) for one in syllables)


def test_missing_file_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(AssetMissing, match="run `make assets`"):
        Dictionary(tmp_path / "pinyin.db")


def test_words_come_the_likeliest_first(words: Dictionary) -> None:
    found = words.words(units("fu", "wu"))
    assert found[0].text == "服务"
    assert [word.cost for word in found] == sorted(word.cost for word in found)


def test_fuzzy_word_costs_more(words: Dictionary) -> None:
    exact = {word.text: word.cost for word in words.words(units("shou", "yin", "tai"))}
    fuzzy = {word.text: word.cost for word in words.words(units("sou", "ying", "tai"))}
    assert fuzzy["收银台"] == exact["收银台"] + 2 * FUZZY_COST


def test_initials_find_words_of_that_many_syllables(words: Dictionary) -> None:
    short = tuple(Unit(one, Fit.INITIAL) for one in "fwtd")
    assert words.words(short)[0].text == "服务态度"
    mixed = (Unit("g", Fit.INITIAL), Unit("tai", Fit.WHOLE))
    assert words.words(mixed)[0].text == "柜台"


@pytest.mark.parametrize(
    ("letters", "fit"),
    [
        ("shou", Fit.WHOLE),
        ("sho", Fit.BEGUN),
        ("sh", Fit.BEGUN),
        ("lue", Fit.WHOLE),
        ("v", None),
        ("shoui", None),
        ("", None),
    ],
)
def test_letters_fit_a_syllable_or_not(words: Dictionary, letters: str, fit: Fit | None) -> None:
    assert words.fit(letters) == fit


def test_file_is_small_and_its_makers_are_named() -> None:
    from kiosk.pinyin.dictionary import PATH  # noqa: PLC0415

    if not PATH.is_file():
        pytest.skip("make assets was not run")
    assert PATH.stat().st_size <= 4_000_000
    licences = (PATH.parent / "LICENSES.txt").read_text("utf-8")
    assert "Sun Junyi" in licences
    assert licences.count("Permission is hereby granted") == 2


@pytest.mark.parametrize("kept", [0, 3000, 20_000, 1_000_000])
def test_damaged_file_knows_fewer_words_and_ends_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, words: Dictionary, kept: int
) -> None:
    whole = words._path.read_bytes()
    path = tmp_path / "pinyin.db"
    path.write_bytes(whole[:kept] + b"?" * (len(whole) - kept))
    composer = Composer(Dictionary(path))
    for letter in "shouyintaimeiyouren":
        composer.type(letter)
    composer.candidates(0, 12)
    assert caplog.text.count("make assets") == 1
