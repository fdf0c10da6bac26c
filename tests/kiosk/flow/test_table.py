"""Every pair of state and event, and whatever a shop full of people can do to the flow."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kiosk.events import (
    AlarmHeard,
    AskCase,
    AskTapped,
    BackTapped,
    Broken,
    CaseAnswered,
    CastVote,
    CloseTapped,
    CodeKeyTapped,
    Command,
    ConsentTapped,
    DigitTapped,
    DoneTapped,
    EraseTapped,
    Event,
    FinishTapped,
    GatewayLinked,
    HoursChanged,
    IdleNear,
    IdlePassed,
    Instructed,
    InstructionEnded,
    KeyTapped,
    LanguageTapped,
    LargeTextTapped,
    LookupTapped,
    MailboxTapped,
    NextTapped,
    NoContactTapped,
    ProblemsArrived,
    PromisesArrived,
    Rated,
    ReasonTapped,
    ReceiptScanned,
    ReceiptTapped,
    Recover,
    SaleChanged,
    Save,
    Saved,
    Show,
    SkipTapped,
    StaffHeld,
    StaffLeft,
    StaffTouched,
    State,
    StillHereTapped,
    StorageFailed,
    StorageWell,
    SubmitTapped,
    SurveyArrived,
    VoteTapped,
    WriteTapped,
)
from kiosk.flow import TRANSITIONS
from kiosk.visit import Visit
from protocols.briefs import Promise, PromiseClock, Promises
from protocols.messages import Alarm, CaseFound, CaseTold, Instruction, Outcome, Vote
from tests.kiosk.flow.shopper import (
    CODE,
    FOUND,
    IN_MAILBOX,
    PHONE,
    PROBLEMS,
    SURVEY,
    WAY_TO,
    Wrist,
    new_flow,
    told,
)

ALARM = Alarm(alarm="a1", response="r9", touchpoint="till-4", reasons=("allergy",), raised_ms=5)
ORDER = Instruction(instruction="i1", text={"en": "Open another till"}, until_ms=90_000)
PROMISES = Promises(
    policy="1",
    timezone="Asia/Shanghai",
    opens="08:00",
    closes="22:00",
    promises=(Promise(grade="A", minutes=120, clock=PromiseClock.OPENING),),
)
EVERY_EVENT: list[Event] = [
    Rated(1),
    ReceiptTapped(),
    ReceiptScanned("20261121000387"),
    SaleChanged(open=True),
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
    LargeTextTapped(),
    MailboxTapped(),
    VoteTapped("p1", Vote.ME_TOO),
    LookupTapped(),
    CodeKeyTapped("7"),
    AskTapped(),
    CaseAnswered(FOUND),
    CloseTapped(),
    StillHereTapped(),
    IdleNear(),
    IdlePassed(),
    StaffHeld(),
    StaffTouched(),
    StaffLeft(),
    Saved("r1", 2),
    StorageFailed(None),
    StorageWell(),
    Broken(),
    SurveyArrived(SURVEY),
    ProblemsArrived(PROBLEMS),
    PromisesArrived(PROMISES),
    HoursChanged(open=False, opens_at=None),
    HoursChanged(open=True, opens_at=None),
    GatewayLinked(),
    AlarmHeard(ALARM),
    Instructed(ORDER),
    InstructionEnded("i1"),
]

NOT_OF_THE_OUTBOX = [
    event for event in EVERY_EVENT if not isinstance(event, (Saved, StorageFailed, StorageWell))
]


@pytest.mark.parametrize("event", EVERY_EVENT, ids=lambda event: type(event).__name__)
@pytest.mark.parametrize("state", State)
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


@pytest.mark.parametrize("event", EVERY_EVENT, ids=lambda event: type(event).__name__)
def test_every_event_in_the_mailbox_follows_the_table(event: Event) -> None:
    flow = new_flow()
    told(flow, *IN_MAILBOX, KeyTapped("a"))
    flow.handle(event)
    transition = TRANSITIONS.get((State.NOTE, type(event)))
    assert flow.state in (transition.leads_to if transition else {State.NOTE})


def test_the_list_of_events_is_whole() -> None:
    assert {type(event) for event in EVERY_EVENT} == {kind for _, kind in TRANSITIONS}
    assert {type(event) for event in EVERY_EVENT} == set(Event.__args__)


def test_every_state_can_be_reached_and_left() -> None:
    for state in State:
        others = [one for one in TRANSITIONS.items() if one[0][0] is not state]
        assert any(state in transition.leads_to for _, transition in others)
        own = [transition for (at, _), transition in TRANSITIONS.items() if at is state]
        assert any(transition.leads_to - {state} for transition in own)


def drawn() -> str:
    """Return the table as the picture in the manual; faults lead from everywhere, undrawn."""
    ways = {
        (state, to)
        for (state, kind), transition in TRANSITIONS.items()
        for to in transition.leads_to
        if kind not in (Broken, StorageFailed) and to is not state
    }
    lines = [f"    {state} --> {to}" for state, to in sorted(ways)]
    return "\n".join(["stateDiagram-v2", "    [*] --> attract", *lines])


def test_picture_in_the_manual_is_the_table() -> None:
    manual = Path("docs/kiosk.md").read_text("utf-8")
    assert drawn() in manual


class Shop(RuleBasedStateMachine):
    """Shoppers, staff, a gateway and an outbox that do as they please."""

    def __init__(self) -> None:
        super().__init__()
        self.watch = Wrist()
        self.flow = new_flow(watch=self.watch)
        self.said: dict[str, list[Visit]] = {}
        self.stored: dict[tuple[str, int], Visit] = {}
        self.unstored: list[Visit] = []
        self.votes = 0
        self.asked: list[AskCase] = []
        self.outbox_works = True

    def tell(self, event: Event) -> None:
        """Let it happen, and do what follows as the runner does."""
        before = self.flow.visit
        commands = self.flow.handle(event)
        for command in commands:
            self.do(command)
        if isinstance(event, (VoteTapped, HoursChanged)):
            assert self.flow.visit == before
        self.watch.turn(0.7)

    def do(self, command: Command) -> None:
        match command:
            case Save(visit):
                revisions = self.said.setdefault(visit.response, [])
                assert visit.rev == len(revisions) + 1
                assert not revisions or not revisions[-1].final
                revisions.append(visit)
                self.unstored.append(visit)
            case Recover(visits) if self.outbox_works:
                for visit in visits:
                    self.stored[visit.response, visit.rev] = visit
                self.tell(StorageWell())
            case Recover():
                self.tell(StorageFailed(None))
            case CastVote():
                self.votes += 1
            case AskCase():
                self.asked.append(command)

    @rule(data=st.data())
    def something_that_fits(self, data: st.DataObject) -> None:
        state = self.flow.state
        fitting = [event for event in NOT_OF_THE_OUTBOX if (state, type(event)) in TRANSITIONS]
        self.tell(data.draw(st.sampled_from(fitting)))

    @rule(score=st.integers(1, 5))
    def rate(self, score: int) -> None:
        self.tell(Rated(score))

    @rule(score=st.integers(1, 5))
    def rate_and_no_more(self, score: int) -> None:
        self.tell(Rated(score))
        self.tell(SkipTapped())

    @rule(chip=st.sampled_from([*SURVEY.unhappy, *SURVEY.happy]))
    def choose(self, chip: Any) -> None:
        self.tell(ReasonTapped(chip.id))

    @rule()
    def dial(self) -> None:
        self.tell(NextTapped())
        for digit in PHONE:
            self.tell(DigitTapped(digit))
        self.tell(ConsentTapped())

    @rule()
    def type_code(self) -> None:
        self.tell(LookupTapped())
        for character in CODE.replace("-", ""):
            self.tell(CodeKeyTapped(character))
        self.tell(AskTapped())

    @rule(found=st.sampled_from(CaseFound), late=st.booleans())
    def answer(self, found: CaseFound, late: bool) -> None:
        if not self.asked:
            return
        nonce = self.asked[-1].nonce - late
        before = self.flow.picture()
        self.tell(CaseAnswered(CaseTold(code=CODE, nonce=nonce, found=found, wait_s=30)))
        if late:
            assert self.flow.picture() == before

    @rule()
    def store(self) -> None:
        """The outbox takes what has waited longest, or fails at it."""
        if not self.unstored:
            return
        visit = self.unstored.pop(0)
        if self.outbox_works:
            self.stored[visit.response, visit.rev] = visit
            self.tell(Saved(visit.response, visit.rev))
        else:
            self.tell(StorageFailed(visit))

    @rule()
    def store_all(self) -> None:
        while self.unstored:
            self.store()

    @rule(works=st.sampled_from([True, True, False]))
    def disk(self, works: bool) -> None:
        self.outbox_works = works

    @invariant()
    def nothing_of_a_visit_outlives_it(self) -> None:
        picture = self.flow.picture()
        if picture.state not in (State.NOTE, State.REASONS, State.CONTACT, State.RECEIPT):
            assert picture.note == ""
        if picture.state is not State.RECEIPT:
            assert picture.receipt_typed == ""
        if picture.state is not State.CONTACT:
            assert (picture.digits, picture.consent) == ("", False)
        if picture.state is not State.LOOKUP and picture.state is not State.CASE:
            assert picture.code_typed == ""
        if picture.state in (State.ATTRACT, State.CLOSED, State.STAFF, State.CANNOT_ACCEPT):
            assert self.flow.visit is None
        if self.flow._memory.undisturbed:
            assert picture.receipt == ""

    @invariant()
    def thanks_are_for_what_is_on_disk(self) -> None:
        visit = self.flow.visit
        if self.flow.state is State.THANKS:
            assert visit is not None
            assert visit.final
            assert self.stored[visit.response, visit.rev] == visit

    @invariant()
    def only_the_visit_under_way_is_unfinished(self) -> None:
        under_way = self.flow.visit.response if self.flow.visit else None
        for response, revisions in self.said.items():
            if response == under_way:
                continue
            kept = [v for (name, _), v in self.stored.items() if name == response]
            waiting = [v for v in self.unstored if v.response == response]
            unsaved = self.flow._memory.unsaved.get(response)
            known = [*revisions, *kept, *waiting, *([unsaved] if unsaved else [])]
            assert max(known, key=lambda visit: visit.rev).final

    def teardown(self) -> None:
        """Everybody goes home: each visit has one last revision, with an outcome and its score."""
        self.outbox_works = True
        self.store_all()
        for _ in range(4):
            self.tell(IdlePassed())
            self.store_all()
        for response, revisions in self.said.items():
            kept = [self.stored[key] for key in sorted(self.stored) if key[0] == response]
            assert [visit.final for visit in kept].count(True) == 1
            assert kept[-1].final
            assert {visit.score for visit in kept} == {revisions[0].score}
            if kept[-1].outcome is Outcome.RATED:
                assert kept[-1].score is not None or kept[-1].note


TestShop = Shop.TestCase
TestShop.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
