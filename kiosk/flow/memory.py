"""Where a visit stands, and what the kiosk has been told: all that the flow remembers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from kiosk import misuse, promise
from kiosk.events import Command, Picture, Promise, Save, State
from kiosk.flow.guesses import Guesses
from kiosk.hours import spoken
from kiosk.questions import Asked, Mood, asked_at
from kiosk.visit import Visit, plausible_phone
from protocols.briefs import Problem, Problems, Promises
from protocols.messages import (
    Alarm,
    CaseTold,
    Clock,
    ClockQuality,
    Instruction,
    Outcome,
    ReceiptSaid,
    Vote,
)
from protocols.survey import ReasonChoice, Survey

# Who reads large text also needs longer, by this much.
LARGE_TEXT_FACTOR = 3.0
# How long a code's answer may take; the gateway says after three seconds that HQ is away.
ANSWER_SECONDS = 4.0
# Counts on the first screen only after somebody did something there that is no rating.
ATTRACT_SECONDS = 20.0
STAFF_SECONDS = 60.0
# A commit takes milliseconds: silence means that the outbox is stuck.
SAVING_SECONDS = 10.0
# Enough to know the receipt again, too few to look over a shoulder for.
RECEIPT_SHOWN = 4
# Until the outbox is tried again.
RETRY_SECONDS = 5.0
WARNED = frozenset(
    {State.REASONS, State.NOTE, State.CONTACT, State.LOOKUP, State.CASE, State.RECEIPT}
)
"""States whose end is announced; the thanks count down by themselves."""

_NOTHING_OPEN = Problems(problems=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What the flow cannot do by itself, because it takes chance, a clock, a key or a lexicon."""

    mint: Callable[[], str]
    """Names a response."""
    code: Callable[[], str]
    """Gives out a case code, which nobody else ever gets."""
    now: Callable[[], Clock]
    redact: Callable[[str], str]
    seal: Callable[[str], str] | None
    """Seals a telephone number; None: this kiosk never asks for one."""
    zone: ZoneInfo
    """The machine's own, until HQ says the store's."""
    receipt_digits: bool = False
    """Whether a shopper may type which receipt it is about: where the tills are read."""
    own_addresses: tuple[str, ...] = ()
    """What the codes on our own screens and slips begin with."""


class Memory:
    """The memory of the flow; the functions of the table change it."""

    def __init__(self, survey: Survey, touchpoint: str, language: str, means: Means) -> None:
        """Stand on the first screen of a touchpoint, in `language` when the survey speaks it."""
        self.means = means
        self.touchpoint = touchpoint
        self._wanted_language = language
        self.survey = survey
        self.asked: Asked = asked_at(survey, touchpoint)
        self.problems = _NOTHING_OPEN
        self.promises: Promises | None = None
        self.next_survey: Survey | None = None
        self.next_problems: Problems | None = None
        self.is_open = True
        self.opens_at: datetime | None = None
        self.alarms: dict[str, Alarm] = {}
        self.instructions: dict[str, Instruction] = {}
        self.outbox_well = True
        self.unsaved: dict[str, Visit] = {}
        self.earlier: deque[misuse.Rating] = deque(maxlen=misuse.REMEMBERED)
        self.votes: dict[tuple[str, Vote], int] = {}
        self.guesses = Guesses()
        self.nonce = 0
        self.selling = False
        self.state = State.ATTRACT
        self._greet()
        self.forget_visit()

    # --- who is there --------------------------------------------------------------------------

    @property
    def undisturbed(self) -> bool:
        """Return whether nobody is doing anything: only now may the first screen change."""
        at_rest = self.state in (State.ATTRACT, State.CLOSED)
        return at_rest and not (self.engaged or self.voted)

    def rest(self) -> list[Command]:
        """Go back to the first screen and forget all about whoever was there."""
        visit = self.visit
        if visit and visit.score is not None:
            ended = misuse.Rating(visit.score, self.began_ms, self.means.now().mono_ms)
            self.earlier.append(ended)
        self.forget_visit()
        self._greet()
        if not self.outbox_well:
            self.state = State.CANNOT_ACCEPT
            return []
        self.state = State.ATTRACT
        self.take_what_waits()
        return []

    def take_what_waits(self) -> None:
        """Ask and show what HQ has sent meanwhile, once nobody is there; open or close."""
        if not self.undisturbed:
            return
        if self.next_survey:
            self.survey, self.next_survey = self.next_survey, None
            self.asked = asked_at(self.survey, self.touchpoint)
            self._greet()
        if self.next_problems:
            self.problems, self.next_problems = self.next_problems, None
        self.state = State.ATTRACT if self.is_open else State.CLOSED

    def _greet(self) -> None:
        languages = self.survey.languages
        wanted = self._wanted_language
        self.language = wanted if wanted in languages else languages[0]
        self.large = False
        self.engaged = False  # touched something, but gave no rating yet
        self.voted: frozenset[str] = frozenset()

    def forget_visit(self) -> None:
        """Forget what was said, typed and asked."""
        self.visit: Visit | None = None
        self.began_ms = 0
        self.chosen: list[str] = []
        self.draft = ""
        self.forget_contact()
        self.receipt: ReceiptSaid | None = None
        self.receipt_typed = ""
        self.code_typed = ""
        self.asking = False
        self.case: CaseTold | None = None
        self.warning = False

    def forget_contact(self) -> None:
        """Forget number and consent."""
        self.digits = ""
        self.consent = False

    # --- the visit -----------------------------------------------------------------------------

    def begin(self, outcome: Outcome, **said: Any) -> Visit:
        """Return the first revision of a visit; its question is the touchpoint's if no other."""
        said.setdefault("question", self.asked.id)
        said.setdefault("receipt", self.receipt)
        visit = Visit(
            response=self.means.mint(),
            survey=self.survey.survey,
            survey_version=self.survey.version,
            language=self.language,
            outcome=outcome,
            **said,
        )
        return self._with_code(visit)

    def revise(self, **said: Any) -> list[Command]:
        """Save the next revision, when it says anything new."""
        if self.visit is None:
            return []
        chosen = {choice.id: choice for choice in self.choices()}
        said["reasons"] = tuple(chosen[reason] for reason in self.chosen)
        said["language"] = self.language
        revised = self._with_code(replace(self.visit, **said))
        if revised == self.visit:
            return []
        self.visit = replace(
            revised, rev=revised.rev + 1, urgent=revised.urgent or is_weighty(revised)
        )
        return [Save(self.visit)]

    def finish(self, **said: Any) -> list[Command]:
        """Save the last revision of a visit that ends with the thanks, promise and all."""
        if self.visit is None:
            return []
        self.state = State.SAVING
        said["promised_ms"] = self._promised_ms(replace(self.visit, **said))
        saves = self.revise(final=True, **said)
        self.draft = ""
        self.forget_contact()
        return saves

    def choices(self) -> tuple[ReasonChoice, ...]:
        """Return the chips of the score."""
        score = self.visit.score if self.visit else None
        return () if score is None else self.asked.choices(score, self.problems.topics)

    def may_submit(self) -> bool:
        """Return whether the number can be sent."""
        return self.consent and plausible_phone(self.digits)

    def keep_for_later(self, visit: Visit) -> None:
        """Keep what the outbox did not take; of one visit the newest revision."""
        kept = self.unsaved.get(visit.response)
        if kept is None or kept.rev < visit.rev:
            self.unsaved[visit.response] = visit

    def marks_of(self, score: int, now: Clock) -> dict[str, Any]:
        """Return the marks of a score touched now, as part of a visit."""
        shut = (
            self.promises is not None
            and now.quality is ClockQuality.SYNCED
            and promise.is_after_hours(self.promises, _moment(now))
        )
        found = misuse.marks(score, now.mono_ms, tuple(self.earlier), after_hours=shut)
        return {"marks": found}

    def _with_code(self, visit: Visit) -> Visit:
        """Give a code to who has said something that is answered, and to nobody else."""
        low = visit.score is not None and self.asked.wants_answer(visit.score)
        if visit.code is None and (low or is_weighty(visit)):
            return replace(visit, code=self.means.code())
        return visit

    def _promised_ms(self, visit: Visit) -> int | None:
        now = self.means.now()
        answered = visit.code is not None or is_weighty(visit)
        if self.promises is None or not answered or now.quality is not ClockQuality.SYNCED:
            return None
        due = promise.promised_at(self.promises, self._grade(visit), _moment(now))
        return None if due is None else round(due.timestamp() * 1000)

    def _grade(self, visit: Visit) -> str:
        chosen = {choice.id: choice for choice in self.choices()}
        if any(chosen[reason].urgent for reason in self.chosen):
            return "S"
        low = visit.score is not None and self.asked.is_low(visit.score)
        return "A" if low or visit.contact_sealed else "B"

    # --- what a screen shows -------------------------------------------------------------------

    def idle_seconds(self) -> float | None:
        """Return how long nobody may touch the screen before `IdlePassed`; None: for ever."""
        fixed = _FIXED_SECONDS.get(self.state)
        if fixed is not None:
            return fixed
        if self.state in (State.ATTRACT, State.CLOSED) and self.undisturbed:
            return None
        if self.asking:
            return ANSWER_SECONDS
        limits = self.survey.limits
        own: Mapping[State, float] = {
            State.REASONS: limits.reasons,
            State.NOTE: limits.note,
            State.CONTACT: limits.contact,
            State.LOOKUP: limits.contact,
            State.CASE: limits.contact,
            State.RECEIPT: limits.contact,
            State.THANKS: limits.thanks,
        }
        return own.get(self.state, ATTRACT_SECONDS) * self._slowness

    def warn_seconds(self) -> float | None:
        """Return how long before the end of a wait it is announced; None: not at all."""
        wait = self.idle_seconds()
        if wait is None or self.asking or self.state not in WARNED:
            return None
        return min(self.survey.limits.warn * self._slowness, wait / 2)

    @property
    def _slowness(self) -> float:
        return LARGE_TEXT_FACTOR if self.large else 1.0

    def picture(self) -> Picture:
        """Return what the screen shows now."""
        visit = self.visit
        score = visit.score if visit else None
        now_ms = self.means.now().wall_ms
        return Picture(
            state=self.state,
            language=self.language,
            languages=self.survey.languages,
            asked=self.asked,
            brand=self.survey.brand,
            texts=self.survey.texts,
            large=self.large,
            warning=self.warning,
            response=visit.response if visit else "",
            rating=score,
            mood=Mood.UNHAPPY if score is None else self.asked.mood(score),
            choices=self.choices(),
            chosen=frozenset(self.chosen),
            note=self.draft,
            digits=self.digits,
            consent=self.consent,
            may_submit=self.may_submit(),
            code=(visit.code or "") if visit else "",
            promise=self._promise(visit),
            promised=self._spoken(self._shown_promise(), now_ms),
            mailbox=self.survey.mailbox,
            problems=self.problems.problems,
            voted=self.voted,
            code_typed=self.code_typed,
            asking=self.asking,
            case=self.case,
            zone=self.zone,
            receipt=self.receipt.text[-RECEIPT_SHOWN:] if self.receipt else "",
            receipt_typed=self.receipt_typed,
            receipt_may_be_typed=self.means.receipt_digits,
            selling=self.selling,
            opens_at=self._spoken(self.opens_at, now_ms),
            alarm=max(self.alarms.values(), key=lambda alarm: alarm.raised_ms, default=None),
            alarms=len(self.alarms),
            instruction=next(reversed(self.instructions.values()), None),
        )

    def problem(self, problem: str) -> Problem | None:
        """Return an open problem by its id."""
        return next((one for one in self.problems.problems if one.problem == problem), None)

    @property
    def zone(self) -> ZoneInfo:
        """Return the store's zone, as far as HQ has said one that this machine knows."""
        told = promise.zone_of(self.promises) if self.promises else None
        return told or self.means.zone

    def _shown_promise(self) -> datetime | None:
        """Return by when the case on the screen is answered: this visit's, or one looked up."""
        source = self.case if self.state is State.CASE else self.visit
        if source is None or source.promised_ms is None:
            return None
        return datetime.fromtimestamp(source.promised_ms / 1000, self.zone)

    def _spoken(self, when: datetime | None, now_ms: int) -> str:
        if when is None:
            return ""
        return spoken(when, datetime.fromtimestamp(now_ms / 1000, UTC), self.language)

    def _promise(self, visit: Visit | None) -> Promise:
        if visit is None:
            return Promise.NEUTRAL
        if any(reason.urgent for reason in visit.reasons):
            return Promise.URGENT
        if visit.contact_sealed:
            return Promise.CONTACT
        if visit.score is None:
            return Promise.NEUTRAL
        if self.asked.is_low(visit.score):
            return Promise.UNHAPPY
        happy = self.asked.mood(visit.score) is Mood.HAPPY
        return Promise.HAPPY if happy else Promise.NEUTRAL


_FIXED_SECONDS: Mapping[State, float] = {
    State.SAVING: SAVING_SECONDS,
    State.CANNOT_ACCEPT: RETRY_SECONDS,
    State.STAFF: STAFF_SECONDS,
}


def is_weighty(visit: Visit) -> bool:
    """Return whether a visit says more than a score: it goes first, and is answered."""
    urgent = any(reason.urgent for reason in visit.reasons)
    return bool(visit.note or visit.contact_sealed) or urgent


def _moment(now: Clock) -> datetime:
    return datetime.fromtimestamp(now.wall_ms / 1000, UTC)
