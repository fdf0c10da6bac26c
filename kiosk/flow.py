"""What follows from what a shopper does: the visit from the first face to the thanks.

It decides and does nothing: events in, commands out. Ids, codes, sealing and masking come from
outside as functions; time comes as `IdlePassed`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

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
    Picture,
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
from kiosk.questions import Mood, asked_at
from kiosk.visit import MAX_PHONE_DIGITS, Visit, plausible_phone
from protocols.messages import (
    MAX_NOTE_CHARACTERS,
    Alarm,
    Clock,
    Instruction,
    Outcome,
)
from protocols.survey import ReasonChoice, Survey

# How long a screen waits for the next touch; a person who writes needs longest.
IDLE_SECONDS: Mapping[State, float] = {
    State.ATTRACT: 20,  # counts only after the language was switched
    State.REASONS: 20,
    State.NOTE: 60,
    State.CONTACT: 45,
    State.SAVING: 10,  # a commit takes milliseconds: silence means that the outbox is stuck
    State.THANKS: 6,
    State.CANNOT_ACCEPT: 5,  # until the next try
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What the flow cannot do by itself, because it takes chance, a key or a lexicon."""

    mint: Callable[[], str]
    """Names a response."""
    code: Callable[[], str]
    """Gives out a case code, which nobody else ever gets."""
    now: Callable[[], Clock]
    redact: Callable[[str], str]
    seal: Callable[[str], str] | None
    """Seals a telephone number; None: this kiosk never asks for one."""


class Flow:
    """The visit at one kiosk, and the staff strip on its first screen."""

    def __init__(self, survey: Survey, touchpoint: str, language: str, means: Means) -> None:
        """Start at the faces of a touchpoint, in `language`."""
        self._survey = survey
        self._asked = asked_at(survey, touchpoint)
        self._means = means
        self._first_language = language
        self._language = language
        self._state = State.ATTRACT
        self._engaged = False  # somebody switched the language, but gave no rating yet
        self._alarms: dict[str, Alarm] = {}
        self._instructions: dict[str, Instruction] = {}
        self._unsaved: dict[str, Visit] = {}
        self._clear()

    @property
    def state(self) -> State:
        """Return where the visit stands."""
        return self._state

    @property
    def visit(self) -> Visit | None:
        """Return the visit as last saved; None between visits."""
        return self._visit

    def handle(self, event: Event) -> list[Command]:
        """Take what happened and return what to do, in order; what does not fit is ignored."""
        transition = TRANSITIONS.get((self._state, type(event)))
        if transition is None:
            return []
        before = self._state
        commands = transition.act(self, event)
        commands.append(Show(self.picture()))
        if self._state is not before or not isinstance(event, _FROM_OUTSIDE):
            commands.append(Arm(self._idle_seconds()))
        return commands

    def picture(self) -> Picture:
        """Return what the screen shows now."""
        visit = self._visit
        score = visit.score if visit else None
        return Picture(
            state=self._state,
            language=self._language,
            languages=self._survey.languages,
            asked=self._asked,
            brand=self._survey.brand,
            texts=self._survey.texts,
            rating=score,
            mood=Mood.UNHAPPY if score is None else self._asked.mood(score),
            choices=() if score is None else self._asked.choices(score),
            chosen=frozenset(self._chosen),
            note=self._draft,
            digits=self._digits,
            consent=self._consent,
            may_submit=self._may_submit(),
            code=(visit.code or "") if visit else "",
            promise=_promise(visit),
            alarm=max(self._alarms.values(), key=lambda alarm: alarm.raised_ms, default=None),
            alarms=len(self._alarms),
            instruction=next(reversed(self._instructions.values()), None),
        )

    def _idle_seconds(self) -> float | None:
        if self._state is State.ATTRACT and not self._engaged:
            return None
        return IDLE_SECONDS[self._state]

    def _clear(self) -> None:
        self._visit: Visit | None = None
        self._chosen: list[str] = []
        self._draft = ""
        self._forget_contact()

    def _forget_contact(self) -> None:
        self._digits = ""
        self._consent = False

    # --- what a shopper does -----------------------------------------------------------------

    def _rate(self, event: Rated) -> list[Command]:
        self._engaged = False
        self._visit = self._begin(Outcome.RATED, event.score)
        self._state = State.REASONS
        return [Save(self._visit)]

    def _choose(self, event: ReasonTapped) -> list[Command]:
        choice = self._choices().get(event.reason)
        if choice is None:
            return []
        if choice.id in self._chosen:
            self._chosen.remove(choice.id)
            return []
        self._chosen.append(choice.id)
        # A safety reason must not wait for the end of the visit: the alarm is on site at once.
        return self._revise() if choice.urgent else []

    def _next(self, _: NextTapped) -> list[Command]:
        return self._after_words()

    def _skip(self, _: SkipTapped) -> list[Command]:
        return self._finish()

    def _write(self, _: WriteTapped) -> list[Command]:
        self._state = State.NOTE
        return self._revise()

    def _back(self, _: BackTapped) -> list[Command]:
        self._state = State.REASONS
        return []

    def _key(self, event: KeyTapped) -> list[Command]:
        if len(self._draft) + len(event.text) <= MAX_NOTE_CHARACTERS:
            self._draft += event.text
        return []

    def _erase_key(self, _: EraseTapped) -> list[Command]:
        self._draft = self._draft[:-1]
        return []

    def _done(self, _: DoneTapped) -> list[Command]:
        words = self._draft.strip()
        return self._after_words(note=self._means.redact(words) if words else None)

    def _digit(self, event: DigitTapped) -> list[Command]:
        self._digits = (self._digits + event.digit)[:MAX_PHONE_DIGITS]
        return []

    def _erase_digit(self, _: EraseTapped) -> list[Command]:
        self._digits = self._digits[:-1]
        return []

    def _agree(self, _: ConsentTapped) -> list[Command]:
        self._consent = not self._consent
        return []

    def _submit(self, _: SubmitTapped) -> list[Command]:
        if self._means.seal is None or not self._may_submit():
            return []
        return self._finish(contact_sealed=self._means.seal(self._digits))

    def _no_contact(self, _: NoContactTapped) -> list[Command]:
        return self._finish()

    def _switch_language(self, _: LanguageTapped) -> list[Command]:
        languages = self._survey.languages
        at = languages.index(self._language) + 1 if self._language in languages else 0
        self._language = languages[at % len(languages)]
        self._engaged = self._engaged or self._state is State.ATTRACT
        return []

    def _leave(self, _: FinishTapped | IdlePassed) -> list[Command]:
        self._clear()
        self._language = self._first_language
        self._state = State.ATTRACT
        return []

    # --- what time and the outbox do -----------------------------------------------------------

    def _ignored(self, event: IdlePassed) -> list[Command]:
        """Note that somebody was asked and went away: that is data too."""
        asked = replace(self._begin(Outcome.TIMED_OUT), final=True)
        self._engaged = False
        return [Save(asked), *self._leave(event)]

    def _walked_away(self, event: IdlePassed) -> list[Command]:
        """Keep the rating and the chips; words and number that were not sent are forgotten."""
        return [*self._finish(), *self._leave(event)]

    def _saved(self, event: Saved) -> list[Command]:
        visit = self._visit
        if visit and (event.response, event.rev) == (visit.response, visit.rev):
            self._state = State.THANKS
        return []

    def _storage_failed(self, event: StorageFailed) -> list[Command]:
        if event.visit:
            self._keep_for_later(event.visit)
        return self._cannot_accept()

    def _outbox_stuck(self, _: IdlePassed) -> list[Command]:
        return self._cannot_accept()

    def _cannot_accept(self) -> list[Command]:
        if self._visit and not self._visit.final:
            self._revise(final=True)
        if self._visit and self._state is not State.THANKS:
            self._keep_for_later(self._visit)
        self._clear()
        self._engaged = False
        self._state = State.CANNOT_ACCEPT
        return []

    def _try_again(self, _: IdlePassed) -> list[Command]:
        return [Recover(tuple(self._unsaved.values()))]

    def _well_again(self, _: StorageWell) -> list[Command]:
        self._unsaved.clear()
        self._language = self._first_language
        self._state = State.ATTRACT
        return []

    # --- what the gateway says -----------------------------------------------------------------

    def _linked(self, _: GatewayLinked) -> list[Command]:
        self._alarms.clear()
        self._instructions.clear()
        return []

    def _alarm(self, event: AlarmHeard) -> list[Command]:
        if event.alarm.acknowledged:
            self._alarms.pop(event.alarm.alarm, None)
        else:
            self._alarms[event.alarm.alarm] = event.alarm
        return []

    def _instruct(self, event: Instructed) -> list[Command]:
        instruction = event.instruction
        self._instructions.pop(instruction.instruction, None)
        self._instructions[instruction.instruction] = instruction
        if instruction.until_ms is None:
            return []
        return [EndAt(instruction.instruction, instruction.until_ms)]

    def _end_instruction(self, event: InstructionEnded) -> list[Command]:
        self._instructions.pop(event.instruction, None)
        return []

    # --- inside --------------------------------------------------------------------------------

    def _begin(self, outcome: Outcome, score: int | None = None) -> Visit:
        return Visit(
            response=self._means.mint(),
            survey=self._survey.survey,
            survey_version=self._survey.version,
            question=self._asked.id,
            language=self._language,
            outcome=outcome,
            rating=score,
            code=self._means.code(),
        )

    def _choices(self) -> dict[str, ReasonChoice]:
        rating = self._visit.rating if self._visit else None
        survey = self._survey
        return {c.id: c for c in (survey.happy if is_happy(rating or 1) else survey.unhappy)}

    def _may_submit(self) -> bool:
        return self._consent and plausible_phone(self._digits)

    def _after_words(self, note: str | None = None) -> list[Command]:
        """Go on from the reasons or the note: to the contact, when it is offered, or to the end."""
        visit = self._visit
        unhappy = visit is not None and visit.rating is not None and visit.rating <= 2
        if not unhappy or self._means.seal is None:
            return self._finish(note=note) if note else self._finish()
        self._state = State.CONTACT
        return self._revise(note=note) if note else self._revise()

    def _finish(self, **said: Any) -> list[Command]:
        self._state = State.SAVING
        saves = self._revise(final=True, **said)
        self._draft = ""
        self._forget_contact()
        return saves

    def _revise(self, **said: Any) -> list[Command]:
        """Save the next revision, when it says anything new."""
        if self._visit is None:
            return []
        chosen = self._choices()
        said["reasons"] = tuple(chosen[reason] for reason in self._chosen)
        said["language"] = self._language
        revised = replace(self._visit, **said)
        if revised == self._visit:
            return []
        weighty = bool(revised.note or revised.contact_sealed) or any(
            reason.urgent for reason in revised.reasons
        )
        self._visit = replace(revised, rev=revised.rev + 1, urgent=revised.urgent or weighty)
        return [Save(self._visit)]

    def _keep_for_later(self, visit: Visit) -> None:
        kept = self._unsaved.get(visit.response)
        if kept is None or kept.rev < visit.rev:
            self._unsaved[visit.response] = visit


def is_happy(rating: int) -> bool:
    """Return which chips belong to a rating: nobody likes a long queue."""
    return rating >= 4


def _promise(visit: Visit | None) -> Promise:
    if visit is None or visit.rating is None:
        return Promise.NEUTRAL
    if any(reason.urgent for reason in visit.reasons):
        return Promise.URGENT
    if visit.contact_sealed:
        return Promise.CONTACT
    if visit.rating <= 2:
        return Promise.UNHAPPY
    return Promise.HAPPY if visit.rating >= 4 else Promise.NEUTRAL


@dataclass(frozen=True, slots=True)
class Transition:
    """What is done in a state when an event comes, and where that can lead."""

    act: Callable[[Flow, Any], list[Command]]
    leads_to: frozenset[State]


def _row(act: Callable[[Flow, Any], list[Command]], *leads_to: State) -> Transition:
    return Transition(act, frozenset(leads_to))


_A, _R, _N, _C = State.ATTRACT, State.REASONS, State.NOTE, State.CONTACT
_S, _T, _X = State.SAVING, State.THANKS, State.CANNOT_ACCEPT
_FROM_OUTSIDE = (
    Saved,
    StorageFailed,
    StorageWell,
    GatewayLinked,
    AlarmHeard,
    Instructed,
    InstructionEnded,
)

TRANSITIONS: Mapping[tuple[State, type[Event]], Transition] = {
    (_A, Rated): _row(Flow._rate, _R),
    (_A, IdlePassed): _row(Flow._ignored, _A),
    (_R, ReasonTapped): _row(Flow._choose, _R),
    (_R, NextTapped): _row(Flow._next, _C, _S),
    (_R, SkipTapped): _row(Flow._skip, _S),
    (_R, WriteTapped): _row(Flow._write, _N),
    (_R, IdlePassed): _row(Flow._walked_away, _A),
    (_N, KeyTapped): _row(Flow._key, _N),
    (_N, EraseTapped): _row(Flow._erase_key, _N),
    (_N, BackTapped): _row(Flow._back, _R),
    (_N, DoneTapped): _row(Flow._done, _C, _S),
    (_N, IdlePassed): _row(Flow._walked_away, _A),
    (_C, DigitTapped): _row(Flow._digit, _C),
    (_C, EraseTapped): _row(Flow._erase_digit, _C),
    (_C, ConsentTapped): _row(Flow._agree, _C),
    (_C, SubmitTapped): _row(Flow._submit, _C, _S),
    (_C, NoContactTapped): _row(Flow._no_contact, _S),
    (_C, IdlePassed): _row(Flow._walked_away, _A),
    (_S, Saved): _row(Flow._saved, _S, _T),
    (_S, IdlePassed): _row(Flow._outbox_stuck, _X),
    (_T, FinishTapped): _row(Flow._leave, _A),
    (_T, IdlePassed): _row(Flow._leave, _A),
    (_X, IdlePassed): _row(Flow._try_again, _X),
    (_X, StorageWell): _row(Flow._well_again, _A),
    **{(state, LanguageTapped): _row(Flow._switch_language, state) for state in State},
    **{(state, StorageFailed): _row(Flow._storage_failed, _X) for state in State},
    **{(state, GatewayLinked): _row(Flow._linked, state) for state in State},
    **{(state, AlarmHeard): _row(Flow._alarm, state) for state in State},
    **{(state, Instructed): _row(Flow._instruct, state) for state in State},
    **{(state, InstructionEnded): _row(Flow._end_instruction, state) for state in State},
}
