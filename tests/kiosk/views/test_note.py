from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.events import DoneTapped, KeyTapped, State
from kiosk.questions import Mood
from kiosk.texts import phrases
from tests.kiosk.glass import Glass
from tests.kiosk.views.studio import BASE, HAPPY, MAILBOX, UNHAPPY, Studio, open_studio

pytestmark = pytest.mark.screen

NOTE = replace(UNHAPPY, state=State.NOTE, response="r-1")


def words(studio: Studio) -> set[str]:
    from kiosk.views.parts import Text  # noqa: PLC0415 (needs the surface)

    return {part.said for part in studio.parts() if isinstance(part, Text)}


def addresses(studio: Studio) -> set[str]:
    from kiosk.views.parts import QrCode  # noqa: PLC0415 (needs the surface)

    return {part.address for part in studio.parts() if isinstance(part, QrCode)}


def names(studio: Studio) -> set[str]:
    return {one.name for one in studio.stage.touchables}


def test_phone_comes_first_and_its_code_joins_the_visit(studio: Studio) -> None:
    studio.resize(540, 960)
    studio.show(NOTE)
    screen = studio.stage._screens[State.NOTE]
    card, field = screen._card, screen._field  # type: ignore[attr-defined]
    assert card._box.rect.y > field._box.rect.top
    assert addresses(studio) == {"https://feedback.example.com/n/s1/r-1"}
    studio.show(replace(BASE, state=State.NOTE))
    assert addresses(studio) == {"https://feedback.example.com/n/s1"}


def test_without_an_address_the_keyboard_is_alone(tmp_path: Path) -> None:
    with open_studio(tmp_path, note_url=None) as alone:
        alone.resize(540, 960)
        alone.show(NOTE)
        assert not addresses(alone)


def test_phrases_follow_language_and_mood(studio: Studio) -> None:
    for picture, language, mood in (
        (NOTE, "zh-CN", Mood.UNHAPPY),
        (replace(HAPPY, state=State.NOTE, language="en"), "en", Mood.HAPPY),
        (replace(BASE, state=State.NOTE), "zh-CN", None),
    ):
        studio.show(picture)
        studio.tapped.clear()
        offered = phrases(language, mood)
        assert f"phrase:{len(offered) + 1}" not in names(studio)
        for number, phrase in enumerate(offered, 1):
            studio.stage.touch(f"phrase:{number}")
            assert studio.tapped[-1] == KeyTapped(phrase)


def test_mailbox_asks_its_own_question(studio: Studio) -> None:
    studio.show(replace(BASE, state=State.NOTE))
    assert MAILBOX.ask["zh-CN"] in words(studio)
    studio.show(NOTE)
    assert NOTE.say("note_title") in words(studio)


def test_hint_asks_for_no_names_until_something_is_written(studio: Studio) -> None:
    studio.show(NOTE)
    assert any("请不要写姓名和电话" in said for said in words(studio))
    studio.show(replace(NOTE, note="好"))
    assert not any("请不要写姓名和电话" in said for said in words(studio))
    assert "好|" in words(studio)


def test_phrase_longer_than_the_room_left_cannot_be_touched(studio: Studio) -> None:
    studio.show(replace(NOTE, note="好" * 136))
    assert "136/140" in words(studio)
    assert "phrase:1" not in names(studio)
    studio.show(replace(NOTE, note="好" * 140))
    assert f"140/140 · {NOTE.say('note_full')}" in words(studio)


def test_of_a_long_note_the_end_is_shown(studio: Studio) -> None:
    studio.resize(540, 960)
    studio.show(replace(NOTE, large=True, note="一" * 100 + "完"))
    [shown] = [said for said in words(studio) if said.endswith("|")]
    assert shown.startswith("…")
    assert shown.endswith("一完|")


def test_done_takes_what_waits_in_the_keyboard_along(studio: Studio) -> None:
    studio.show(replace(UNHAPPY, state=State.REASONS))
    studio.show(NOTE)
    for letter in "xiexie":
        studio.stage.touch(f"key:{letter}")
    studio.tapped.clear()
    studio.stage.touch("done")
    assert studio.tapped == [KeyTapped("谢谢"), DoneTapped()]


def test_back_leads_to_the_chips_with_the_draft_kept(glass: Glass) -> None:
    glass.tap("face:5", "write", "phrase:1", "back", "write")
    assert glass.app.picture.note == phrases("zh-CN", Mood.HAPPY)[0]
    visit = glass.app.picture.response
    assert visit
    glass.tap("symbols", *(f"key:{digit}" for digit in "13800138000"), "done")
    glass.until(lambda: bool(glass.thanked))
    last = glass.responses()[-1]
    assert last.note is not None
    assert "13800138000" not in last.note
    assert last.response == visit
