"""The outbox, the gateway, HQ, the hours, staff, and faults of our own."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from kiosk.events import (
    AlarmHeard,
    Arm,
    Broken,
    EndAt,
    Event,
    FinishTapped,
    GatewayLinked,
    HoursChanged,
    IdlePassed,
    Instructed,
    InstructionEnded,
    LanguageTapped,
    ProblemsArrived,
    Rated,
    ReasonTapped,
    Recover,
    SaleChanged,
    Saved,
    Show,
    SkipTapped,
    StaffHeld,
    StaffLeft,
    StaffTouched,
    State,
    StorageFailed,
    StorageWell,
    SurveyArrived,
)
from protocols.messages import (
    Alarm,
    Instruction,
    Outcome,
)
from tests.kiosk.flow.shopper import (
    IN_MAILBOX,
    NOON,
    PROBLEMS,
    SURVEY,
    WAY_TO,
    arms,
    new_flow,
    saves,
    state_of,
    told,
)

ALARM = Alarm(alarm="a1", response="r9", touchpoint="till-4", reasons=("allergy",), raised_ms=5)
ORDER = Instruction(instruction="i1", text={"en": "Open another till"}, until_ms=90_000)


def test_full_outbox_is_said_and_nothing_is_thanked_d8() -> None:
    flow = new_flow()
    [visit] = saves(told(flow, Rated(1)))
    told(flow, StorageFailed(visit))
    assert state_of(flow) is State.CANNOT_ACCEPT
    commands = told(flow, IdlePassed())
    [recover] = [command for command in commands if isinstance(command, Recover)]
    assert recover.visits == (replace(visit, rev=2, final=True, outcome=Outcome.ERROR),)
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


def test_a_sale_that_ended_while_the_link_was_down_is_over() -> None:
    flow = new_flow()
    told(flow, SaleChanged(open=True), GatewayLinked())
    assert not flow.picture().selling


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


@pytest.mark.parametrize("state", [State.REASONS, State.NOTE, State.CONTACT])
def test_fault_of_our_own_ends_the_visit_in_error_and_the_next_shopper_finds_a_kiosk(
    state: State,
) -> None:
    flow = new_flow()
    told(flow, *WAY_TO[state])
    [visit] = saves(told(flow, Broken()))
    assert (visit.outcome, visit.final, visit.rating) == (Outcome.ERROR, True, 1)
    assert flow.picture() == new_flow().picture()


def test_fault_after_the_last_revision_says_nothing_more() -> None:
    flow = new_flow()
    told(flow, *WAY_TO[State.THANKS])
    assert saves(told(flow, Broken())) == []
    assert state_of(flow) is State.ATTRACT


def test_fault_in_the_mailbox_or_the_look_up_is_kept_as_error() -> None:
    for way in (IN_MAILBOX, WAY_TO[State.LOOKUP]):
        flow = new_flow()
        told(flow, *way)
        [visit] = saves(told(flow, Broken()))
        assert (visit.outcome, visit.rev, visit.final) == (Outcome.ERROR, 1, True)


def another_survey(version: int = 2) -> Any:
    return msgspec.structs.replace(SURVEY, version=version, question="other", mailbox=None)


@pytest.mark.parametrize("state", [State.ATTRACT, State.CLOSED])
def test_survey_is_swapped_at_once_when_nobody_is_there(state: State) -> None:
    flow = new_flow()
    told(flow, *WAY_TO[state], SurveyArrived(another_survey()))
    assert (flow.survey.version, flow.picture().asked.id) == (2, "other")


@pytest.mark.parametrize(
    "state", [State.REASONS, State.NOTE, State.CONTACT, State.THANKS, State.LOOKUP, State.STAFF]
)
def test_survey_is_held_back_while_somebody_is_there(state: State) -> None:
    flow = new_flow()
    told(flow, *WAY_TO[state], SurveyArrived(another_survey()), SurveyArrived(another_survey(3)))
    assert flow.survey.version == 1
    told(flow, IdlePassed())
    assert (flow.survey.version, state_of(flow)) == (3, State.ATTRACT)


def test_survey_waits_for_a_shopper_who_only_switched_the_language() -> None:
    flow = new_flow()
    told(flow, LanguageTapped(), SurveyArrived(another_survey()))
    assert flow.picture().asked.id == "overall"
    [visit] = saves(told(flow, Rated(5)))
    assert visit.survey_version == 1


def test_survey_that_lacks_the_first_language_is_asked_in_its_own() -> None:
    flow = new_flow()
    told(flow, SurveyArrived(msgspec.structs.replace(SURVEY, languages=("en",))))
    assert flow.picture().language == "en"
    told(flow, LanguageTapped())
    assert flow.picture().language == "en"


def test_chips_keep_their_places_under_the_shoppers_finger() -> None:
    flow = new_flow()
    told(flow, Rated(1))
    before = flow.picture().choices
    told(flow, ProblemsArrived(PROBLEMS))
    assert flow.picture().choices == before
    told(flow, IdlePassed(), Rated(1))
    assert flow.picture().choices[0].topic == "quality"


def test_kiosk_closes_when_nobody_is_there_and_opens_again() -> None:
    flow = new_flow()
    told(flow, HoursChanged(open=False, opens_at=NOON + timedelta(hours=20)))
    assert state_of(flow) is State.CLOSED
    assert flow.picture().opens_at == "明天 8:00"
    assert saves(told(flow, Rated(5))) == []
    told(flow, HoursChanged(open=True, opens_at=None))
    assert (state_of(flow), flow.picture().opens_at) == (State.ATTRACT, "")


def test_visit_that_began_before_closing_may_finish() -> None:
    flow = new_flow()
    told(flow, Rated(4), HoursChanged(open=False, opens_at=None))
    told(flow, SkipTapped(), Saved("r1", 2))
    assert state_of(flow) is State.THANKS
    told(flow, FinishTapped())
    assert state_of(flow) is State.CLOSED


def test_language_on_the_closed_screen_is_no_visit_and_goes_back_by_itself() -> None:
    flow = new_flow()
    commands = told(flow, *WAY_TO[State.CLOSED], LanguageTapped())
    assert arms(commands)[-1] == Arm(20.0)
    assert saves(told(flow, IdlePassed())) == []
    assert (state_of(flow), flow.picture().language) == (State.CLOSED, "zh-CN")


@pytest.mark.parametrize("state", State)
def test_staff_get_in_where_no_shopper_is_busy(state: State) -> None:
    flow = new_flow()
    told(flow, *WAY_TO[state], StaffHeld())
    free = {State.ATTRACT, State.CLOSED, State.CANNOT_ACCEPT, State.STAFF}
    assert (flow.state is State.STAFF) == (state in free)


@pytest.mark.parametrize("leave", [StaffLeft(), IdlePassed()])
@pytest.mark.parametrize("state", [State.ATTRACT, State.CLOSED, State.CANNOT_ACCEPT])
def test_staff_leave_the_kiosk_as_they_found_it(state: State, leave: Event) -> None:
    flow = new_flow()
    told(flow, *WAY_TO[state], StaffHeld())
    assert arms(told(flow, StaffTouched())) == [Arm(60.0)]
    told(flow, leave)
    assert state_of(flow) is state


def test_outbox_that_fails_and_heals_behind_the_long_press_leaves_staff_alone() -> None:
    flow = new_flow()
    told(flow, StaffHeld(), StorageFailed(None))
    assert state_of(flow) is State.STAFF
    told(flow, StorageWell())
    assert state_of(flow) is State.STAFF
    told(flow, StaffLeft())
    assert state_of(flow) is State.ATTRACT


def test_kiosk_whose_outbox_failed_behind_the_long_press_says_so_afterwards() -> None:
    flow = new_flow()
    told(flow, StaffHeld(), StorageFailed(None), StaffLeft())
    assert state_of(flow) is State.CANNOT_ACCEPT
