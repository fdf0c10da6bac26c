"""Language and size, votes, and asking for a case."""

import msgspec
import pytest

from kiosk.events import (
    Arm,
    AskCase,
    AskTapped,
    CaseAnswered,
    CastVote,
    CloseTapped,
    CodeKeyTapped,
    Command,
    DigitTapped,
    EraseTapped,
    Event,
    GatewayLinked,
    IdleNear,
    IdlePassed,
    LanguageTapped,
    LargeTextTapped,
    LookupTapped,
    MailboxTapped,
    NextTapped,
    NoContactTapped,
    ProblemsArrived,
    Rated,
    ReasonTapped,
    SkipTapped,
    State,
    StillHereTapped,
    SurveyArrived,
    VoteTapped,
)
from protocols.messages import (
    CaseFound,
    CaseTold,
    Outcome,
    Vote,
)
from tests.kiosk.flow.shopper import (
    CODE,
    FOUND,
    PROBLEM,
    PROBLEMS,
    SURVEY,
    WAY_TO,
    Wrist,
    arms,
    keys,
    new_flow,
    saves,
    state_of,
    told,
)


def test_asked_and_ignored_is_kept_as_timed_out() -> None:
    flow = new_flow()
    assert arms(told(flow, LanguageTapped())) == [Arm(20.0)]
    [visit] = saves(told(flow, IdlePassed()))
    assert (visit.outcome, visit.rating, visit.final) == (Outcome.TIMED_OUT, None, True)
    assert flow.picture().language == "zh-CN"


def test_language_can_change_at_any_moment_and_keeps_the_visit() -> None:
    flow = new_flow()
    told(flow, Rated(1), ReasonTapped("queue"), LanguageTapped(), NextTapped(), DigitTapped("1"))
    told(flow, LanguageTapped(), LanguageTapped())
    picture = flow.picture()
    assert (picture.language, picture.digits) == ("en", "1")
    assert picture.chosen == {"queue"}
    [visit] = saves(told(flow, NoContactTapped()))
    assert visit.language == "en"


def test_large_text_stays_for_the_visit_and_triples_the_waits() -> None:
    flow = new_flow()
    assert arms(told(flow, LargeTextTapped())) == [Arm(60.0)]
    assert arms(told(flow, Rated(1))) == [Arm(60.0, 24.0)]
    assert flow.picture().large
    told(flow, IdlePassed())
    assert not flow.picture().large


def test_large_text_can_be_turned_off_again() -> None:
    flow = new_flow()
    told(flow, LargeTextTapped(), LargeTextTapped())
    assert not flow.picture().large


def test_warning_ends_with_any_touch() -> None:
    flow = new_flow()
    told(flow, Rated(1))
    commands = told(flow, IdleNear())
    assert flow.picture().warning
    assert arms(commands) == []
    told(flow, GatewayLinked())
    assert flow.picture().warning
    assert arms(told(flow, StillHereTapped())) == [Arm(20.0, 8.0)]
    assert not flow.picture().warning
    told(flow, IdleNear(), ReasonTapped("queue"))
    assert not flow.picture().warning
    told(flow, IdleNear(), IdlePassed())
    assert not flow.picture().warning


def test_mailbox_needs_a_survey_that_has_one() -> None:
    flow = new_flow()
    told(flow, SurveyArrived(msgspec.structs.replace(SURVEY, mailbox=None)), MailboxTapped())
    assert state_of(flow) is State.ATTRACT
    assert flow.picture().mailbox is None


def casts(commands: list[Command]) -> list[CastVote]:
    return [command for command in commands if isinstance(command, CastVote)]


def test_vote_is_cast_shown_and_no_visit() -> None:
    flow = new_flow()
    told(flow, ProblemsArrived(PROBLEMS))
    commands = told(flow, VoteTapped("p1", Vote.ME_TOO))
    assert casts(commands) == [CastVote(PROBLEM, Vote.ME_TOO)]
    assert flow.picture().voted == {"p1"}
    assert arms(commands) == [Arm(20.0)]
    assert casts(told(flow, VoteTapped("p1", Vote.FIXED))) == []
    commands = told(flow, IdlePassed())
    assert saves(commands) == []
    assert flow.picture().voted == frozenset()


def test_vote_on_a_problem_that_is_not_open_says_nothing() -> None:
    flow = new_flow()
    assert casts(told(flow, VoteTapped("p1", Vote.ME_TOO))) == []
    assert flow.picture().voted == frozenset()


def test_same_vote_counts_once_in_ten_seconds() -> None:
    watch = Wrist()
    flow = new_flow(watch=watch)
    told(flow, ProblemsArrived(PROBLEMS), VoteTapped("p1", Vote.ME_TOO), IdlePassed())
    watch.turn(9)
    assert casts(told(flow, VoteTapped("p1", Vote.ME_TOO))) == []
    assert flow.picture().voted == {"p1"}
    told(flow, IdlePassed())
    assert len(casts(told(flow, VoteTapped("p1", Vote.FIXED)))) == 1
    told(flow, IdlePassed())
    watch.turn(10)
    assert len(casts(told(flow, VoteTapped("p1", Vote.ME_TOO)))) == 1


def test_visit_after_a_vote_is_a_visit_like_any_other() -> None:
    flow = new_flow()
    told(flow, ProblemsArrived(PROBLEMS), VoteTapped("p1", Vote.ME_TOO), Rated(5))
    [visit] = saves(told(flow, SkipTapped()))
    assert (visit.response, visit.rev, visit.rating) == ("r1", 2, 5)


def asked(commands: list[Command]) -> list[AskCase]:
    return [command for command in commands if isinstance(command, AskCase)]


def answer(found: CaseFound, nonce: int = 1, wait_s: int = 0) -> CaseAnswered:
    return CaseAnswered(CaseTold(code=CODE, nonce=nonce, found=found, wait_s=wait_s))


def test_code_is_asked_for_and_its_case_is_shown() -> None:
    flow = new_flow()
    told(flow, LookupTapped(), *keys(CODE.lower()))
    commands = told(flow, AskTapped())
    assert asked(commands) == [AskCase(CODE, 1)]
    assert (flow.picture().asking, arms(commands)) == (True, [Arm(4.0)])
    assert told(flow, AskTapped()) and asked(told(flow, AskTapped())) == []
    commands = told(flow, CaseAnswered(FOUND))
    assert state_of(flow) is State.CASE
    assert flow.picture().case == FOUND
    assert arms(commands) == [Arm(45.0, 8.0)]


@pytest.mark.parametrize(
    ("leave", "outcome"), [(CloseTapped(), Outcome.SKIPPED), (IdlePassed(), Outcome.TIMED_OUT)]
)
@pytest.mark.parametrize("state", [State.LOOKUP, State.CASE])
def test_who_looked_a_case_up_has_left_without_rating(
    state: State, leave: Event, outcome: Outcome
) -> None:
    flow = new_flow()
    told(flow, *WAY_TO[state])
    [visit] = saves(told(flow, leave))
    assert (visit.outcome, visit.question, visit.final) == (outcome, "overall", True)
    assert flow.picture() == new_flow().picture()


def test_mistyped_code_is_not_asked_for() -> None:
    flow = new_flow()
    told(flow, LookupTapped(), *keys(CODE), EraseTapped(), CodeKeyTapped("#"))
    assert asked(told(flow, AskTapped())) == []
    told_ = flow.picture().case
    assert told_ is not None
    assert told_.found is CaseFound.UNKNOWN
    told(flow, EraseTapped())
    assert flow.picture().case is None


def test_code_holds_twelve_characters() -> None:
    flow = new_flow()
    told(flow, LookupTapped(), *[CodeKeyTapped("7")] * 20)
    assert flow.picture().code_typed == "7" * 12


def test_code_that_is_not_answered_in_time_is_away_and_a_late_answer_is_ignored() -> None:
    flow = new_flow()
    told(flow, LookupTapped(), *keys(CODE), AskTapped())
    assert arms(told(flow, IdlePassed())) == [Arm(45.0, 8.0)]
    picture = flow.picture()
    assert picture.case is not None
    assert (picture.case.found, picture.asking) == (CaseFound.AWAY, False)
    told(flow, CaseAnswered(FOUND))
    assert flow.picture() == picture


def test_answer_to_an_earlier_question_is_ignored() -> None:
    flow = new_flow()
    told(flow, LookupTapped(), *keys(CODE), AskTapped(), CloseTapped())
    told(flow, LookupTapped(), *keys(CODE), AskTapped(), CaseAnswered(FOUND))
    assert (state_of(flow), flow.picture().asking) == (State.LOOKUP, True)


def test_fifth_wrong_code_has_to_wait_and_each_further_one_longer() -> None:
    watch = Wrist()
    flow = new_flow(watch=watch)
    told(flow, LookupTapped(), *keys(CODE))
    for nonce in range(1, 6):
        told(flow, AskTapped(), answer(CaseFound.UNKNOWN, nonce))
    assert asked(told(flow, AskTapped())) == []
    case = flow.picture().case
    assert case is not None
    assert (case.found, case.wait_s) == (CaseFound.SLOW_DOWN, 30)
    watch.turn(30)
    told(flow, AskTapped(), answer(CaseFound.UNKNOWN, 6), AskTapped())
    case = flow.picture().case
    assert case is not None
    assert case.wait_s == 60


def test_gateway_that_asks_for_patience_gets_it() -> None:
    watch = Wrist()
    flow = new_flow(watch=watch)
    told(flow, LookupTapped(), *keys(CODE), AskTapped(), answer(CaseFound.SLOW_DOWN, 1, 90))
    watch.turn(89)
    assert asked(told(flow, AskTapped())) == []
    watch.turn(1)
    assert len(asked(told(flow, AskTapped()))) == 1


def test_while_a_code_is_asked_for_it_stays_as_it_is() -> None:
    flow = new_flow()
    told(flow, LookupTapped(), *keys(CODE), AskTapped(), EraseTapped(), CodeKeyTapped("A"))
    assert flow.picture().code_typed == CODE.replace("-", "")
