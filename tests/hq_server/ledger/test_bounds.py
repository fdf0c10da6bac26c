"""hq_server/ledger/bounds.py: made-up streams fill no table, and honest ones are not harmed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hq_server.database import Database
from hq_server.devices import service as devices
from hq_server.ingest.intake import Answer, Taken
from hq_server.ledger import bounds
from hq_server.tables import refusals, stream_accounts
from protocols import topics, wire
from protocols.messages import DeviceState, GatewayState, Lane, Offer, Stream, StreamAccount
from tests.hq_server.conftest import NOW
from tests.hq_server.field import at, batch, response, taken

Take = Callable[..., list[Answer]]
Count = Callable[[str], int]


@pytest.fixture(autouse=True)
def low(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lower the bounds."""
    monkeypatch.setattr(bounds, "PER_DEVICE", 10)
    monkeypatch.setattr(bounds, "PER_GATEWAY", 25)
    yield


def _stream(epoch: str, device: str = "k1") -> Stream:
    return Stream(device=device, epoch=epoch, lane=Lane.BULK)


def _offer(stream: Stream) -> Offer:
    return Offer(stream=stream, oldest=1, head=3, floor=1, known=0, nonce=1)


def _state(current: str, *epochs: str, device: str = "k1", seconds: int = 0) -> GatewayState:
    when = NOW + timedelta(seconds=seconds)
    streams = tuple(
        StreamAccount(epoch=epoch, lane=Lane.BULK, accepted=seconds, committed=0)
        for epoch in epochs
    )
    said = DeviceState(
        device=device, epoch=current, program="p", accepted={}, waiting=0, at=at(when),
        streams=streams,
    )  # fmt: skip
    return GatewayState(
        gateway="g1", store="s1", online=True, epoch="g", at=at(when), devices=(said,)
    )


def _refused(database: Database) -> dict[tuple[str, str], int]:
    with database.reading() as connection:
        return {(row.sender, row.why): row.times for row in connection.execute(sa.select(refusals))}


def _epochs(database: Database, device: str = "k1") -> set[str]:
    wanted = sa.select(stream_accounts.c.epoch).where(stream_accounts.c.device == device)
    with database.reading() as connection:
        return set(connection.execute(wanted).scalars())


def test_accounts_of_fresh_epochs_stay_few_and_the_current_one_stands(
    database: Database, count: Count
) -> None:
    with database.writing() as connection:
        for turn in range(4):
            fresh = [f"x{turn}-{number}" for number in range(8)]
            state = _state(fresh[-1], *fresh, seconds=turn)
            heard_at = NOW + timedelta(seconds=turn)
            refused = devices.heard(connection, state, "s1", heard_at)
            assert refused == (0, 6, 8, 8)[turn]
    assert count("stream_accounts") == 10
    assert "x3-7" in _epochs(database)


def test_what_is_known_is_still_kept_when_the_books_are_full(database: Database) -> None:
    known = [f"e{number}" for number in range(10)]
    with database.writing() as connection:
        assert devices.heard(connection, _state("e0", *known), "s1", NOW) == 0
        assert devices.heard(connection, _state("e0", "new", *known, seconds=9), "s1", NOW) == 1
        lowest = connection.execute(sa.select(sa.func.min(stream_accounts.c.accepted)))
        assert lowest.scalar_one() == 9
    assert _epochs(database) == set(known)


def test_accounts_that_are_refused_are_counted(database: Database, take: Take) -> None:
    state = _state("e0", *(f"e{number}" for number in range(13)))
    take(Taken(topic=topics.state("g1"), payload=wire.encode(state), received_at=NOW))
    assert _refused(database) == {("g1", "accounts of too many streams"): 3}


def test_offers_of_fresh_streams_are_answered_counted_and_not_kept(
    database: Database, take: Take, count: Count
) -> None:
    for number in range(12):
        assert take(taken(_offer(_stream(f"e{number}"))))
    assert count("offers") == 10
    assert _refused(database) == {("g1", "offers of too many streams"): 2}
    take(taken(_offer(_stream("mine", "k2"))))
    assert count("offers") == 11


def test_a_gateway_that_invents_streams_is_refused_and_no_other(
    database: Database, take: Take, count: Count
) -> None:
    made_up = [
        taken(batch(response(f"r{number}"), stream=_stream("e", f"d{number}")))
        for number in range(30)
    ]
    assert len(take(*made_up)) == 25
    assert (count("streams"), count("feedback")) == (25, 25)
    assert _refused(database) == {("g1", "batches of too many streams"): 5}
    known = taken(batch(response("more"), stream=_stream("e", "d0"), first=2))
    honest = taken(batch(response("h1", store="s2"), stream=_stream("h", "k9")), gateway="g2")
    assert len(take(known, honest)) == 2
    assert (count("streams"), count("feedback")) == (26, 27)


def test_a_device_that_invents_streams_leaves_its_gateway_room(take: Take, count: Count) -> None:
    for number in range(12):
        take(taken(batch(response(f"r{number}"), stream=_stream(f"e{number}"))))
    assert count("streams") == 10
    assert take(taken(batch(response("other"), stream=_stream("e", "k2"))))
