"""The pinyin dictionary is the same whenever it is built from the same packages."""

from pathlib import Path

import pytest

from assets import pinyin
from assets.__main__ import PINYIN
from kiosk.pinyin.dictionary import Dictionary, Unit
from kiosk.pinyin.syllables import Fit


def words(path: Path, *syllables: str) -> list[str]:
    dictionary = Dictionary(path)
    found = dictionary.words(tuple(Unit(one, Fit.WHOLE) for one in syllables))
    dictionary.close()
    return [word.text for word in found]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    # All of jieba's words take seven seconds; the most frequent show the same.
    monkeypatch.setattr(pinyin, "LEAST_FREQUENT", 2_000)


@pytest.mark.usefixtures("small")
def test_building_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    built = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        built.append(pinyin.build(tmp_path / name))
    for one, two in zip(*built, strict=True):
        assert one.read_bytes() == two.read_bytes()
    assert words(tmp_path / "one" / "pinyin.db", "shi", "yi", "jian")[0] == "试衣间"


def test_our_list_is_sorted_and_can_be_drawn() -> None:
    ours = pinyin.read_list(pinyin.WORDS)
    texts = [word.text for word in ours]
    assert len(texts) >= 500
    assert texts == sorted(set(texts))
    assert all(pinyin.characters().issuperset(text) for text in texts)
    assert all(len(word.reading) in (0, len(word.text)) for word in ours)


def test_line_of_the_list_may_say_how_often_and_how_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("# ours\n称重\n行号 4 hang hao\n", "utf-8")
    plain, said = pinyin.read_list(path)
    assert (plain.text, plain.often, plain.reading) == ("称重", "2", ())
    assert (said.often, said.reading) == ("4", ("hang", "hao"))


def test_licences_lie_beside_the_dictionary() -> None:
    text = (PINYIN / "LICENSES.txt").read_text("utf-8")
    assert "jieba" in text
    assert "pypinyin" in text
