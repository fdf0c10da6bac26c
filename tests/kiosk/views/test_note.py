import pytest

from kiosk.texts import phrases
from tests.kiosk.glass import Glass

pytestmark = [pytest.mark.screen, pytest.mark.xdist_group("kivy")]


def test_phrases_write_chinese_without_chinese_keys(glass: Glass) -> None:
    glass.tap("face:1", "write", "phrase:1", "phrase:6")
    offered = phrases("zh-CN", 1)
    assert glass.app.picture.note == offered[0] + offered[5]


def test_phrases_follow_language_and_rating(glass: Glass) -> None:
    glass.tap("face:5", "write", "language", "phrase:1")
    assert glass.app.picture.note == phrases("en", 5)[0]
    count = sum(name.startswith("phrase:") for name in glass.app.targets())
    assert count == len(phrases("en", 5))


def test_back_leads_to_the_chips_with_the_draft_kept(glass: Glass) -> None:
    glass.tap("face:5", "write", "key:a", "back", "write")
    assert glass.app.picture.note == "a"


def test_personal_data_is_masked_on_disk(glass: Glass) -> None:
    glass.tap("face:3", "write", "symbols", *(f"key:{digit}" for digit in "13800138000"), "done")
    glass.until(lambda: bool(glass.thanked))
    note = glass.responses()[-1].note
    assert note is not None
    assert "13800138000" not in note
