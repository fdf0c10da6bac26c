"""A visit from the first face to the thanks."""

from __future__ import annotations

from kiosk.events import (
    BackTapped,
    Command,
    ConsentTapped,
    DigitTapped,
    DoneTapped,
    EraseTapped,
    FinishTapped,
    IdlePassed,
    KeyTapped,
    NextTapped,
    NoContactTapped,
    Rated,
    ReasonTapped,
    Save,
    SkipTapped,
    State,
    SubmitTapped,
    WriteTapped,
)
from kiosk.flow.memory import Memory
from kiosk.visit import MAX_PHONE_DIGITS
from protocols.messages import MAX_NOTE_CHARACTERS, Outcome
from protocols.survey import Scale


def rate(memory: Memory, event: Rated) -> list[Command]:
    """Save the score at once, with what is to be doubted about it."""
    if event.score not in memory.asked.scores:
        return []
    now = memory.means.now()
    kind = "nps" if memory.asked.scale is Scale.NPS else "rating"
    marks = memory.marks_of(event.score, now)
    memory.visit = memory.begin(Outcome.RATED, **{kind: event.score}, **marks)
    memory.began_ms = now.mono_ms
    memory.engaged = False
    memory.state = State.REASONS
    return [Save(memory.visit)]


def choose(memory: Memory, event: ReasonTapped) -> list[Command]:
    """Take a reason, or take it back."""
    choice = next((one for one in memory.choices() if one.id == event.reason), None)
    if choice is None:
        return []
    if choice.id in memory.chosen:
        memory.chosen.remove(choice.id)
        return []
    memory.chosen.append(choice.id)
    # A safety reason must not wait for the end of the visit: the alarm is on site at once.
    return memory.revise() if choice.urgent else []


def proceed(memory: Memory, _: NextTapped) -> list[Command]:
    """Go on from the reasons; a note that was written before goes along."""
    return _after_words(memory, _note(memory))


def skip(memory: Memory, _: SkipTapped | NoContactTapped) -> list[Command]:
    """Say no more."""
    return memory.finish()


def write(memory: Memory, _: WriteTapped) -> list[Command]:
    """Go and write a note; the reasons are safe first."""
    memory.state = State.NOTE
    return memory.revise()


def key(memory: Memory, event: KeyTapped) -> list[Command]:
    """Write, as long as the note has room."""
    if len(memory.draft) + len(event.text) <= MAX_NOTE_CHARACTERS:
        memory.draft += event.text
    return []


def erase_key(memory: Memory, _: EraseTapped) -> list[Command]:
    """Take the last character back."""
    memory.draft = memory.draft[:-1]
    return []


def back(memory: Memory, _: BackTapped) -> list[Command]:
    """Go back to the reasons; out of the mailbox, which has none, to the first screen."""
    if memory.visit is None:
        return close(memory)
    memory.state = State.REASONS
    return []


def done(memory: Memory, _: DoneTapped) -> list[Command]:
    """Keep the words, masked; nothing but spaces is no words."""
    note = _note(memory)
    if memory.visit is not None:
        return _after_words(memory, note)
    mailbox = memory.survey.mailbox
    if note is None or mailbox is None:
        return close(memory)
    memory.visit = memory.begin(Outcome.RATED, question=mailbox.id, rev=0)  # nothing is saved yet
    return memory.finish(note=note)


def digit(memory: Memory, event: DigitTapped) -> list[Command]:
    """Dial."""
    memory.digits = (memory.digits + event.digit)[:MAX_PHONE_DIGITS]
    return []


def erase_digit(memory: Memory, _: EraseTapped) -> list[Command]:
    """Take the last digit back."""
    memory.digits = memory.digits[:-1]
    return []


def agree(memory: Memory, _: ConsentTapped) -> list[Command]:
    """Tick the box, or take the tick back."""
    memory.consent = not memory.consent
    return []


def submit(memory: Memory, _: SubmitTapped) -> list[Command]:
    """Ask to be called, with consent and a number that can be one."""
    seal = memory.means.seal
    if seal is None or not memory.may_submit():
        return []
    return memory.finish(contact_sealed=seal(memory.digits))


def leave(memory: Memory, _: FinishTapped | IdlePassed) -> list[Command]:
    """End what has been saved already."""
    return memory.rest()


def close(memory: Memory, _: object = None) -> list[Command]:
    """Note that somebody was asked, looked at something else, and left by a key."""
    skipped = memory.begin(Outcome.SKIPPED, question=question_of(memory), final=True)
    return [Save(skipped), *memory.rest()]


def walk_away(memory: Memory, _: IdlePassed) -> list[Command]:
    """Keep score and chips; words and number that were not sent are forgotten."""
    unsent = _has_unsent(memory)
    if memory.visit is None:
        outcome = Outcome.ABANDONED if unsent else Outcome.TIMED_OUT
        away = memory.begin(outcome, question=question_of(memory), final=True)
        return [Save(away), *memory.rest()]
    outcome = Outcome.ABANDONED if unsent else Outcome.RATED
    return [*memory.revise(final=True, outcome=outcome), *memory.rest()]


def _after_words(memory: Memory, note: str | None = None) -> list[Command]:
    """Go on to the contact, when it is offered, or to the end."""
    said = {"note": note} if note else {}
    score = memory.visit.score if memory.visit else None
    low = score is not None and memory.asked.is_low(score)
    if not low or memory.means.seal is None:
        return memory.finish(**said)
    memory.state = State.CONTACT
    return memory.revise(**said)


def _note(memory: Memory) -> str | None:
    words = memory.draft.strip()
    return memory.means.redact(words) if words else None


def _has_unsent(memory: Memory) -> bool:
    if memory.state is State.NOTE:
        return bool(memory.draft.strip())
    return memory.state is State.CONTACT and bool(memory.digits or memory.consent)


def question_of(memory: Memory) -> str:
    """Return which question is open: the mailbox's in the mailbox, or the touchpoint's."""
    mailbox = memory.survey.mailbox
    return mailbox.id if mailbox and memory.state is State.NOTE else memory.asked.id
