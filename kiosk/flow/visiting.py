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
from kiosk.flow.standing import Standing
from kiosk.visit import MAX_PHONE_DIGITS
from protocols.messages import MAX_NOTE_CHARACTERS, Outcome
from protocols.survey import Scale


def rate(standing: Standing, event: Rated) -> list[Command]:
    """Save the score at once, with what is to be doubted about it."""
    if event.score not in standing.asked.scores:
        return []
    now = standing.means.now()
    kind = "nps" if standing.asked.scale is Scale.NPS else "rating"
    marks = standing.marks_of(event.score, now)
    standing.visit = standing.begin(Outcome.RATED, **{kind: event.score}, **marks)
    standing.began_ms = now.mono_ms
    standing.engaged = False
    standing.state = State.REASONS
    return [Save(standing.visit)]


def choose(standing: Standing, event: ReasonTapped) -> list[Command]:
    """Take a reason, or take it back."""
    choice = next((one for one in standing.choices() if one.id == event.reason), None)
    if choice is None:
        return []
    if choice.id in standing.chosen:
        standing.chosen.remove(choice.id)
        return []
    standing.chosen.append(choice.id)
    # A safety reason must not wait for the end of the visit: the alarm is on site at once.
    return standing.revise() if choice.urgent else []


def proceed(standing: Standing, _: NextTapped) -> list[Command]:
    """Go on from the reasons."""
    return _after_words(standing)


def skip(standing: Standing, _: SkipTapped | NoContactTapped) -> list[Command]:
    """Say no more."""
    return standing.finish()


def write(standing: Standing, _: WriteTapped) -> list[Command]:
    """Go and write a note; the reasons are safe first."""
    standing.state = State.NOTE
    return standing.revise()


def key(standing: Standing, event: KeyTapped) -> list[Command]:
    """Write, as long as the note has room."""
    if len(standing.draft) + len(event.text) <= MAX_NOTE_CHARACTERS:
        standing.draft += event.text
    return []


def erase_key(standing: Standing, _: EraseTapped) -> list[Command]:
    """Take the last character back."""
    standing.draft = standing.draft[:-1]
    return []


def back(standing: Standing, _: BackTapped) -> list[Command]:
    """Go back to the reasons; out of the mailbox, which has none, to the first screen."""
    if standing.visit is None:
        return close(standing)
    standing.state = State.REASONS
    return []


def done(standing: Standing, _: DoneTapped) -> list[Command]:
    """Keep the words, masked; nothing but spaces is no words."""
    words = standing.draft.strip()
    note = standing.means.redact(words) if words else None
    if standing.visit is not None:
        return _after_words(standing, note)
    mailbox = standing.survey.mailbox
    if note is None or mailbox is None:
        return close(standing)
    standing.visit = standing.begin(
        Outcome.RATED, question=mailbox.id, rev=0
    )  # nothing is saved yet
    return standing.finish(note=note)


def digit(standing: Standing, event: DigitTapped) -> list[Command]:
    """Dial."""
    standing.digits = (standing.digits + event.digit)[:MAX_PHONE_DIGITS]
    return []


def erase_digit(standing: Standing, _: EraseTapped) -> list[Command]:
    """Take the last digit back."""
    standing.digits = standing.digits[:-1]
    return []


def agree(standing: Standing, _: ConsentTapped) -> list[Command]:
    """Tick the box, or take the tick back."""
    standing.consent = not standing.consent
    return []


def submit(standing: Standing, _: SubmitTapped) -> list[Command]:
    """Ask to be called, with consent and a number that can be one."""
    seal = standing.means.seal
    if seal is None or not standing.may_submit():
        return []
    return standing.finish(contact_sealed=seal(standing.digits))


def leave(standing: Standing, _: FinishTapped | IdlePassed) -> list[Command]:
    """End what has been saved already."""
    return standing.rest()


def close(standing: Standing, _: object = None) -> list[Command]:
    """Note that somebody was asked, looked at something else, and left by a key."""
    skipped = standing.begin(Outcome.SKIPPED, question=question_of(standing), final=True)
    return [Save(skipped), *standing.rest()]


def walk_away(standing: Standing, _: IdlePassed) -> list[Command]:
    """Keep score and chips; words and number that were not sent are forgotten."""
    unsent = _has_unsent(standing)
    if standing.visit is None:
        outcome = Outcome.ABANDONED if unsent else Outcome.TIMED_OUT
        away = standing.begin(outcome, question=question_of(standing), final=True)
        return [Save(away), *standing.rest()]
    outcome = Outcome.ABANDONED if unsent else Outcome.RATED
    return [*standing.revise(final=True, outcome=outcome), *standing.rest()]


def _after_words(standing: Standing, note: str | None = None) -> list[Command]:
    """Go on to the contact, when it is offered, or to the end."""
    said = {"note": note} if note else {}
    score = standing.visit.score if standing.visit else None
    low = score is not None and standing.asked.is_low(score)
    if not low or standing.means.seal is None:
        return standing.finish(**said)
    standing.state = State.CONTACT
    return standing.revise(**said)


def _has_unsent(standing: Standing) -> bool:
    if standing.state is State.NOTE:
        return bool(standing.draft.strip())
    return standing.state is State.CONTACT and bool(standing.digits or standing.consent)


def question_of(standing: Standing) -> str:
    """Return which question is open: the mailbox's in the mailbox, or the touchpoint's."""
    mailbox = standing.survey.mailbox
    return mailbox.id if mailbox and standing.state is State.NOTE else standing.asked.id
