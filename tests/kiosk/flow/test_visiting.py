"""A visit from the first face to the thanks."""

import pytest

from kiosk.events import (
    BackTapped,
    CloseTapped,
    ConsentTapped,
    DigitTapped,
    DoneTapped,
    EraseTapped,
    Event,
    IdlePassed,
    KeyTapped,
    MailboxTapped,
    NextTapped,
    NoContactTapped,
    Promise,
    Rated,
    ReasonTapped,
    Saved,
    SkipTapped,
    State,
    SubmitTapped,
    WriteTapped,
)
from protocols.messages import Lane, Outcome
from tests.kiosk.flow.shopper import PHONE, new_flow, saves, state_of, told


def test_first_tap_saves_revision_one_at_once() -> None:
    flow = new_flow()
    [visit] = saves(told(flow, Rated(2)))
    assert (visit.rev, visit.rating, visit.outcome) == (1, 2, Outcome.RATED)
    assert (visit.response, visit.code) == ("r1", "CODE-1")
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
    assert flow.picture().rating == 5


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


@pytest.mark.parametrize(("leave", "note"), [(NextTapped(), "slow"), (SkipTapped(), None)])
def test_note_left_for_the_reasons_goes_along_unless_the_rest_is_skipped(
    leave: Event, note: str | None
) -> None:
    flow = new_flow()
    told(flow, Rated(4), WriteTapped(), KeyTapped("slow "), BackTapped(), ReasonTapped("fresh"))
    [visit] = saves(told(flow, leave))
    assert (visit.note, [reason.id for reason in visit.reasons]) == (note, ["fresh"])


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
    assert (visit.final, visit.rating) == (True, 1)
    assert [reason.id for reason in visit.reasons] == ["queue"]
    assert (visit.note, visit.contact_sealed) == (None, None)
    assert state_of(flow) is State.ATTRACT


def test_number_between_0_and_10_is_no_rating() -> None:
    flow = new_flow(touchpoint="exit")
    [visit] = saves(told(flow, Rated(0)))
    assert (visit.nps, visit.rating, visit.score) == (0, None, 0)
    assert visit.question == "recommend"
    assert flow.picture().rating == 0


@pytest.mark.parametrize(
    ("touchpoint", "score"), [("till-4", 0), ("till-4", 6), ("four", 3), ("exit", 11), ("exit", -1)]
)
def test_score_that_the_scale_lacks_is_no_score(touchpoint: str, score: int) -> None:
    flow = new_flow(touchpoint=touchpoint)
    assert saves(told(flow, Rated(score))) == []
    assert state_of(flow) is State.ATTRACT


@pytest.mark.parametrize("score", range(11))
def test_contact_is_asked_of_detractors(score: int) -> None:
    flow = new_flow(touchpoint="exit")
    told(flow, Rated(score), NextTapped())
    assert (flow.state is State.CONTACT) == (score <= 6)


@pytest.mark.parametrize(
    ("way", "unsent"),
    [
        ([WriteTapped(), KeyTapped("half a")], True),
        ([WriteTapped(), KeyTapped(" ")], False),
        ([WriteTapped(), KeyTapped("half a"), BackTapped()], False),
        ([NextTapped()], False),
        ([NextTapped(), DigitTapped("1")], True),
        ([NextTapped(), ConsentTapped()], True),
        ([NextTapped(), DigitTapped("1"), EraseTapped()], False),
    ],
)
def test_who_goes_away_with_something_unsent_has_abandoned_the_visit(
    way: list[Event], unsent: bool
) -> None:
    flow = new_flow()
    told(flow, Rated(2), *way)
    [visit] = saves(told(flow, IdlePassed()))
    assert visit.outcome is (Outcome.ABANDONED if unsent else Outcome.RATED)
    assert (visit.rating, visit.final, visit.promised_ms) == (2, True, None)


def test_mailbox_takes_words_without_a_score() -> None:
    flow = new_flow()
    told(flow, MailboxTapped(), KeyTapped(f"call {PHONE}"))
    assert flow.picture().in_mailbox
    [visit] = saves(told(flow, DoneTapped()))
    assert (visit.question, visit.score, visit.note) == ("one-detail", None, "call ***")
    assert (visit.rev, visit.final, visit.outcome) == (1, True, Outcome.RATED)
    assert (visit.code, visit.lane) == ("CODE-1", Lane.URGENT)
    told(flow, Saved("r1", 1))
    assert state_of(flow) is State.THANKS
    assert (flow.picture().code, flow.picture().promise) == ("CODE-1", Promise.NEUTRAL)


@pytest.mark.parametrize(
    ("leave", "outcome"),
    [
        (CloseTapped(), Outcome.SKIPPED),
        (BackTapped(), Outcome.SKIPPED),
        (DoneTapped(), Outcome.SKIPPED),
        (IdlePassed(), Outcome.TIMED_OUT),
    ],
)
def test_mailbox_that_is_left_empty_was_skipped(leave: Event, outcome: Outcome) -> None:
    flow = new_flow()
    told(flow, MailboxTapped())
    [visit] = saves(told(flow, leave))
    assert (visit.outcome, visit.question) == (outcome, "one-detail")
    assert (visit.rev, visit.final, visit.code) == (1, True, None)
    assert state_of(flow) is State.ATTRACT


def test_words_left_behind_in_the_mailbox_are_forgotten() -> None:
    flow = new_flow()
    told(flow, MailboxTapped(), KeyTapped("half a"))
    [visit] = saves(told(flow, IdlePassed()))
    assert (visit.outcome, visit.note) == (Outcome.ABANDONED, None)
    told(flow, MailboxTapped())
    assert flow.picture().note == ""


def test_close_in_the_note_of_a_visit_goes_back_to_the_reasons() -> None:
    flow = new_flow()
    assert len(saves(told(flow, Rated(2), WriteTapped(), KeyTapped("a"), CloseTapped()))) == 1
    assert state_of(flow) is State.REASONS
