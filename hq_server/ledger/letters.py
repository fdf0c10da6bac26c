"""Dead letters, looked at and taken in again: the same path as ingest, so twice changes nothing.

One that could be taken in stays as a row, marked done; one that still cannot says why now.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from hq_server import failures
from hq_server.accounts.scope import Scope
from hq_server.database import TRANSIENT, Database
from hq_server.errors import NotFoundError
from hq_server.ingest.arrival import DeadLetter, Origin
from hq_server.ingest.intake import Care, Intake, Taken
from hq_server.ledger import repository
from protocols import topics, wire
from protocols.errors import MessageError
from protocols.messages import Batch, Committed, Lane, Stream

logger = logging.getLogger(__name__)

SHOWN = 100
GAP = "its stream goes on elsewhere: the gateway sends it again by itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of trying a dead letter again."""

    id: str
    why: str | None
    """Why it still cannot be taken in; None when it was."""


class Letters:
    """The dead letters of HQ."""

    def __init__(self, database: Database, intake: Intake, now: Callable[[], datetime]) -> None:
        """Prepare; `intake` takes them in."""
        self._database = database
        self._intake = intake
        self._now = now

    def listed(
        self, scope: Scope, *, done: bool = False, device: str | None = None, limit: int = SHOWN
    ) -> list[sa.RowMapping]:
        """Return dead letters that stand open, or those that were taken in; the latest first."""
        with self._database.reading() as connection:
            return repository.letter_rows(connection, scope, done=done, device=device, limit=limit)

    def one(self, scope: Scope, id_: str) -> sa.RowMapping:
        """Return a dead letter; NotFoundError outside the scope."""
        with self._database.reading() as connection:
            return _found(connection, scope, id_)

    def waiting(self, scope: Scope, device: str | None = None) -> list[str]:
        """Return the ids of all that stand open, the oldest first."""
        with self._database.reading() as connection:
            return repository.open_letter_ids(connection, scope, device)

    def again(self, scope: Scope, id_: str) -> Tried:
        """Take a dead letter in again, in a transaction of its own."""
        try:
            with self._database.writing() as connection:
                row = _found(connection, scope, id_)
                if row["done_at"] is not None:
                    return Tried(id=id_, why=None)
                why = self._take(connection, row)
                repository.tried(connection, id_, self._now(), why)
                return Tried(id=id_, why=why)
        except (*TRANSIENT, NotFoundError):
            raise
        except Exception as error:  # what ingest could not keep, this may not either (D7)
            logger.error(
                "dead letter given up on: %s\n%s", failures.kind(error), failures.place(error)
            )
            why = f"cannot be kept: {type(error).__name__}"
        with self._database.writing() as connection:
            repository.tried(connection, id_, self._now(), why)
        return Tried(id=id_, why=why)

    def _take(self, connection: sa.Connection, row: sa.RowMapping) -> str | None:
        origin = Origin(
            gateway=row["gateway_id"], store=row["store_id"], received_at=row["received_at"]
        )
        if row["device"] is None:
            return self._take_message(connection, row["raw"], origin)
        stream = Stream(device=row["device"], epoch=row["epoch"], lane=Lane(row["lane"]))
        letter = DeadLetter(
            origin=origin, raw=row["raw"], why=row["why"], stream=stream, seq=row["seq"]
        )
        refused = self._intake.again(connection, [letter], self._now())
        return refused[0].why if refused else None

    def _take_message(self, connection: sa.Connection, raw: bytes, origin: Origin) -> str | None:
        """Take a whole message in, as if it came now: watermarks tell what of it is new."""
        try:
            message = wire.decode(raw)
        except MessageError as error:
            return str(error)
        if not isinstance(message, Batch):
            return None  # it carries no event, and what it said was said again since
        taken = Taken(topic=topics.up(origin.gateway), payload=raw, received_at=origin.received_at)
        answers = self._intake.take(connection, [taken], self._now(), Care.ONE_BY_ONE)
        return (
            GAP
            if any(isinstance(each.message, Committed) and each.message.gap for each in answers)
            else None
        )


def _found(connection: sa.Connection, scope: Scope, id_: str) -> sa.RowMapping:
    row = repository.letter(connection, scope, id_)
    if row is None:
        raise NotFoundError("dead letter", id_)
    return row
