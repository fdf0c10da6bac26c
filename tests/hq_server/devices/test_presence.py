"""hq_server/devices/presence.py: an old state changes nothing, and a last will still counts."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from hq_server.database import Database
from hq_server.devices import presence, service
from hq_server.devices.presence import Mark, Verdict, Way
from hq_server.tables import devices, gateways
from protocols.messages import Clock, ClockQuality, DeviceState, GatewayState
from tests.hq_server.conftest import NOW

A, B = Way(broker="a:1", retained=False), Way(broker="b:1", retained=False)
A_KEPT, B_KEPT = Way(broker="a:1", retained=True), Way(broker="b:1", retained=True)


def _state(
    mono_ms: int, boot: str = "b1", *, online: bool = True, wall_ms: int = 0, epoch: str = "e1"
) -> GatewayState:
    quality = ClockQuality.SYNCED if wall_ms else ClockQuality.UNSYNCED
    at = Clock(boot=boot, mono_ms=mono_ms, wall_ms=wall_ms, quality=quality)
    kiosk = DeviceState(device="k1", epoch=epoch, program="p", accepted={}, waiting=0, at=at)
    return GatewayState(gateway="g1", store="s1", online=online, epoch="g", at=at, devices=(kiosk,))


def _mark(*said: tuple[GatewayState, Way]) -> Mark:
    mark: Mark | None = None
    for state, way in said:
        mark = presence.after(mark, state, way)
    assert mark is not None
    return Mark.read(mark.written())


@pytest.mark.parametrize(
    ("state", "way", "verdict"),
    [
        (_state(50), B, Verdict.LATEST),
        (_state(60), A_KEPT, Verdict.LATEST),
        (_state(49), A_KEPT, Verdict.OLD),
        (_state(49), A, Verdict.OLD),
        (_state(49), B_KEPT, Verdict.OLD),
        (_state(49), B, Verdict.LATEST),
        (_state(40, online=False), B, Verdict.GONE),
        (_state(40, online=False), B_KEPT, Verdict.GONE),
        (_state(40, online=False), A, Verdict.OLD),
        (_state(51, online=False), A, Verdict.LATEST),
        (_state(1, "b2"), A, Verdict.LATEST),
        (_state(99, "b2"), A_KEPT, Verdict.OLD),
        (_state(99, "b0"), A, Verdict.OLD),
    ],
)
def test_what_a_state_is_worth(state: GatewayState, way: Way, verdict: Verdict) -> None:
    last = _mark((_state(7, "b0"), A), (_state(50), B))
    assert presence.judge(last, state, way) is verdict


def test_true_clocks_tell_boots_apart() -> None:
    last = _mark((_state(50, wall_ms=1_000), B))
    newer, older = _state(1, "b2", wall_ms=1_001), _state(1, "b2", wall_ms=999)
    assert presence.judge(last, newer, A_KEPT) is Verdict.LATEST
    assert presence.judge(last, older, A) is Verdict.OLD


def test_the_first_state_counts_whatever_it_is() -> None:
    assert presence.judge(None, _state(1), A_KEPT) is Verdict.LATEST


def test_boots_remembered_are_few() -> None:
    mark = _mark(*((_state(1, f"b{number}"), A) for number in range(40)))
    assert mark.boots[-1] == "b38"
    assert len(mark.boots) == presence.BOOTS_REMEMBERED


def test_a_state_of_a_broker_that_was_left_changes_nothing(database: Database) -> None:
    def _now() -> tuple[object, ...]:
        wanted = sa.select(gateways.c.online, devices.c.epoch).where(gateways.c.id == "g1")
        with database.reading() as connection:
            return tuple(connection.execute(wanted.join(devices, sa.true())).one())

    def _hear(state: GatewayState, way: Way) -> None:
        with database.writing() as connection:
            service.heard(connection, state, "s1", NOW, way)

    _hear(_state(10), A)
    _hear(_state(20, epoch="e2"), B)
    _hear(_state(10), A_KEPT)
    _hear(_state(5, online=False), A)
    assert _now() == (True, "e2")
    _hear(_state(15, online=False), B)  # handed over before the state above was said
    assert _now() == (False, "e2")
    _hear(_state(10), A_KEPT)
    assert _now() == (False, "e2")
    _hear(_state(30, epoch="e3"), A)
    assert _now() == (True, "e3")
