"""Events as the field sends them, for the tests of HQ."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hq_server.database import Database
from hq_server.ingest.intake import Answer, Taken
from protocols import topics, wire
from protocols.events import Event
from protocols.messages import (
    Batch,
    Clock,
    ClockQuality,
    Committed,
    HopMessage,
    Lane,
    Outcome,
    Response,
    Stream,
)
from tests.hq_server.conftest import NOW

KIOSK = Stream(device="k1", epoch="e1", lane=Lane.URGENT)
BULK = Stream(device="k1", epoch="e1", lane=Lane.BULK)
GATEWAY = Stream(device="g1", epoch="e1", lane=Lane.URGENT)


def at(when: datetime = NOW, quality: ClockQuality = ClockQuality.SYNCED) -> Clock:
    milliseconds = int(when.timestamp() * 1000)
    return Clock(boot="b1", mono_ms=milliseconds - 10**12, wall_ms=milliseconds, quality=quality)


def response(id_: str, **fields: Any) -> Response:
    given: dict[str, Any] = {
        "id": f"event-{id_}-{fields.get('rev', 1)}",
        "response": id_,
        "store": "s1",
        "at": at(),
        "rev": 1,
        "outcome": Outcome.RATED,
        "survey": "visit",
        "survey_version": 1,
        "language": "zh-CN",
        "rating": 5,
    }
    return Response(**(given | fields))


def batch(*events: Event | bytes, stream: Stream = KIOSK, first: int = 1, floor: int = 1) -> Batch:
    raw = tuple(each if isinstance(each, bytes) else wire.encode_event(each) for each in events)
    return Batch(stream=stream, first=first, floor=floor, events=raw)


def taken(message: HopMessage | bytes, gateway: str = "g1", when: datetime = NOW) -> Taken:
    payload = message if isinstance(message, bytes) else wire.encode(message)
    return Taken(topic=topics.up(gateway), payload=payload, received_at=when)


def rows(database: Database, table: sa.Table) -> list[sa.RowMapping]:
    with database.reading() as connection:
        return list(connection.execute(sa.select(table)).mappings())


def committed(answers: Iterable[Answer]) -> list[Committed]:
    """Return what gateways are told of their streams."""
    return [each.message for each in answers if isinstance(each.message, Committed)]
