"""A flow with means that tell the truth about time, and how tests tell it what happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from types import MappingProxyType
from zoneinfo import ZoneInfo

import msgspec

from kiosk.events import (
    Arm,
    AskTapped,
    CaseAnswered,
    CodeKeyTapped,
    Command,
    Event,
    HoursChanged,
    LookupTapped,
    MailboxTapped,
    NextTapped,
    Rated,
    ReceiptTapped,
    Save,
    Saved,
    SkipTapped,
    StaffHeld,
    State,
    StorageFailed,
    WriteTapped,
)
from kiosk.flow import Flow, Means
from kiosk.settings import DEFAULT_SURVEY
from kiosk.visit import Visit
from protocols import case_code
from protocols.briefs import Problem, Problems
from protocols.messages import CaseFound, CaseNode, CaseTold, Clock, ClockQuality
from protocols.survey import Mailbox, Question, Scale

PHONE = "13800138000"
ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 22, 12, tzinfo=ZONE)
CODE = case_code.mint(12345)

FOUND = CaseTold(
    code=CODE, nonce=1, found=CaseFound.FOUND, nodes=(CaseNode(step="received", at_ms=1),)
)
PROBLEM = Problem(
    problem="p1", topic="queue_checkout", text={"en": "Queues"}, ask={"en": "Still queues?"}
)
PROBLEMS = Problems(problems=(PROBLEM,), topics=("quality",))
MAILBOX = Mailbox(id="one-detail", name={"en": "Mailbox"}, ask={"en": "Which detail?"})
SURVEY = msgspec.structs.replace(
    DEFAULT_SURVEY,
    questions=(
        Question(
            id="recommend",
            touchpoints=("exit",),
            ask={"en": "Would you recommend us?"},
            scale=Scale.NPS,
            faces=({"en": "never"}, {"en": "surely"}),
        ),
        Question(
            id="four",
            touchpoints=("four",),
            ask={"en": "How was it?"},
            scale=Scale.FACES_4,
            faces=DEFAULT_SURVEY.faces[:4],
        ),
    ),
    mailbox=MAILBOX,
    hours=(),
)


@dataclass
class Wrist:
    """A watch that a test turns."""

    ms: int = round(NOON.timestamp() * 1000)
    quality: ClockQuality = ClockQuality.SYNCED
    started_ms: int = field(default=round(NOON.timestamp() * 1000) - 1_000_000)

    def now(self) -> Clock:
        """Return the moment on the watch."""
        mono_ms = self.ms - self.started_ms
        return Clock(boot="b", mono_ms=mono_ms, wall_ms=self.ms, quality=self.quality)

    def turn(self, seconds: float) -> None:
        """Let time pass."""
        self.ms += round(seconds * 1000)

    def set(self, at: datetime) -> None:
        """Show another moment."""
        self.ms = round(at.timestamp() * 1000)

    def at(self) -> datetime:
        """Return the moment, aware."""
        return datetime.fromtimestamp(self.ms / 1000, UTC)


def new_flow(
    *,
    contact: bool = True,
    touchpoint: str = "till-4",
    watch: Wrist | None = None,
    receipt_digits: bool = True,
) -> Flow:
    """Return a flow on its first screen, in Chinese; responses are r1, r2, codes CODE-1, CODE-2."""
    names, codes = count(1), count(1)
    means = Means(
        mint=lambda: f"r{next(names)}",
        code=lambda: f"CODE-{next(codes)}",
        now=(watch or Wrist()).now,
        redact=lambda words: words.replace(PHONE, "***"),
        seal=(lambda number: f"sealed:{number[-2:]}") if contact else None,
        zone=ZONE,
        receipt_digits=receipt_digits,
        own_addresses=("https://hq.example.cn/t",),
    )
    return Flow(SURVEY, touchpoint, "zh-CN", means)


def told(flow: Flow, *events: Event) -> list[Command]:
    """Tell what happens, and return all that follows."""
    return [command for event in events for command in flow.handle(event)]


def state_of(flow: Flow) -> State:
    """Return the state, which mypy would else take for unchanged."""
    return flow.state


def saves(commands: list[Command]) -> list[Visit]:
    """Return the revisions to be saved."""
    return [command.visit for command in commands if isinstance(command, Save)]


def arms(commands: list[Command]) -> list[Arm]:
    """Return the waits."""
    return [command for command in commands if isinstance(command, Arm)]


def keys(code: str) -> list[Event]:
    """Return the touches that type a case code."""
    return [CodeKeyTapped(character) for character in code.replace("-", "")]


WAY_TO: Mapping[State, tuple[Event, ...]] = MappingProxyType(
    {
        State.ATTRACT: (),
        State.REASONS: (Rated(1),),
        State.NOTE: (Rated(1), WriteTapped()),
        State.CONTACT: (Rated(1), NextTapped()),
        State.SAVING: (Rated(1), SkipTapped()),
        State.THANKS: (Rated(1), SkipTapped(), Saved("r1", 2)),
        State.CANNOT_ACCEPT: (Rated(1), StorageFailed(None)),
        State.CLOSED: (HoursChanged(open=False, opens_at=None),),
        State.LOOKUP: (LookupTapped(),),
        State.CASE: (LookupTapped(), *keys(CODE), AskTapped(), CaseAnswered(FOUND)),
        State.STAFF: (StaffHeld(),),
        State.RECEIPT: (Rated(1), ReceiptTapped()),
    }
)
IN_MAILBOX: tuple[Event, ...] = (MailboxTapped(),)
