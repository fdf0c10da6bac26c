"""Who gets a code and a promise, who is doubted, and how long the screen waits."""

from datetime import timedelta

import msgspec
import pytest

from kiosk.events import (
    Arm,
    AskTapped,
    CaseAnswered,
    DoneTapped,
    Event,
    FinishTapped,
    IdlePassed,
    KeyTapped,
    LanguageTapped,
    LookupTapped,
    MailboxTapped,
    NextTapped,
    Promise,
    PromisesArrived,
    Rated,
    ReasonTapped,
    Saved,
    SkipTapped,
    State,
    SurveyArrived,
    WriteTapped,
)
from kiosk.visit import Visit
from protocols import briefs
from protocols.briefs import PromiseClock, Promises
from protocols.messages import ClockQuality, Misuse
from protocols.survey import Limits
from tests.kiosk.flow.shopper import (
    CODE,
    FOUND,
    NOON,
    SURVEY,
    WAY_TO,
    Wrist,
    arms,
    keys,
    new_flow,
    saves,
    told,
)


def test_next_shopper_finds_the_first_language_and_nothing_else() -> None:
    flow = new_flow()
    told(flow, LanguageTapped(), Rated(5), SkipTapped(), Saved("r1", 2), FinishTapped())
    assert flow.picture() == new_flow().picture()


@pytest.mark.parametrize(
    ("way", "promise"),
    [
        ([Rated(5), SkipTapped()], Promise.HAPPY),
        ([Rated(3), SkipTapped()], Promise.NEUTRAL),
        ([Rated(2), SkipTapped()], Promise.UNHAPPY),
        ([Rated(1), ReasonTapped("food_safety"), SkipTapped()], Promise.URGENT),
    ],
)
def test_promise_fits_what_was_said(way: list[Event], promise: Promise) -> None:
    flow = new_flow()
    told(flow, *way)
    assert flow.picture().promise is promise


def promises(*minutes: int, clock: PromiseClock = PromiseClock.OPENING) -> Promises:
    rows = zip("SAB", minutes, strict=True)
    return Promises(
        policy="1",
        timezone="Asia/Shanghai",
        opens="08:00",
        closes="22:00",
        promises=tuple(briefs.Promise(grade=g, minutes=m, clock=clock) for g, m in rows),
    )


PROMISES = promises(15, 120, 960)


@pytest.mark.parametrize(
    ("touchpoint", "way", "gets"),
    [
        ("till-4", [Rated(3)], True),
        ("till-4", [Rated(4)], False),
        ("till-4", [Rated(5), ReasonTapped("fresh"), NextTapped()], False),
        ("till-4", [Rated(5), WriteTapped(), KeyTapped("a"), DoneTapped()], True),
        ("exit", [Rated(6)], True),
        ("exit", [Rated(7)], False),
        ("four", [Rated(2)], True),
        ("four", [Rated(4)], False),
        ("till-4", [LanguageTapped(), IdlePassed()], False),
    ],
)
def test_only_who_says_something_that_is_answered_gets_a_code(
    touchpoint: str, way: list[Event], gets: bool
) -> None:
    visit = saves(told(new_flow(touchpoint=touchpoint), *way))[-1]
    assert visit.code == ("CODE-1" if gets else None)


def test_a_visit_has_one_code() -> None:
    flow = new_flow()
    visits = saves(told(flow, Rated(1), ReasonTapped("food_safety"), NextTapped()))
    assert {visit.code for visit in visits} == {"CODE-1"}


@pytest.mark.parametrize(
    ("touchpoint", "way", "shown"),
    [
        ("till-4", [Rated(1), ReasonTapped("food_safety"), SkipTapped()], "12:15"),
        ("till-4", [Rated(2), SkipTapped()], "14:00"),
        ("till-4", [Rated(3), SkipTapped()], "明天 14:00"),
        ("till-4", [Rated(5), WriteTapped(), KeyTapped("a"), DoneTapped()], "明天 14:00"),
        ("till-4", [MailboxTapped(), KeyTapped("a"), DoneTapped()], "明天 14:00"),
        ("exit", [Rated(6), SkipTapped()], "14:00"),
        ("till-4", [Rated(5), SkipTapped()], ""),
    ],
)
def test_promise_follows_the_grade(touchpoint: str, way: list[Event], shown: str) -> None:
    flow = new_flow(touchpoint=touchpoint)
    visit = saves(told(flow, PromisesArrived(PROMISES), *way))[-1]
    assert flow.picture().promised == shown
    assert (visit.promised_ms is None) == (shown == "")


def test_what_was_shown_is_what_is_saved() -> None:
    flow = new_flow()
    visit = saves(told(flow, PromisesArrived(PROMISES), Rated(1), SkipTapped()))[-1]
    assert visit.promised_ms == round((NOON + timedelta(hours=2)).timestamp() * 1000)
    told(flow, LanguageTapped())
    assert flow.picture().promised == "14:00"


def test_nothing_is_promised_by_a_clock_that_may_be_wrong_or_to_who_went_away() -> None:
    watch = Wrist(quality=ClockQuality.UNSYNCED)
    low: list[Event] = [PromisesArrived(PROMISES), Rated(1)]
    visit = saves(told(new_flow(watch=watch), *low, SkipTapped()))[-1]
    assert visit.promised_ms is None
    visit = saves(told(new_flow(), *low, IdlePassed()))[-1]
    assert visit.promised_ms is None
    visit = saves(told(new_flow(), Rated(1), SkipTapped()))[-1]
    assert visit.promised_ms is None


def test_promise_of_a_case_is_shown_with_the_case() -> None:
    due = round((NOON + timedelta(days=1)).timestamp() * 1000)
    flow = new_flow()
    told(flow, LookupTapped(), *keys(CODE), AskTapped())
    told(flow, CaseAnswered(msgspec.structs.replace(FOUND, promised_ms=due)))
    assert flow.picture().promised == "明天 12:00"


def test_mashed_keys_are_marked_and_kept() -> None:
    watch = Wrist()
    flow = new_flow(watch=watch)
    visits: list[Visit] = []
    for number in range(1, 4):
        visits += saves(told(flow, Rated(1)))
        watch.turn(1)
        told(flow, SkipTapped(), Saved(f"r{number}", 2), FinishTapped())
    assert [[mark.misuse for mark in visit.marks] for visit in visits] == [[], [], [Misuse.MASH]]


def test_burst_of_one_finger_is_marked() -> None:
    watch = Wrist()
    flow = new_flow(watch=watch)
    for number in range(1, 6):
        [visit] = saves(told(flow, Rated(5)))
        watch.turn(7)
        [last] = saves(told(flow, SkipTapped()))
        told(flow, Saved(f"r{number}", 2), FinishTapped())
        watch.turn(1)
    assert [mark.misuse for mark in visit.marks] == [Misuse.BURST]
    assert last.marks == visit.marks


@pytest.mark.parametrize(
    ("hour", "quality", "marked"),
    [
        (3, ClockQuality.SYNCED, True),
        (3, ClockQuality.UNSYNCED, False),
        (12, ClockQuality.SYNCED, False),
    ],
)
def test_rating_of_a_shut_store_is_marked(hour: int, quality: ClockQuality, marked: bool) -> None:
    watch = Wrist(quality=quality)
    watch.set(NOON.replace(hour=hour))
    [visit] = saves(told(new_flow(watch=watch), PromisesArrived(PROMISES), Rated(1)))
    assert [mark.misuse for mark in visit.marks] == ([Misuse.AFTER_HOURS] if marked else [])


@pytest.mark.parametrize("state", State)
def test_each_state_waits_for_its_own_time(state: State) -> None:
    waits = {
        State.ATTRACT: Arm(None),
        State.CLOSED: Arm(None),
        State.REASONS: Arm(20.0, 8.0),
        State.NOTE: Arm(60.0, 8.0),
        State.CONTACT: Arm(45.0, 8.0),
        State.SAVING: Arm(10.0),
        State.THANKS: Arm(6.0),
        State.CANNOT_ACCEPT: Arm(5.0),
        State.LOOKUP: Arm(45.0, 8.0),
        State.CASE: Arm(45.0, 8.0),
        State.RECEIPT: Arm(45.0, 8.0),
        State.STAFF: Arm(60.0),
    }
    commands = told(new_flow(), *WAY_TO[state])
    assert (arms(commands) or [Arm(None)])[-1] == waits[state]


def test_waits_are_the_surveys_and_a_warning_never_takes_more_than_half_of_one() -> None:
    flow = new_flow()
    limits = Limits(reasons=10, note=100, thanks=3, warn=30)
    told(flow, SurveyArrived(msgspec.structs.replace(SURVEY, limits=limits)))
    assert arms(told(flow, Rated(5))) == [Arm(10.0, 5.0)]
    assert arms(told(flow, WriteTapped())) == [Arm(100.0, 30.0)]
    told(flow, DoneTapped())
    assert arms(told(flow, Saved("r1", 2))) == [Arm(3.0)]


def test_picture_speaks_the_chains_own_words() -> None:
    flow = new_flow()
    own = {"en": {"thanks": "Cheers!"}}
    told(flow, SurveyArrived(msgspec.structs.replace(SURVEY, texts=own)))
    assert flow.picture().say("thanks") == "谢谢您！"
    told(flow, LanguageTapped())
    assert flow.picture().say("thanks") == "Cheers!"
    assert flow.picture().say("returns", seconds=3) == "Back in 3 s"
