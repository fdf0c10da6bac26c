"""A gateway that lies, jumps, repeats or floods, over a real broker: refused, counted, shown."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from hq_server.accounts.scope import EVERYTHING
from hq_server.clock import utc_now
from hq_server.database import Database
from hq_server.devices import service as devices
from hq_server.ledger.audit import Line, audit
from hq_server.tables import dead_letters, feedback, streams
from protocols import topics
from protocols.messages import GatewayState, Lane, Offer, Stream
from tests.hq_server.field import KIOSK, at, batch, response
from tests.hq_server.peer import Gateway, running, settings_at, until

TIMES = 25
HONEST = Stream(device="k2", epoch="e2", lane=Lane.URGENT)


def _refused(database: Database) -> dict[tuple[str, str], int]:
    with database.reading() as connection:
        rows = devices.fleet(connection, EVERYTHING).refusals
    return {(row["sender"], row["why"]): row["times"] for row in rows}


def _line(database: Database, stream: Stream) -> Line:
    with database.reading() as connection:
        found = audit(connection, EVERYTHING, utc_now(), 10)
    (line,) = (line for line in found.lines if line.device == stream.device)
    return line


def _mark(database: Database, stream: Stream, store: str) -> tuple[int, int, int, int]:
    """Return through, duplicates, gaps and dead letters of a stream at a store."""
    counted = (streams.c.through, streams.c.duplicates, streams.c.gaps, streams.c.dead)
    with database.reading() as connection:
        wanted = sa.select(*counted).where(
            streams.c.device == stream.device, streams.c.store_id == store
        )
        return tuple(connection.execute(wanted).one())


def test_whatever_one_gateway_sends_no_other_stream_is_harmed(
    broker_port: int, database: Database, tmp_path: Path
) -> None:
    bad, honest = Gateway(broker_port, "g1"), Gateway(broker_port, "g2")
    stranger = Gateway(broker_port, "g9")
    lie = Offer(stream=KIOSK, oldest=1, head=2**61, floor=1, known=2**61, nonce=1, told=2**61)
    another = GatewayState(gateway="g2", store="s2", online=True, epoch="e", at=at())
    wrong = f"storeloop/v1/up/{(topics.partition('g1') + 1) % topics.PARTITIONS}/g1"
    with running(settings_at(broker_port, tmp_path), database) as worker:
        bad.send(batch(response("r1"), response("r2")))  # as it should be
        for number in range(1, TIMES + 1):
            bad.send(b"\x00 garbage %d" % number)
            bad.send(batch(response("r1"), response("r2")))  # old numbers
            bad.send(batch(response("far"), first=500))  # jumps ahead
            bad.send(batch(response("stolen", store="s2"), stream=HONEST))
            bad.send(another, topics.state("g1"))
            bad.send(batch(response("x")), wrong)
            bad.send(lie)
            stranger.send(batch(response("y"), stream=HONEST))
            honest.send(batch(response(f"h{number}", store="s2"), stream=HONEST, first=number))
        until(lambda: honest.committed() == TIMES)
        until(lambda: worker.intake.counted["refused"] == 3 * TIMES)
        kept = settings_at(broker_port, tmp_path).ingest.bad_messages_kept_per_hour
    assert _refused(database) == {
        ("g1", "says it is another gateway or store than registered"): TIMES,
        ("g1", "not a topic of this gateway's partition"): TIMES,
        ("g1", "undecodable messages"): TIMES - kept,
        ("g9", "this gateway is not registered"): TIMES,
    }
    assert _mark(database, KIOSK, "s1") == (2, 2 * TIMES, TIMES, 0)
    assert _mark(database, HONEST, "s1") == (1, TIMES - 1, 0, 1)
    assert _mark(database, HONEST, "s2") == (TIMES, 0, 0, 0)
    assert (_line(database, HONEST).missing, _line(database, HONEST).committed) == (0, TIMES)
    assert _line(database, KIOSK).missing == 2**61 - 2, "what it claims is shown"
    with database.reading() as connection:
        letters = connection.execute(sa.select(sa.func.count()).select_from(dead_letters))
        assert letters.scalar_one() == kept + 1
        stores = connection.execute(sa.select(feedback.c.store_id, feedback.c.id)).all()
    assert sorted(store for store, _ in stores) == ["s1"] * 2 + ["s2"] * TIMES
    for gateway in (bad, honest, stranger):
        gateway.close()
