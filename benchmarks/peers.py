"""Storeloop's gateway and thingsboard-gateway beside it: same broker, same events, same fault.

What each calls accepted differs, in the peer's favour: ours is on disk before it says so, the
peer's waits in memory for its writer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks import limits
from benchmarks.brokers import broker
from benchmarks.children import child, told
from benchmarks.devices import Devices, Fed, feed_gateway
from benchmarks.errors import BenchmarkError
from benchmarks.feed import Feed
from benchmarks.figures import Limit, Results
from benchmarks.processes import cpu_seconds, peak_rss_mb
from benchmarks.rig import TOKEN, GatewayRig
from benchmarks.stand_in_hq import stand_in_hq
from benchmarks.thingsboard import VERSION, ThingsBoardGateway, environment, thingsboard
from simulator.wire import Wire

PEER = f"thingsboard-gateway {VERSION}"
_PEERS_IN = Path("build/peers")
_DEVICES = 20
_LINKED_WITHIN_S = 60.0
_WITHIN_S = 600.0
# Nothing new for so long: what has not come by then was lost, not late.
_QUIET_S = 30.0
_FAULT_RATE = 1_000
_FAULT_AFTER_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    seconds: float
    accepted: int
    arrived: int
    peak_mb: float
    cpu_us: float


def run(results: Results, events: int, black_hole_s: float) -> None:
    """Compare with `events` at full speed, then at 1,000 a second through a black hole."""
    python = environment(_PEERS_IN.absolute())
    limit = limits.sqlite(results.data, 500, 1.0, results.seed)
    theirs = _theirs(results, python, events, 0.0, None)
    _report(results, PEER, theirs, limit)
    for group in (100, 1):
        ours = _ours(results, events, group, 0.0, None)
        name = "Storeloop, one by one" if group == 1 else f"Storeloop, in groups of {group}"
        _report(results, name, ours, limit)
        speed = (ours.arrived / ours.seconds) / (theirs.arrived / theirs.seconds)
        results.add(f"{name}: times as fast as the peer", speed, "x")
    lasting = round(_FAULT_RATE * black_hole_s)
    fault = f"black hole of {black_hole_s:g} s"
    for name, one in (
        (PEER, _theirs(results, python, lasting, _FAULT_RATE, black_hole_s)),
        ("Storeloop", _ours(results, lasting, 1, _FAULT_RATE, black_hole_s)),
    ):
        results.add(f"{name}, {fault}: accepted", one.accepted, "events")
        results.add(f"{name}, {fault}: lost", one.accepted - one.arrived, "events")


def _report(results: Results, name: str, one: _Run, limit: Limit) -> None:
    results.add(f"{name}: end to end", one.arrived / one.seconds, "events/s", limit=limit)
    results.add(f"{name}: RSS peak", one.peak_mb, "MB")
    results.add(f"{name}: CPU", one.cpu_us, "µs/event")
    if one.arrived < one.accepted:
        results.add(f"{name}: lost without any fault", one.accepted - one.arrived, "events")


@contextmanager
def _fault(wan: Wire, black_hole_s: float | None) -> Iterator[None]:
    """Cut the wire for a while, some seconds after the beginning."""

    def cut() -> None:
        time.sleep(_FAULT_AFTER_S)
        wan.cut()
        time.sleep(black_hole_s or 0.0)
        wan.mend()

    if black_hole_s is None:
        yield
        return
    thread = threading.Thread(target=cut, name="fault", daemon=True)
    thread.start()
    yield
    thread.join()


# --- ours ---------------------------------------------------------------------------------------


def _ours(
    results: Results, events: int, group: int, rate: float, black_hole_s: float | None
) -> _Run:
    running = broker(results.data)
    folder = results.data / f"ours-{time.monotonic_ns()}"
    with limits.started(running), Wire(running.port) as wan:
        # The proxy stands in the way only where it is needed: it costs both the same.
        port = running.port if black_hole_s is None else wan.port
        count = _DEVICES if group > 1 else 64
        rig = GatewayRig(folder, "ours", port, [f"device-{n:03d}" for n in range(count)])
        plan = Devices(
            port=rig.port, token=TOKEN, store=rig.store, count=count, seed=results.seed,
            events_each=max(1, events // count), batch_events=group, rate=rate,
        )  # fmt: skip
        with child(stand_in_hq, running.port, folder / "hq.sqlite3") as hq:
            told(hq, 30)
            with rig, child(feed_gateway, plan) as devices:
                told(devices, _WITHIN_S, rig.program)
                before = cpu_seconds(rig.program.pid)
                devices.send("go")
                with _fault(wan, black_hole_s):
                    fed: Fed = told(devices, _WITHIN_S, rig.program)
                used = cpu_seconds(rig.program.pid) - before
                peak = peak_rss_mb(rig.program.pid)
                hq.send("kept")
                kept: int = told(hq, 30)
    total = plan.events_each * count
    return _Run(
        seconds=fed.committed_s, accepted=total, arrived=kept, peak_mb=peak,
        cpu_us=used / total * 1e6,
    )  # fmt: skip


# --- the peer -----------------------------------------------------------------------------------


def _theirs(
    results: Results, python: Path, events: int, rate: float, black_hole_s: float | None
) -> _Run:
    running = broker(results.data)
    folder = results.data / f"theirs-{time.monotonic_ns()}"
    (event,) = Feed("device-000", "store", results.seed).taps(1)
    with limits.started(running), Wire(running.port) as wan:
        port = running.port if black_hole_s is None else wan.port
        peer = ThingsBoardGateway(
            python, folder, port, events=events, rate=rate, event=event.decode()
        )
        with child(thingsboard, running.port) as server:
            told(server, 30)
            with peer:
                _linked(server, peer)
                before = cpu_seconds(peer.program.pid)
                began = time.monotonic()
                peer.feed()
                with _fault(wan, black_hole_s):
                    arrived, last_at = _all_arrived(server, peer, events)
                used = cpu_seconds(peer.program.pid) - before
                peak = peak_rss_mb(peer.program.pid)
                accepted = peer.accepted
    return _Run(
        seconds=max(last_at - began, 1e-6), accepted=accepted, arrived=arrived, peak_mb=peak,
        cpu_us=used / events * 1e6,
    )  # fmt: skip


def _linked(server: Connection, peer: ThingsBoardGateway) -> None:
    give_up = time.monotonic() + _LINKED_WITHIN_S
    while not _asked(server, "linked", peer):
        if time.monotonic() > give_up:
            raise BenchmarkError(f"{PEER} does not connect:\n{peer.program.last_words()}")
        time.sleep(0.2)
    time.sleep(2.0)  # its connectors open a moment later


def _all_arrived(server: Connection, peer: ThingsBoardGateway, events: int) -> tuple[int, float]:
    """Return how many came, and when the last one did: all, or none for a long while."""
    began = time.monotonic()
    while True:
        time.sleep(0.2)
        arrived, last_at = _asked(server, "count", peer)
        quiet_since = max(last_at, began)
        if arrived == events or time.monotonic() - quiet_since > _QUIET_S:
            return arrived, last_at


def _asked(server: Connection, word: str, peer: ThingsBoardGateway) -> Any:
    server.send(word)
    return told(server, 30, peer.program)
