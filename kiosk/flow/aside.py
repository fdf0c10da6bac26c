"""What a shopper does beside rating: language and size, mailbox, votes, and asking for a case."""

from __future__ import annotations

from kiosk.events import (
    AskCase,
    AskTapped,
    CaseAnswered,
    CastVote,
    CodeKeyTapped,
    Command,
    EraseTapped,
    IdleNear,
    IdlePassed,
    LanguageTapped,
    LargeTextTapped,
    LookupTapped,
    MailboxTapped,
    Save,
    StaffTouched,
    State,
    StillHereTapped,
    VoteTapped,
)
from kiosk.flow.standing import Standing
from kiosk.flow.visiting import walk_away
from protocols import case_code
from protocols.messages import CaseFound, CaseTold, Outcome

# The longest code: eleven random characters and one to check them.
MAX_CODE_CHARACTERS = 12
# The same word about the same problem counts once in so long.
VOTE_PAUSE_MS = 10_000


# --- how the screen speaks -----------------------------------------------------------------------


def switch_language(standing: Standing, _: LanguageTapped) -> list[Command]:
    """Speak the next language of the survey."""
    languages = standing.survey.languages
    at = languages.index(standing.language) + 1
    standing.language = languages[at % len(languages)]
    return _engage(standing)


def switch_size(standing: Standing, _: LargeTextTapped) -> list[Command]:
    """Write large, or as usual."""
    standing.large = not standing.large
    return _engage(standing)


def warn(standing: Standing, _: IdleNear) -> list[Command]:
    """Ask whether somebody is still there."""
    standing.warning = True
    return []


def stay(_: Standing, __: StillHereTapped | StaffTouched) -> list[Command]:
    """Wait once more: every touch does that."""
    return []


def _engage(standing: Standing) -> list[Command]:
    standing.engaged = standing.engaged or standing.state in (State.ATTRACT, State.CLOSED)
    return []


# --- what the first screen offers ----------------------------------------------------------------


def ignored(standing: Standing, _: IdlePassed) -> list[Command]:
    """Note that somebody was asked and went away: that is data too. A vote alone is no visit."""
    if not standing.engaged or standing.state is State.CLOSED:
        return standing.rest()
    asked = standing.begin(Outcome.TIMED_OUT, final=True)
    return [Save(asked), *standing.rest()]


def open_mailbox(standing: Standing, _: MailboxTapped) -> list[Command]:
    """Write to the experience officers, when the survey lets one."""
    if standing.survey.mailbox is not None:
        standing.engaged = True
        standing.state = State.NOTE
    return []


def vote(standing: Standing, event: VoteTapped) -> list[Command]:
    """Say something of an open problem, once: who says it again is thanked and not counted."""
    problem = standing.problem(event.problem)
    if problem is None or problem.problem in standing.voted:
        return []
    standing.voted |= {problem.problem}
    now_ms = standing.means.now().mono_ms
    recent = {one: at for one, at in standing.votes.items() if now_ms - at < VOTE_PAUSE_MS}
    said = (problem.problem, event.vote)
    standing.votes = {**recent, said: now_ms}
    return [] if said in recent else [CastVote(problem, event.vote)]


# --- how does my case stand? ---------------------------------------------------------------------


def open_lookup(standing: Standing, _: LookupTapped) -> list[Command]:
    """Type a case code."""
    standing.engaged = True
    standing.state = State.LOOKUP
    return []


def code_key(standing: Standing, event: CodeKeyTapped) -> list[Command]:
    """Type a character of a code; what was said of the last code goes."""
    if not standing.asking:
        standing.case = None
        standing.code_typed = (standing.code_typed + event.character)[:MAX_CODE_CHARACTERS]
    return []


def erase_code_key(standing: Standing, _: EraseTapped) -> list[Command]:
    """Take the last character of a code back."""
    if not standing.asking:
        standing.case = None
        standing.code_typed = standing.code_typed[:-1]
    return []


def ask(standing: Standing, _: AskTapped) -> list[Command]:
    """Ask for a code that can be one; who guesses has to wait."""
    if standing.asking:
        return []
    now_ms = standing.means.now().mono_ms
    if wait_s := standing.guesses.wait_s(now_ms):
        return _answered(standing, CaseFound.SLOW_DOWN, wait_s)
    try:
        code = case_code.parse(standing.code_typed)
    except case_code.CaseCodeError:
        standing.guesses.wrong(now_ms)
        return _answered(standing, CaseFound.UNKNOWN)
    standing.nonce += 1
    standing.asking = True
    standing.case = None
    return [AskCase(code, standing.nonce)]


def answered(standing: Standing, event: CaseAnswered) -> list[Command]:
    """Show how the case stands; an answer that nobody waits for is ignored."""
    told = event.told
    if not standing.asking or told.nonce != standing.nonce:
        return []
    standing.asking = False
    standing.case = told
    now_ms = standing.means.now().mono_ms
    match told.found:
        case CaseFound.FOUND:
            standing.state = State.CASE
        case CaseFound.UNKNOWN:
            standing.guesses.wrong(now_ms)
        case CaseFound.SLOW_DOWN:
            standing.guesses.told_to_wait(now_ms, told.wait_s)
    return []


def lookup_idle(standing: Standing, event: IdlePassed) -> list[Command]:
    """Give up on an answer; or, when none is awaited, on whoever asked."""
    if standing.asking:
        standing.asking = False
        return _answered(standing, CaseFound.AWAY)
    return walk_away(standing, event)


def _answered(standing: Standing, found: CaseFound, wait_s: int = 0) -> list[Command]:
    """Show what the kiosk itself says of a code."""
    code = standing.code_typed
    standing.case = CaseTold(code=code, nonce=standing.nonce, found=found, wait_s=wait_s)
    return []
