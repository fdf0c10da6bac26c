from dataclasses import replace
from typing import Any

import pytest

from kiosk.events import (
    AlarmHeard,
    Arm,
    BackTapped,
    Command,
    ConsentTapped,
    DigitTapped,
    DoneTapped,
    EndAt,
    EraseTapped,
    Event,
    FinishTapped,
    GatewayLinked,
    IdlePassed,
    Instructed,
    InstructionEnded,
    KeyTapped,
    LanguageTapped,
    NextTapped,
    NoContactTapped,
    Promise,
    Rated,
    ReasonTapped,
    Recover,
    Save,
    Saved,
    Show,
    SkipTapped,
    State,
    StorageFailed,
    StorageWell,
    SubmitTapped,
    WriteTapped,
)
from kiosk.flow import IDLE_SECONDS, TRANSITIONS, Flow, Means
from kiosk.settings import DEFAULT_SURVEY
from kiosk.visit import Visit
from protocols.messages import Alarm, Clock, Instruction, Lane, Outcome

ALARM = Alarm(alarm="a1", response="r9", touchpoint="till-4", reasons=("allergy",), raised_ms=5)
ORDER = Instruction(instruction="i1", text={"en": "Open another till"}, until_ms=90_000)
EVERY_EVENT: list[Event] = [
    Rated(1),
    ReasonTapped("queue"),
    NextTapped(),
    SkipTapped(),
    WriteTapped(),
    BackTapped(),
    KeyTapped("a"),
    EraseTapped(),
    DoneTapped(),
    DigitTapped("1"),
    ConsentTapped(),
    SubmitTapped(),
    NoContactTapped(),
    FinishTapped(),
    LanguageTapped(),
    IdlePassed(),
    Saved("r1", 2),
    StorageFailed(None),
    StorageWell(),
    GatewayLinked(),
    AlarmHeard(ALARM),
    Instructed(ORDER),
    InstructionEnded("i1"),
]
WAY_TO: dict[State, list[Event]] = {
    State.ATTRACT: [],
    State.REASONS: [Rated(1)],
    State.NOTE: [Rated(1), WriteTapped()],
    State.CONTACT: [Rated(1), NextTapped()],
    State.SAVING: [Rated(1), SkipTapped()],
    State.THANKS: [Rated(1), SkipTapped(), Saved("r1", 2)],
    State.CANNOT_ACCEPT: [Rated(1), StorageFailed(None)],
}
STATES = list(WAY_TO)


def new_flow(*, contact: bool = True) -> Flow:
    names = iter(range(1, 100))

    means = Means(
        mint=lambda: f"r{next(names)}",
        code=lambda: "CODE-0001",
        now=lambda: Clock(boot="b", mono_ms=1, wall_ms=1),
        redact=lambda words: words.replace("13800138000", "***"),
        seal=(lambda number: f"sealed:{number[-2:]}") if contact else None,
    )
    return Flow(DEFAULT_SURVEY, "till-4", "zh-CN", means)


def told(flow: Flow, *events: Event) -> list[Command]:
    return [command for event in events for command in flow.handle(event)]


def state_of(flow: Flow) -> State:
    return flow.state


def saves(commands: list[Command]) -> list[Visit]:
    return [command.visit for command in commands if isinstance(command, Save)]


def arms(commands: list[Command]) -> list[float | None]:
    return [command.after_seconds for command in commands if isinstance(command, Arm)]


@pytest.mark.parametrize("event", EVERY_EVENT, ids=lambda event: type(event).__name__)
@pytest.mark.parametrize("state", STATES)
def test_every_pair_of_state_and_event_follows_the_table(state: State, event: Event) -> None:
    flow = new_flow()
    told(flow, *WAY_TO[state])
    assert flow.state is state
    commands = flow.handle(event)
    transition = TRANSITIONS.get((state, type(event)))
    if transition is None:
        assert (flow.state, commands) == (state, [])
    else:
        assert flow.state in transition.leads_to
        assert sum(isinstance(command, Show) for command in commands) == 1


def test_the_list_of_events_is_whole() -> None:
    assert {type(event) for event in EVERY_EVENT} == {kind for _, kind in TRANSITIONS}


def test_first_tap_saves_revision_one_at_once() -> None:
    flow = new_flow()
    [visit] = saves(told(flow, Rated(2)))
    assert (visit.rev, visit.rating, visit.outcome) == (1, 2, Outcome.RATED)
    assert (visit.response, visit.code) == ("r1", "CODE-0001")
    assert (visit.lane, visit.final) == (Lane.BULK, False)


def test_each_later_step_saves_the_next_whole_revision() -> None:
    flow = new_flow()
    commands = told(
        flow,
        Rated(1),
        ReasonTapped("queue"),
        WriteTapped(),
        KeyTapped("t"),
        KeyTapped("oo slow"),
        DoneTapped(),
        *map(DigitTapped, "13800138000"),
        ConsentTapped(),
        SubmitTapped(),
    )
    visits = saves(commands)
    assert [visit.rev for visit in visits] == [1, 2, 3, 4]
    last = visits[-1]
    assert [reason.id for reason in last.reasons] == ["queue"]
    assert (last.note, last.contact_sealed, last.final) == ("too slow", "sealed:00", True)
    assert [visit.lane for visit in visits] == [Lane.BULK, Lane.BULK, Lane.URGENT, Lane.URGENT]


def test_thanks_wait_for_the_commit_of_the_last_revision_d2() -> None:
    flow = new_flow()
    told(flow, Rated(5), ReasonTapped("fast"), NextTapped())
    assert state_of(flow) is State.SAVING
    told(flow, Saved("r1", 1))
    assert state_of(flow) is State.SAVING
    told(flow, Saved("r1", 2))
    assert state_of(flow) is State.THANKS
    assert flow.picture().code == "CODE-0001"


def test_urgent_reason_is_saved_before_the_visit_ends_and_goes_by_the_urgent_lane() -> None:
    flow = new_flow()
    told(flow, Rated(1))
    [visit] = saves(told(flow, ReasonTapped("food_safety")))
    assert (visit.lane, visit.final) == (Lane.URGENT, False)
    [last] = saves(told(flow, ReasonTapped("food_safety"), SkipTapped()))
    assert (last.reasons, last.lane) == ((), Lane.URGENT)


def test_happy_and_unhappy_have_chips_of_their_own() -> None:
    flow = new_flow()
    told(flow, Rated(4), ReasonTapped("queue"), ReasonTapped("fresh"))
    assert flow.picture().chosen == {"fresh"}
    flow = new_flow()
    told(flow, Rated(3), ReasonTapped("fresh"), ReasonTapped("queue"))
    assert flow.picture().chosen == {"queue"}


def test_second_touch_takes_a_reason_back() -> None:
    flow = new_flow()
    told(flow, Rated(2), ReasonTapped("queue"), ReasonTapped("queue"))
    assert flow.picture().chosen == frozenset()


@pytest.mark.parametrize("score", [1, 2, 3, 4, 5])
def test_contact_is_asked_of_the_two_lowest_scores_only(score: int) -> None:
    flow = new_flow()
    told(flow, Rated(score), NextTapped())
    assert (flow.state is State.CONTACT) == (score <= 2)


def test_contact_is_never_asked_without_the_key_of_hq() -> None:
    flow = new_flow(contact=False)
    told(flow, Rated(1), NextTapped())
    assert state_of(flow) is State.SAVING


@pytest.mark.parametrize(
    ("digits", "consent", "sent"),
    [("13800138000", True, True), ("13800138000", False, False), ("138", True, False)],
)
def test_number_is_sent_only_with_consent_and_when_it_can_be_one(
    digits: str, consent: bool, sent: bool
) -> None:
    flow = new_flow()
    told(flow, Rated(1), NextTapped(), *map(DigitTapped, digits))
    if consent:
        told(flow, ConsentTapped())
    visits = saves(told(flow, SubmitTapped()))
    assert (flow.state is State.SAVING) == sent
    assert [visit.contact_sealed for visit in visits] == (["sealed:00"] if sent else [])


@pytest.mark.parametrize("leave", [SubmitTapped(), NoContactTapped(), IdlePassed()])
def test_number_and_consent_are_wiped_on_leaving(leave: Event) -> None:
    flow = new_flow()
    told(flow, Rated(1), NextTapped(), *map(DigitTapped, "13800138000"), ConsentTapped(), leave)
    assert flow.state is not State.CONTACT
    assert (flow.picture().digits, flow.picture().consent) == ("", False)
    assert "13800138000" not in repr(vars(flow))


def test_note_is_masked_before_it_is_saved() -> None:
    flow = new_flow()
    told(flow, Rated(3), WriteTapped(), KeyTapped("call 13800138000"))
    [visit] = saves(told(flow, DoneTapped()))
    assert visit.note == "call ***"


def test_note_holds_140_characters() -> None:
    flow = new_flow()
    told(flow, Rated(3), WriteTapped(), *[KeyTapped("字")] * 139, KeyTapped("ab"), KeyTapped("c"))
    assert flow.picture().note == "字" * 139 + "c"


def test_blank_note_is_no_note() -> None:
    flow = new_flow()
    told(flow, Rated(5), WriteTapped(), KeyTapped("  "))
    [visit] = saves(told(flow, DoneTapped()))
    assert (visit.note, visit.lane) == (None, Lane.BULK)


def test_back_keeps_the_draft() -> None:
    flow = new_flow()
    told(flow, Rated(3), WriteTapped(), KeyTapped("ab"), EraseTapped(), BackTapped(), WriteTapped())
    assert flow.picture().note == "a"


@pytest.mark.parametrize(
    "way",
    [
        [Rated(1), ReasonTapped("queue")],
        [Rated(1), ReasonTapped("queue"), WriteTapped(), KeyTapped("half a")],
        [Rated(1), ReasonTapped("queue"), NextTapped(), DigitTapped("1")],
    ],
)
def test_walking_away_keeps_rating_and_chips_and_ends_the_visit(way: list[Event]) -> None:
    flow = new_flow()
    told(flow, *way)
    [visit] = saves(told(flow, IdlePassed()))
    assert (visit.outcome, visit.final, visit.rating) == (Outcome.RATED, True, 1)
    assert [reason.id for reason in visit.reasons] == ["queue"]
    assert (visit.note, visit.contact_sealed) == (None, None)
    assert state_of(flow) is State.ATTRACT


def test_asked_and_ignored_is_kept_as_timed_out() -> None:
    flow = new_flow()
    assert arms(told(flow, LanguageTapped())) == [20]
    [visit] = saves(told(flow, IdlePassed()))
    assert (visit.outcome, visit.rating, visit.final) == (Outcome.TIMED_OUT, None, True)
    assert flow.picture().language == "zh-CN"


@pytest.mark.parametrize("state", STATES)
def test_each_state_waits_for_its_own_time(state: State) -> None:
    flow = new_flow()
    commands = told(flow, *WAY_TO[state])
    expected = {State.ATTRACT: []}.get(state, [IDLE_SECONDS[state]])
    assert arms(commands)[-1:] == expected
    times = {State.REASONS: 20, State.NOTE: 60, State.CONTACT: 45, State.THANKS: 6}
    assert {one: IDLE_SECONDS[one] for one in times} == times


def test_language_can_change_at_any_moment_and_keeps_the_visit() -> None:
    flow = new_flow()
    told(flow, Rated(1), ReasonTapped("queue"), LanguageTapped(), NextTapped(), DigitTapped("1"))
    told(flow, LanguageTapped(), LanguageTapped())
    picture = flow.picture()
    assert (picture.language, picture.digits) == ("en", "1")
    assert picture.chosen == {"queue"}
    [visit] = saves(told(flow, NoContactTapped()))
    assert visit.language == "en"


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


def test_full_outbox_is_said_and_nothing_is_thanked_d8() -> None:
    flow = new_flow()
    [visit] = saves(told(flow, Rated(1)))
    told(flow, StorageFailed(visit))
    assert state_of(flow) is State.CANNOT_ACCEPT
    commands = told(flow, IdlePassed())
    [recover] = [command for command in commands if isinstance(command, Recover)]
    assert recover.visits == (replace(visit, rev=2, final=True),)
    assert saves(told(flow, Rated(5))) == []
    told(flow, StorageFailed(None))
    assert state_of(flow) is State.CANNOT_ACCEPT
    told(flow, StorageWell())
    assert state_of(flow) is State.ATTRACT
    assert told(flow, StorageWell()) == []


def test_visit_that_idled_out_before_the_outbox_failed_is_tried_again() -> None:
    flow = new_flow()
    [_, last] = saves(told(flow, Rated(1), IdlePassed()))
    told(flow, StorageFailed(last))
    assert Recover((last,)) in told(flow, IdlePassed())


def test_outbox_that_never_answers_counts_as_failed() -> None:
    flow = new_flow()
    told(flow, Rated(4), SkipTapped(), IdlePassed())
    assert state_of(flow) is State.CANNOT_ACCEPT


def test_alarm_is_shown_until_somebody_takes_charge() -> None:
    flow = new_flow()
    commands = told(flow, AlarmHeard(ALARM))
    assert flow.picture().alarm == ALARM
    assert arms(commands) == []
    later = Alarm(alarm="a2", response="r8", touchpoint=None, raised_ms=9)
    told(flow, AlarmHeard(later))
    assert (flow.picture().alarm, flow.picture().alarms) == (later, 2)
    for alarm in (ALARM, later):
        done = Alarm(alarm=alarm.alarm, response=alarm.response, touchpoint=None, acknowledged=True)
        told(flow, AlarmHeard(done))
    assert flow.picture().alarm is None


def test_new_link_forgets_what_no_longer_stands() -> None:
    flow = new_flow()
    told(flow, AlarmHeard(ALARM), Instructed(ORDER), GatewayLinked())
    assert (flow.picture().alarm, flow.picture().instruction) == (None, None)


def test_instruction_is_shown_until_its_time_is_over() -> None:
    flow = new_flow()
    commands = told(flow, Instructed(ORDER))
    assert EndAt("i1", 90_000) in commands
    assert flow.picture().instruction == ORDER
    told(flow, InstructionEnded("i1"))
    assert flow.picture().instruction is None


def test_alarm_in_mid_visit_leaves_shopper_and_clock_alone() -> None:
    flow = new_flow()
    told(flow, Rated(1), ReasonTapped("queue"))
    commands: list[Any] = told(flow, AlarmHeard(ALARM))
    assert [type(command) for command in commands] == [Show]
    assert flow.picture().chosen == {"queue"}
