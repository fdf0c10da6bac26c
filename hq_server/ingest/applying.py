"""Events into the database, and what follows from them: receipts, cases, timelines, scores."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from hq_server import failures
from hq_server.cases import following
from hq_server.cases.following import Ground
from hq_server.feedback import service as feedback
from hq_server.feedback.service import Absorbed
from hq_server.ingest.arrival import Arrival, DeadLetter
from hq_server.insights import service as insights
from hq_server.problems import service as problems
from hq_server.tills import service as tills

logger = logging.getLogger(__name__)


def apply(
    connection: Connection, arrivals: Sequence[Arrival], ground: Ground
) -> Iterable[DeadLetter]:
    """Keep events and what follows from them; return those that were refused."""
    tills.take(connection, arrivals)
    absorbed = feedback.absorb(connection, arrivals, ground.zone)
    alarmed = following.take_alarms(connection, arrivals)
    follow_up(connection, absorbed, ground, alarmed)
    problems.take_votes(connection, arrivals, ground.now)
    return [_letter(arrival, why) for arrival, why in absorbed.refused]


def follow_up(
    connection: Connection, absorbed: Absorbed, ground: Ground, alarmed: set[str] | None = None
) -> None:
    """Open or raise the cases of what was absorbed, or what an alarm is about; keep the scores."""
    alarms = following.alarms_of(connection, absorbed.changed | (alarmed or set()))
    facts = feedback.facts(connection, absorbed, alarms)
    following.follow(connection, facts, alarms, ground)
    insights.keep(connection, absorbed.tally)


def apply_alone(
    connection: Connection,
    arrival: Arrival,
    ground: Ground,
    letters: list[DeadLetter],
    passing: tuple[type[Exception], ...],
) -> None:
    """Keep one event; any error but a `passing` one makes it a dead letter."""
    try:
        with connection.begin_nested():
            letters.extend(apply(connection, [arrival], ground))
    except passing:
        raise
    except Exception as error:  # one event that cannot be kept never blocks its stream (D7)
        logger.error(
            "event given up on: device=%s seq=%s: %s\n%s",
            arrival.stream.device, arrival.seq, failures.kind(error), failures.place(error),
        )  # fmt: skip
        letters.append(_letter(arrival, f"cannot be kept: {type(error).__name__}"))


def _letter(arrival: Arrival, why: str) -> DeadLetter:
    return DeadLetter(
        origin=arrival.origin, raw=arrival.raw, why=why, stream=arrival.stream, seq=arrival.seq
    )
