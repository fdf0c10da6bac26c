"""The flow as one table: what is done in a state when an event comes, and where that leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.events import (
    AlarmHeard,
    Arm,
    AskTapped,
    BackTapped,
    Broken,
    CaseAnswered,
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
    Picture,
    ProblemsArrived,
    PromisesArrived,
    Rated,
    ReasonTapped,
    ReceiptScanned,
    ReceiptTapped,
    SaleChanged,
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
from kiosk.flow import aside, outside, receipts, visiting
from kiosk.flow.memory import WARNED, Means, Memory
from kiosk.visit import Visit
from protocols.survey import Survey


class Flow:
    """What happens at one kiosk."""

    def __init__(self, survey: Survey, touchpoint: str, language: str, means: Means) -> None:
        """Start on the first screen of a touchpoint, in `language`."""
        self._memory = Memory(survey, touchpoint, language, means)

    @property
    def state(self) -> State:
        """Return where the visit stands."""
        return self._memory.state

    @property
    def visit(self) -> Visit | None:
        """Return the visit as last saved; None between visits."""
        return self._memory.visit

    @property
    def survey(self) -> Survey:
        """Return the survey that is asked now."""
        return self._memory.survey

    @property
    def zone(self) -> ZoneInfo:
        """Return the store's zone."""
        return self._memory.zone

    def picture(self) -> Picture:
        """Return what the screen shows now."""
        return self._memory.picture()

    def handle(self, event: Event) -> list[Command]:
        """Take what happened and return what to do, in order; what does not fit is ignored."""
        memory = self._memory
        transition = TRANSITIONS.get((memory.state, type(event)))
        if transition is None:
            return []
        touched = not isinstance(event, _NOT_TOUCHES)
        if touched:
            memory.warning = False
        before = (memory.state, memory.asking)
        commands = transition.act(memory, event)
        commands.append(Show(memory.picture()))
        if touched or (memory.state, memory.asking) != before:
            commands.append(Arm(memory.idle_seconds(), memory.warn_seconds()))
        return commands


@dataclass(frozen=True, slots=True)
class Transition:
    """What is done in a state when an event comes, and where that can lead."""

    act: Callable[[Memory, Any], list[Command]]
    leads_to: frozenset[State]


def _row(act: Callable[[Memory, Any], list[Command]], *leads_to: State) -> Transition:
    return Transition(act, frozenset(leads_to))


_A, _R, _N, _C = State.ATTRACT, State.REASONS, State.NOTE, State.CONTACT
_S, _T, _X = State.SAVING, State.THANKS, State.CANNOT_ACCEPT
_Z, _L, _K, _M = State.CLOSED, State.LOOKUP, State.CASE, State.STAFF
_Q = State.RECEIPT
_REST = (_A, _Z)  # where the next shopper finds the kiosk

# They change nothing about how long the screen waits for a touch.
_NOT_TOUCHES = (
    AlarmHeard,
    CaseAnswered,
    GatewayLinked,
    HoursChanged,
    IdleNear,
    Instructed,
    InstructionEnded,
    ProblemsArrived,
    PromisesArrived,
    SaleChanged,
    Saved,
    StorageFailed,
    StorageWell,
    SurveyArrived,
)

TRANSITIONS: Mapping[tuple[State, type[Event]], Transition] = {
    (_A, Rated): _row(visiting.rate, _A, _R),
    (_A, MailboxTapped): _row(aside.open_mailbox, _A, _N),
    (_A, VoteTapped): _row(aside.vote, _A),
    (_A, LookupTapped): _row(aside.open_lookup, _L),
    (_A, IdlePassed): _row(aside.ignored, *_REST),
    (_R, ReasonTapped): _row(visiting.choose, _R),
    (_R, NextTapped): _row(visiting.proceed, _C, _S),
    (_R, SkipTapped): _row(visiting.skip, _S),
    (_R, WriteTapped): _row(visiting.write, _N),
    (_R, IdlePassed): _row(visiting.walk_away, *_REST),
    (_R, ReceiptTapped): _row(receipts.open_digits, _R, _Q),
    (_Q, DigitTapped): _row(receipts.digit, _Q),
    (_Q, EraseTapped): _row(receipts.erase_digit, _Q),
    (_Q, BackTapped): _row(receipts.back, _R),
    (_Q, DoneTapped): _row(receipts.done, _Q, _R),
    (_Q, ReceiptScanned): _row(receipts.scanned, _Q, _R),
    (_Q, IdlePassed): _row(visiting.walk_away, *_REST),
    **{(state, ReceiptScanned): _row(receipts.scanned, state) for state in (_A, _R, _N, _C)},
    (_N, KeyTapped): _row(visiting.key, _N),
    (_N, EraseTapped): _row(visiting.erase_key, _N),
    (_N, BackTapped): _row(visiting.back, _R, *_REST),
    (_N, CloseTapped): _row(visiting.back, _R, *_REST),
    (_N, DoneTapped): _row(visiting.done, _C, _S, *_REST),
    (_N, IdlePassed): _row(visiting.walk_away, *_REST),
    (_C, DigitTapped): _row(visiting.digit, _C),
    (_C, EraseTapped): _row(visiting.erase_digit, _C),
    (_C, ConsentTapped): _row(visiting.agree, _C),
    (_C, SubmitTapped): _row(visiting.submit, _C, _S),
    (_C, NoContactTapped): _row(visiting.skip, _S),
    (_C, IdlePassed): _row(visiting.walk_away, *_REST),
    (_S, Saved): _row(outside.saved, _S, _T),
    (_S, IdlePassed): _row(outside.cannot_accept, _X),
    (_T, FinishTapped): _row(visiting.leave, *_REST),
    (_T, IdlePassed): _row(visiting.leave, *_REST),
    (_X, IdlePassed): _row(outside.try_again, _X),
    (_X, StorageWell): _row(outside.well_again, *_REST),
    (_Z, IdlePassed): _row(aside.ignored, *_REST),
    (_L, CodeKeyTapped): _row(aside.code_key, _L),
    (_L, EraseTapped): _row(aside.erase_code_key, _L),
    (_L, AskTapped): _row(aside.ask, _L),
    (_L, CaseAnswered): _row(aside.answered, _L, _K),
    (_L, CloseTapped): _row(visiting.close, *_REST),
    (_L, IdlePassed): _row(aside.lookup_idle, _L, *_REST),
    (_K, CloseTapped): _row(visiting.close, *_REST),
    (_K, IdlePassed): _row(visiting.walk_away, *_REST),
    **{(state, StaffHeld): _row(outside.let_staff_in, _M) for state in (_A, _Z, _X)},
    (_M, StaffTouched): _row(aside.stay, _M),
    (_M, StaffLeft): _row(outside.staff_leave, _X, *_REST),
    (_M, IdlePassed): _row(outside.staff_leave, _X, *_REST),
    (_M, StorageWell): _row(outside.well_behind, _M),
    **{(state, IdleNear): _row(aside.warn, state) for state in sorted(WARNED)},
    **{(state, StillHereTapped): _row(aside.stay, state) for state in sorted(WARNED)},
    **{(state, LanguageTapped): _row(aside.switch_language, state) for state in State},
    **{(state, LargeTextTapped): _row(aside.switch_size, state) for state in State},
    **{(state, StorageFailed): _row(outside.storage_failed, _X) for state in State},
    (_M, StorageFailed): _row(outside.storage_failed_behind, _M),
    **{(state, Broken): _row(outside.broken, _X, *_REST) for state in State},
    **{(state, SurveyArrived): _row(outside.new_survey, state) for state in State},
    **{(state, ProblemsArrived): _row(outside.new_problems, state) for state in State},
    **{(state, PromisesArrived): _row(outside.new_promises, state) for state in State},
    **{(state, HoursChanged): _row(outside.hours_changed, state) for state in State},
    **{(state, HoursChanged): _row(outside.hours_changed, *_REST) for state in _REST},
    **{(state, GatewayLinked): _row(outside.linked, state) for state in State},
    **{(state, AlarmHeard): _row(outside.alarm, state) for state in State},
    **{(state, Instructed): _row(outside.instruct, state) for state in State},
    **{(state, SaleChanged): _row(receipts.sale_changed, state) for state in State},
    **{(state, InstructionEnded): _row(outside.end_instruction, state) for state in State},
}
