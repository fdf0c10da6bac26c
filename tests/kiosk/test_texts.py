import json
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from grading.topics import TOPICS
from kiosk.errors import AssetMissing
from kiosk.events import Promise
from kiosk.questions import Mood
from kiosk.settings import DEFAULT_SURVEY
from kiosk.texts import LANGUAGES, all_texts, phrases, text
from kiosk.views import theme
from protocols.case_code import ALPHABET


@pytest.fixture(autouse=True)
def fonts() -> None:
    try:
        theme.check_assets()
    except AssetMissing as error:
        pytest.skip(str(error))


def shown() -> set[str]:
    survey = DEFAULT_SURVEY
    chips = [chip.label for chip in (*survey.unhappy, *survey.happy)]
    asked = [words for texts in (survey.ask, *survey.faces, *chips) for words in texts.values()]
    topics = [words for topic in TOPICS.values() for words in (topic.zh, topic.en)]
    keys = "qwertyuiopasdfghjklzxcvbnm-/:()&@%¥，。！？,.?|·0123456789" + ALPHABET
    return {*"".join([*all_texts(), *asked, *topics, keys, keys.upper()])}


@pytest.mark.parametrize("font", [theme.REGULAR, theme.BOLD])
def test_no_text_lacks_a_glyph(font: str) -> None:
    known = TTFont(font, lazy=True).getBestCmap()
    assert {character for character in shown() if ord(character) not in known} == set()


def test_every_icon_of_the_survey_is_in_the_icon_font() -> None:
    names = json.loads((Path(theme.ICONS).parent / "icons.json").read_text("utf-8"))
    known = TTFont(theme.ICONS, lazy=True).getBestCmap()
    chips = [*DEFAULT_SURVEY.unhappy, *DEFAULT_SURVEY.happy]
    assert {chip.icon for chip in chips} <= set(names)
    assert set(names.values()) <= set(known)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_promise_can_be_said(language: str) -> None:
    assert all(text(language, promise) for promise in Promise)


def test_languages_say_different_things() -> None:
    assert text("en", "thanks") != text("zh-CN", "thanks")
    assert phrases("en", Mood.HAPPY) != phrases("en", Mood.UNHAPPY)
