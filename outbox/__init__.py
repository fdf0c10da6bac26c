"""The durable log that must not lose: what it accepted is on disk before anybody is thanked."""

from outbox.errors import (
    OutboxDamaged,
    OutboxError,
    OutboxForeign,
    OutboxFull,
    OutboxHeld,
    OutboxUnavailable,
)
from outbox.log import Outbox

__all__ = [
    "Outbox",
    "OutboxDamaged",
    "OutboxError",
    "OutboxForeign",
    "OutboxFull",
    "OutboxHeld",
    "OutboxUnavailable",
]
