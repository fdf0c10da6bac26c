import json
import re
from pathlib import Path
from string import Formatter

import pytest
from fontTools.ttLib import TTFont

from grading.topics import TOPICS
from kiosk import texts
from kiosk.errors import AssetMissing
from kiosk.events import Promise
from kiosk.questions import Mood
from kiosk.settings import DEFAULT_SURVEY
from kiosk.texts import LANGUAGES, all_texts, phrases, screen_texts, text
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
    asks = [survey.ask, *(question.ask for question in survey.questions)]
    box = [survey.mailbox.name, survey.mailbox.ask] if survey.mailbox else []
    said = [*asks, *box, *survey.faces, *chips]
    asked = [words for by_language in said for words in by_language.values()]
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


def names(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_both_languages_have_every_text_with_the_same_names_in_it() -> None:
    assert set(texts._EN) == set(screen_texts())
    for key, chinese in screen_texts().items():
        assert names(text("en", key)) == names(chinese), key


def test_every_text_that_a_screen_says_is_there() -> None:
    views = [view.read_text("utf-8") for view in Path(theme.__file__).parent.glob("*.py")]
    said = {key for view in views for key in re.findall(r'picture\.say\(\s*"(\w+)"', view)}
    assert len(said) > 20
    assert said <= set(screen_texts())
