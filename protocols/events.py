"""Every kind of event that must not be lost."""

from __future__ import annotations

from protocols.messages import (
    AlarmAcknowledged,
    AlarmRaised,
    ProblemVote,
    Replayed,
    Response,
    ResponseMarked,
)
from protocols.till_events import (
    InstructionAcknowledged,
    InstructionEnded,
    InstructionGiven,
    ReceiptLinked,
    ReceiptSeen,
    ReceiptUnlinked,
)

Event = (
    Response
    | ReceiptSeen
    | ReceiptLinked
    | ReceiptUnlinked
    | AlarmRaised
    | AlarmAcknowledged
    | Replayed
    | ResponseMarked
    | ProblemVote
    | InstructionGiven
    | InstructionAcknowledged
    | InstructionEnded
)
