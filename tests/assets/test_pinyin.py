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
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # All of it takes ten seconds; a few characters show the same.
    listed = tmp_path / "words.txt"
    listed.write_text("试衣间\n", "utf-8")
    monkeypatch.setattr(pinyin, "WORDS", listed)
    monkeypatch.setattr(pinyin, "characters", lambda: frozenset("试衣间事一意见实时服务人民"))


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
    assert pinyin.characters().issuperset("".join(texts))
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
