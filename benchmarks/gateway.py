"""A real gateway between devices and a stand-in HQ: accept, commit, publish, Committed, forget."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import zstandard

from benchmarks import limits
from benchmarks.brokers import broker
from benchmarks.children import child, told
from benchmarks.counting_wire import CountingWire
from benchmarks.devices import Devices, Fed, feed_gateway
from benchmarks.feed import WITH_TEXTS, Feed
from benchmarks.figures import Budget, Limit, Results
from benchmarks.processes import cpu_seconds, peak_rss_mb
from benchmarks.rig import TOKEN, GatewayRig
from benchmarks.stand_in_hq import stand_in_hq

_WITHIN_S = 600.0
_IN_GROUPS = Budget(40_000)
_ONE_BY_ONE = Budget(10_000)
_MEMORY = Budget(60, at_most=True)
_TRAFFIC = Budget(60, at_most=True)
# Devices that hand over single events: enough that a commit is shared, as in a large store.
_DEVICES, _SINGLE_DEVICES = 20, 64


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What one run of a gateway showed."""

    fed: Fed
    events: int
    peak_mb: float
    cpu_us: float
    """Of the gateway, for each event."""


def run(results: Results, events: int) -> None:
    """Measure with `events` in groups, and with a fifth of them one by one."""
    seconds = 2.0 if events >= 100_000 else 0.3
    for group in (100, 500):
        limit = limits.sqlite(results.data, group, seconds, results.seed)
        _report(results, _measured(results, events, group), f"in groups of {group}", limit)
    mixed = _measured(results, events, 500, texts=True)
    _report(results, mixed, "in groups of 500, some with texts", limit)
    limit = limits.round_trips(64, seconds)
    _report(results, _measured(results, events // 5, 1), "one by one", limit)
    _wire(results, max(events // 20, 2_000))
    _codecs(results)


def _report(results: Results, one: _Run, how: str, limit: Limit) -> None:
    budget = _ONE_BY_ONE if how == "one by one" else _IN_GROUPS
    rate = one.events / one.fed.committed_s
    results.add(f"accepted to forgotten, {how}", rate, "events/s", limit=limit, budget=budget)
    results.add(f"accepted and stored, {how}", one.events / one.fed.stored_s, "events/s")
    results.add(f"gateway RSS peak, {how}", one.peak_mb, "MB", budget=_MEMORY)
    results.add(f"gateway CPU, {how}", one.cpu_us, "µs/event")


def _measured(results: Results, events: int, group: int, *, texts: bool = False) -> _Run:
    running = broker(results.data)
    with limits.started(running):
        return _through(results, (running.port, running.port), events, group, texts=texts)


def _through(
    results: Results, ports: tuple[int, int], events: int, group: int, *, texts: bool = False
) -> _Run:
    """Carry events; `ports`: where the gateway and where HQ find the broker."""
    folder = results.data / f"groups-of-{group}-{time.monotonic_ns()}"
    count = _SINGLE_DEVICES if group == 1 else _DEVICES
    names = [f"device-{number:03d}" for number in range(count)]
    rig = GatewayRig(folder, "bench-gateway", ports[0], names)
    plan = Devices(
        port=rig.port, token=TOKEN, store=rig.store, count=count, seed=results.seed,
        events_each=max(1, events // count), batch_events=group, texts=texts,
    )  # fmt: skip
    file = folder / "stand-in.sqlite3"
    with child(stand_in_hq, ports[1], file) as hq:
        told(hq, 30)
        with rig, child(feed_gateway, plan) as devices:
            told(devices, _WITHIN_S, rig.program)
            before = cpu_seconds(rig.program.pid)
            devices.send("go")
            fed: Fed = told(devices, _WITHIN_S, rig.program)
            used = cpu_seconds(rig.program.pid) - before
            peak = peak_rss_mb(rig.program.pid)
    total = plan.events_each * count
    return _Run(fed=fed, events=total, peak_mb=peak, cpu_us=used / total * 1e6)


def _wire(results: Results, events: int) -> None:
    """Count what goes over the WAN, at a proxy between gateway and broker."""
    running = broker(results.data)
    with limits.started(running), CountingWire(running.port) as wire:
        for group in (500, 1):
            before = (wire.up_bytes, wire.down_bytes)
            one = _through(
                results, (wire.port, running.port), events // (1 if group > 1 else 5), group
            )
            up, down = wire.up_bytes - before[0], wire.down_bytes - before[1]
            how = f"in groups of {group}" if group > 1 else "one by one"
            budget = _TRAFFIC if group > 1 else None
            results.add(f"to the broker, {how}", up / one.events, "bytes/event", budget=budget)
            results.add(f"from the broker, {how}", down / one.events, "bytes/event")


def _codecs(results: Results) -> None:
    """Compare ways to write the same events, in groups as they travel."""
    payloads = [
        p for _, p in Feed("device", "store", results.seed, WITH_TEXTS).events(5_000, 1_000)
    ]
    plain = [msgspec.json.decode(payload) for payload in payloads]
    packed = [msgspec.msgpack.encode(event) for event in plain]
    press = zstandard.ZstdCompressor(level=3).compress
    for group in (1, 100, 500):
        for name, rows in (("JSON", payloads), ("MessagePack", packed)):
            size, _ = _written(rows, group, lambda raw: raw)
            results.add(f"{name}, groups of {group}", size, "bytes/event")
            size, took = _written(rows, group, press)
            results.add(f"{name} + zstd, groups of {group}", size, "bytes/event")
            results.add(f"{name} + zstd, groups of {group}: CPU", took, "µs/event")


def _written(rows: list[bytes], group: int, press: Callable[[bytes], bytes]) -> tuple[float, float]:
    """Return bytes and µs of CPU for each event."""
    began, size = time.process_time(), 0
    for first in range(0, len(rows), group):
        size += len(press(msgspec.msgpack.encode(rows[first : first + group])))
    return size / len(rows), (time.process_time() - began) / len(rows) * 1e6
