"""A gateway that was cut off for a week, and now sends it all: how long, how much memory."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from benchmarks import limits
from benchmarks.brokers import Broker, broker, process_of
from benchmarks.errors import BenchmarkError
from benchmarks.feed import Feed
from benchmarks.figures import Budget, Results, number
from benchmarks.hq_rows import Held, HqRows, hq_rows
from benchmarks.light_gateway import streams_of
from benchmarks.processes import Watch
from benchmarks.rig import GatewayRig, HqRig, Site
from outbox import Outbox
from protocols.messages import Lane
from protocols.wire import decode_event
from simulator.figures import scrape
from simulator.programs import ProgramError

_KIOSKS = 20
_WEEK_MS = 7 * 24 * 3600 * 1000
_ROWS_A_COMMIT = 5_000
_QUOTA_BYTES = 2_000_000_000
_LOOK_S = 0.05
_STUCK_AFTER_S = 60.0
_FLAT = Budget(150, at_most=True)


@dataclass(slots=True, kw_only=True)
class _Drained:
    """Moments, in seconds since the gateway answered."""

    urgent_s: float | None = None
    before_urgent: int = 0
    """Events that HQ had when the urgent one came."""
    at_hq_s: float = 0.0
    empty_s: float = 0.0
    held: Held = field(default_factory=lambda: Held(events=0, duplicates=0, dead=0))
    responses: int = 0


def run(results: Results, events: int) -> None:
    """Queue `events` taps of a week, then one urgent word, and let the gateway send them."""
    limit = limits.sqlite(results.data, 500, 2.0 if events >= 100_000 else 0.3, results.seed)
    running = broker(results.data)
    with limits.started(running):
        rig = GatewayRig(results.data, "cut-off", running.port, [])
        site = Site(store=rig.store, gateway=rig.gateway)
        urgent = _queue_up(rig, events, results.seed)
        with HqRig(results.data, [running.port], [site]) as hq, rig:
            drained, watch = _drain(rig, hq, running, urgent, events + 1)
    if drained.held.events != events + 1 or drained.held.dead:
        raise BenchmarkError(f"queued {events + 1} events, HQ has {drained.held}")
    results.add(
        "events drained to HQ's tables", (events + 1) / drained.at_hq_s, "events/s", limit=limit
    )
    results.add("until HQ had all", drained.at_hq_s, "s")
    results.add("until the gateway had forgotten all", drained.empty_s, "s")
    results.add("the urgent event, queued last, waited", drained.urgent_s or 0.0, "s")
    results.add("events that HQ took before it", drained.before_urgent, "events")
    results.add("sent twice, counted once", drained.held.duplicates, "events")
    for name in watch.memory_mb:
        results.add(f"{name} RSS peak", watch.peak_mb(name), "MB", budget=_FLAT)
        results.add(f"{name} RSS growth after the first quarter", watch.growth_mb(name), "MB")


def _queue_up(rig: GatewayRig, events: int, seed: int) -> str:
    """Fill the gateway's outbox as a week without WAN does; return the urgent response's id."""
    rig.outbox.parent.mkdir(parents=True, exist_ok=True)
    outbox = Outbox.open(
        rig.outbox, device=rig.gateway, program="benchmarks", max_bytes=_QUOTA_BYTES
    )
    now_ms = time.time_ns() // 1_000_000
    each, rest = divmod(events, _KIOSKS)
    try:
        for kiosk in range(_KIOSKS):
            wanted = each + (rest if kiosk == 0 else 0)
            _store_week(outbox, Feed(f"kiosk-{kiosk}", rig.store, seed, from_ms=now_ms - _WEEK_MS),
                        f"kiosk-{kiosk}", wanted)  # fmt: skip
        text = Feed("kiosk-0", rig.store, seed + 1).text(urgent=True)
        stream = streams_of("kiosk-0")[Lane.URGENT]
        outbox.relay(stream, known=0, floor=1)
        outbox.store(stream, 1, [text], now_ms)
    finally:
        outbox.close()
    return str(getattr(decode_event(text), "response", ""))


def _store_week(outbox: Outbox, feed: Feed, kiosk: str, count: int) -> None:
    stream = streams_of(kiosk)[Lane.BULK]
    outbox.relay(stream, known=0, floor=1)
    step_ms = _WEEK_MS // max(1, count)
    for first in range(1, count + 1, _ROWS_A_COMMIT):
        payloads = feed.taps(min(_ROWS_A_COMMIT, count - first + 1), step_ms)
        outbox.store(stream, first, payloads, feed.clock().wall_ms)


def _drain(
    rig: GatewayRig, hq: HqRig, running: Broker, urgent: str, wanted: int
) -> tuple[_Drained, Watch]:
    pids = {"gateway": rig.program.pid, "ingest": hq.ingests[0].pid, **process_of(running)}
    drained = _Drained()
    with Watch(pids) as watch, hq_rows(hq.sqlite_file) as rows:
        began = moved_at = time.monotonic()
        while drained.held.events < wanted or drained.urgent_s is None:
            time.sleep(_LOOK_S)
            before = drained.held.events
            _look(rows, drained, urgent, began)
            moved_at = time.monotonic() if drained.held.events > before else moved_at
            _check(rig, hq, moved_at, drained)
        drained.at_hq_s = time.monotonic() - began
        while _waiting(rig):
            time.sleep(_LOOK_S)
            _check(rig, hq, moved_at, drained)
        drained.empty_s = time.monotonic() - began
        drained.responses = rows.responses()
    return drained, watch


def _look(rows: HqRows, drained: _Drained, urgent: str, began: float) -> None:
    drained.held = rows.held()
    if drained.urgent_s is None and rows.has(urgent):
        drained.urgent_s = time.monotonic() - began
        drained.before_urgent = drained.held.events - 1


def _check(rig: GatewayRig, hq: HqRig, moved_at: float, drained: _Drained) -> None:
    for program in (rig.program, *hq.ingests):
        if not program.running:
            raise ProgramError(f"{program.name} ended:\n{program.last_words()}")
    if time.monotonic() - moved_at > _STUCK_AFTER_S:
        raise BenchmarkError(f"nothing moves any more after {number(drained.held.events)} events")


def _waiting(rig: GatewayRig) -> bool:
    samples = scrape(f"http://127.0.0.1:{rig.port}/metrics")
    return samples.get("storeloop_gateway_waiting_events", 1.0) > 0
