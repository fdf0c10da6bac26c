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
from kiosk.flow.memory import Memory
from kiosk.flow.visiting import walk_away
from protocols import case_code
from protocols.messages import CaseFound, CaseTold, Outcome

# The longest code: eleven random characters and one to check them.
MAX_CODE_CHARACTERS = 12
# The same word about the same problem counts once in so long.
VOTE_PAUSE_MS = 10_000


# --- how the screen speaks -----------------------------------------------------------------------


def switch_language(memory: Memory, _: LanguageTapped) -> list[Command]:
    """Speak the next language of the survey."""
    languages = memory.survey.languages
    at = languages.index(memory.language) + 1
    memory.language = languages[at % len(languages)]
    return _engage(memory)


def switch_size(memory: Memory, _: LargeTextTapped) -> list[Command]:
    """Write large, or as usual."""
    memory.large = not memory.large
    return _engage(memory)


def warn(memory: Memory, _: IdleNear) -> list[Command]:
    """Ask whether somebody is still there."""
    memory.warning = True
    return []


def stay(_: Memory, __: StillHereTapped | StaffTouched) -> list[Command]:
    """Wait once more: every touch does that."""
    return []


def _engage(memory: Memory) -> list[Command]:
    memory.engaged = memory.engaged or memory.state in (State.ATTRACT, State.CLOSED)
    return []


# --- what the first screen offers ----------------------------------------------------------------


def ignored(memory: Memory, _: IdlePassed) -> list[Command]:
    """Note that somebody was asked and went away: that is data too. A vote alone is no visit."""
    if not memory.engaged or memory.state is State.CLOSED:
        return memory.rest()
    asked = memory.begin(Outcome.TIMED_OUT, final=True)
    return [Save(asked), *memory.rest()]


def open_mailbox(memory: Memory, _: MailboxTapped) -> list[Command]:
    """Write to the experience officers, when the survey lets one."""
    if memory.survey.mailbox is not None:
        memory.engaged = True
        memory.state = State.NOTE
    return []


def vote(memory: Memory, event: VoteTapped) -> list[Command]:
    """Say something of an open problem, once: who says it again is thanked and not counted."""
    problem = memory.problem(event.problem)
    if problem is None or problem.problem in memory.voted:
        return []
    memory.voted |= {problem.problem}
    now_ms = memory.means.now().mono_ms
    recent = {one: at for one, at in memory.votes.items() if now_ms - at < VOTE_PAUSE_MS}
    said = (problem.problem, event.vote)
    memory.votes = {**recent, said: now_ms}
    return [] if said in recent else [CastVote(problem, event.vote)]


# --- how does my case stand? ---------------------------------------------------------------------


def open_lookup(memory: Memory, _: LookupTapped) -> list[Command]:
    """Type a case code."""
    memory.engaged = True
    memory.state = State.LOOKUP
    return []


def code_key(memory: Memory, event: CodeKeyTapped) -> list[Command]:
    """Type a character of a code; what was said of the last code goes."""
    if not memory.asking:
        memory.case = None
        memory.code_typed = (memory.code_typed + event.character)[:MAX_CODE_CHARACTERS]
    return []


def erase_code_key(memory: Memory, _: EraseTapped) -> list[Command]:
    """Take the last character of a code back."""
    if not memory.asking:
        memory.case = None
        memory.code_typed = memory.code_typed[:-1]
    return []


def ask(memory: Memory, _: AskTapped) -> list[Command]:
    """Ask for a code that can be one; who guesses has to wait."""
    if memory.asking:
        return []
    now_ms = memory.means.now().mono_ms
    if wait_s := memory.guesses.wait_s(now_ms):
        return _answered(memory, CaseFound.SLOW_DOWN, wait_s)
    try:
        code = case_code.parse(memory.code_typed)
    except case_code.CaseCodeError:
        memory.guesses.wrong(now_ms)
        return _answered(memory, CaseFound.UNKNOWN)
    memory.nonce += 1
    memory.asking = True
    memory.case = None
    return [AskCase(code, memory.nonce)]


def answered(memory: Memory, event: CaseAnswered) -> list[Command]:
    """Show how the case stands; an answer that nobody waits for is ignored."""
    told = event.told
    if not memory.asking or told.nonce != memory.nonce:
        return []
    memory.asking = False
    memory.case = told
    now_ms = memory.means.now().mono_ms
    match told.found:
        case CaseFound.FOUND:
            memory.state = State.CASE
        case CaseFound.UNKNOWN:
            memory.guesses.wrong(now_ms)
        case CaseFound.SLOW_DOWN:
            memory.guesses.told_to_wait(now_ms, told.wait_s)
    return []


def lookup_idle(memory: Memory, event: IdlePassed) -> list[Command]:
    """Give up on an answer; or, when none is awaited, on whoever asked."""
    if memory.asking:
        memory.asking = False
        return _answered(memory, CaseFound.AWAY)
    return walk_away(memory, event)


def _answered(memory: Memory, found: CaseFound, wait_s: int = 0) -> list[Command]:
    """Show what the kiosk itself says of a code."""
    code = memory.code_typed
    memory.case = CaseTold(code=code, nonce=memory.nonce, found=found, wait_s=wait_s)
    return []
