"""The durable log that must not lose: what it accepted is on disk before anybody is thanked."""

from outbox.errors import OutboxDamaged, OutboxError, OutboxFull, OutboxHeld
from outbox.log import Outbox

__all__ = ["Outbox", "OutboxDamaged", "OutboxError", "OutboxFull", "OutboxHeld"]
