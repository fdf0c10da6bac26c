import base64
import gc
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from nacl.public import SealedBox

from kiosk.events import (
    AlarmHeard,
    AskTapped,
    IdlePassed,
    KeyTapped,
    Picture,
    ProblemsArrived,
    Rated,
    State,
    SurveyArrived,
)
from kiosk.settings import DEFAULT_SURVEY
from protocols.briefs import Problem, Problems
from protocols.messages import Alarm, Lane, Outcome, ProblemVote, Vote
from protocols.survey import Limits
from tests.kiosk.glass import HQ_KEY, Glass, kiosk_on_glass

pytestmark = pytest.mark.screen


def test_first_tap_is_on_disk_and_the_reasons_are_shown(glass: Glass) -> None:
    glass.tap("face:2")
    glass.until(lambda: len(glass.responses()) == 1)
    [response] = glass.responses()
    assert (response.rating, response.rev, response.outcome) == (2, 1, Outcome.RATED)
    assert glass.app.flow_state == State.REASONS


def test_whole_visit_is_read_back_from_the_outbox(glass: Glass) -> None:
    glass.tap("face:1", "reason:queue", "reason:food_safety", "write", "phrase:1")
    glass.tap("script", *(f"key:{letter}" for letter in "too"), "key:space", "done")
    glass.tap(*(f"digit:{digit}" for digit in "13800138000"), "consent", "submit")
    glass.until(lambda: bool(glass.thanked))
    last = glass.responses()[-1]
    assert [reason.id for reason in last.reasons] == ["queue", "food_safety"]
    assert last.note == "排队太久，too"
    assert last.contact_sealed is not None
    assert SealedBox(HQ_KEY).decrypt(base64.b64decode(last.contact_sealed)) == b"13800138000"
    assert last.final and last.contact_consent
    assert glass.thanked == [(last.response, last.rev)]
    assert glass.app.picture.code == last.code


def test_thanks_are_painted_only_after_the_commit_d2(glass: Glass) -> None:
    on_disk: list[tuple[str, int]] = []
    glass.app.on_thanked(
        lambda *_: on_disk.extend((one.response, one.rev) for one in glass.responses())
    )
    glass.tap("face:5", "next")
    glass.until(lambda: bool(glass.thanked))
    assert glass.thanked[0] in on_disk


def test_english_visit_is_marked_english(glass: Glass) -> None:
    glass.tap("language", "face:5", "reason:fresh", "next")
    glass.until(lambda: bool(glass.thanked))
    last = glass.responses()[-1]
    assert (last.language, last.rating) == ("en", 5)
    glass.tap("finish")
    assert glass.app.picture.language == "zh-CN"


def test_current_response_names_visit_and_lane(glass: Glass) -> None:
    assert glass.app.current_response is None
    glass.tap("face:1", "reason:food_safety")
    current = glass.app.current_response
    assert current is not None
    assert (current.rating, current.rev, current.lane) == (1, 2, Lane.URGENT)


def test_shopper_who_walks_away_leaves_a_clean_screen(glass: Glass) -> None:
    glass.tap("face:1", "next", "digit:1", "digit:3")
    glass.app.handle(IdlePassed())
    glass.frames(2)
    assert glass.app.flow_state == State.ATTRACT
    glass.until(lambda: len(glass.responses()) == 2)
    last = glass.responses()[-1]
    assert (last.outcome, last.final, last.contact_sealed) == (Outcome.ABANDONED, True, None)


def test_no_number_outlives_the_contact_screen_in_memory(glass: Glass) -> None:
    others = pictures()  # of other tests in this process
    glass.tap("face:1", "next", *(f"digit:{digit}" for digit in "1390"))
    assert [picture for picture in pictures(but=others) if picture.digits]
    glass.app.handle(IdlePassed())
    glass.frames(2)
    gc.collect()
    kept = [one for one in pictures(but=others) if one.digits or one.note]
    assert kept == []


def pictures(but: Sequence[Picture] = ()) -> list[Picture]:
    known = {id(picture) for picture in but}
    found = [one for one in gc.get_objects() if type(one) is Picture]
    return [picture for picture in found if id(picture) not in known]


def test_full_outbox_is_said_on_the_screen_and_heals_d8(tmp_path: Path) -> None:
    with kiosk_on_glass(tmp_path) as glass:
        glass.tap("face:4")
        glass.until(lambda: len(glass.responses()) == 1)
        blocker = sqlite3.connect(tmp_path / "outbox.db", isolation_level=None)
        blocker.execute(
            "CREATE TRIGGER full BEFORE INSERT ON events BEGIN"
            " SELECT RAISE(FAIL, 'disk I/O error'); END"
        )
        glass.tap("next")
        glass.until(lambda: glass.app.flow_state == State.CANNOT_ACCEPT)
        assert glass.thanked == []
        assert set(glass.app.targets()) == {"language", "large_text", "staff"}
        blocker.execute("DROP TRIGGER full")
        blocker.close()
        glass.app.handle(IdlePassed())
        glass.until(lambda: glass.app.flow_state == State.ATTRACT)
        assert [one.rev for one in glass.responses()] == [1, 2]


def test_alarm_shows_on_the_first_screen(glass: Glass) -> None:
    before = glass.app.targets()["face:1"]
    alarm = Alarm(
        alarm="a1", response="r", touchpoint="till-4", reasons=("allergy",), code="ABCD-1234"
    )
    glass.app.handle(AlarmHeard(alarm))
    glass.frames(2)
    assert glass.app.picture.alarm == alarm
    assert glass.app.targets()["face:1"] != before


def test_kiosk_without_the_key_of_hq_asks_no_number(tmp_path: Path) -> None:
    with kiosk_on_glass(tmp_path, hq_public_key=None, track_url=None, note_url=None) as glass:
        glass.tap("face:1", "next")
        glass.until(lambda: bool(glass.thanked))
        assert glass.app.flow_state == State.THANKS


def test_fault_of_our_own_ends_the_visit_in_error_and_the_kiosk_goes_on(
    glass: Glass, caplog: pytest.LogCaptureFixture
) -> None:
    glass.tap("face:2", "write")
    glass.app.handle(KeyTapped(None))  # type: ignore[arg-type]  # no length: a fault of the program
    assert glass.app.flow_state == State.ATTRACT
    assert "gave up on KeyTapped" in caplog.text
    glass.until(lambda: len(glass.responses()) == 2)
    last = glass.responses()[-1]
    assert (last.outcome, last.final, last.rating) == (Outcome.ERROR, True, 2)
    glass.tap("face:5")
    assert glass.app.flow_state == State.REASONS


def test_survey_of_hq_is_asked_and_saved_from_the_next_visit_on(glass: Glass) -> None:
    survey = msgspec.structs.replace(
        DEFAULT_SURVEY,
        version=7,
        questions=(),
        question="new",
        ask={"zh-CN": "新问题？", "en": "New?"},
    )
    glass.tap("face:5")
    glass.app.handle(SurveyArrived(survey))
    assert glass.app.picture.asked.id != "new"
    glass.app.handle(IdlePassed())
    assert glass.app.picture.asked.id == "new"
    glass.app.handle(Rated(4))
    glass.until(lambda: len(glass.responses()) == 3)
    assert {(one.survey_version, one.question) for one in glass.responses()} >= {(7, "new")}


def test_screen_warns_before_it_goes_back_and_waits_when_somebody_is_still_there(
    tmp_path: Path,
) -> None:
    survey = tmp_path / "quick.json"
    limits = msgspec.structs.replace(DEFAULT_SURVEY, limits=Limits(reasons=2, warn=1.6))
    survey.write_bytes(msgspec.json.encode(limits))
    with kiosk_on_glass(tmp_path, survey=survey) as glass:
        glass.tap("face:5")
        glass.until(lambda: glass.app.picture.warning)
        glass.tap("still_here")
        assert not glass.app.picture.warning
        assert glass.app.flow_state == State.REASONS
        glass.until(lambda: glass.app.picture.warning)
        glass.until(lambda: glass.app.flow_state == State.ATTRACT)


def found(glass: Glass) -> str | None:
    case = glass.app.picture.case
    return case.found if case else None


def test_a_scanner_that_ends_with_two_enters_touches_nothing(tmp_path: Path) -> None:
    with kiosk_on_glass(tmp_path, receipt_scanner=True) as glass:
        glass.app.press_key(275)  # a ring stands on the first face
        for key in (*map(ord, "20261121000387"), 13, 13):
            glass.app.press_key(key)
        assert (glass.app.flow_state, glass.app.picture.receipt) == ("attract", "0387")


def test_vote_mailbox_and_look_up_by_touch(glass: Glass) -> None:
    problem = Problem(
        problem="p1",
        topic="weighing",
        text={"zh-CN": "生鲜称重 · 排队", "en": "Queues at the scales"},
        ask={"zh-CN": "生鲜称重还排队吗？", "en": "Still queues?"},
        touchpoint="fresh",
    )
    glass.app.handle(ProblemsArrived(Problems(problems=(problem,))))
    glass.tap("fixed_now:1", "mailbox", "phrase:1", "done")
    glass.until(lambda: bool(glass.thanked))
    glass.tap("finish", "lookup", *(f"code:{character}" for character in "0000"))
    glass.app.handle(AskTapped())
    assert found(glass) == "unknown"  # a code has eight characters at least
    glass.tap(*(f"code:{character}" for character in "0000"), "ask")
    glass.until(lambda: found(glass) == "away")  # there is no gateway
    glass.tap("close")
    glass.until(lambda: len(glass.responses()) == 2)
    words, looked = glass.responses()
    assert (words.question, words.rating, words.outcome) == ("one-detail", None, Outcome.RATED)
    assert words.note is not None
    assert (looked.outcome, looked.code) == (Outcome.SKIPPED, None)
    [vote] = glass.events(ProblemVote)
    assert (vote.problem, vote.vote, vote.place) == ("p1", Vote.FIXED, "fresh")
    assert vote.touchpoint == "till-4"


def test_frame_is_drawn_when_it_is_flipped_and_not_gathered(glass: Glass) -> None:
    from kivy.core.window import Window  # noqa: PLC0415 (opens it: only after Kivy was set up)
    from kivy.graphics.opengl import glFinish  # noqa: PLC0415

    glFinish()
    began = time.process_time()  # of all threads: the renderer's are counted
    for _ in range(20):
        Window.canvas.ask_update()
        glass.frames(1)
    drawn = time.process_time()
    glFinish()
    assert time.process_time() - drawn < (drawn - began) / 20
