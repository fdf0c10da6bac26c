"""From the tap on a kiosk to its row at HQ, and from an S word to the alarm with the WAN cut."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks import limits
from benchmarks.brokers import broker
from benchmarks.children import child, told
from benchmarks.errors import BenchmarkError
from benchmarks.figures import Budget, Limit, Results, percentile
from benchmarks.kiosks import Kiosks, Taps, tap_kiosks
from benchmarks.rig import GatewayRig, HqRig, Site
from simulator.wire import Wire

RATES = (10, 100, 1_000)
_ALARMS_A_SECOND = 5
_STORES, _KIOSKS_EACH = 2, 8
# How often HQ is asked for new rows: what it adds to a figure is half of it on average.
_LOOK_S = 0.004
_ARRIVED_WITHIN_S = 120.0
_WITHIN_S = 300.0
_TO_HQ = Budget(2_000, at_most=True)
_DURABLE = Budget(15, at_most=True)
_ALARM = Budget(1_000, at_most=True)


def run(results: Results, seconds: float) -> None:
    """Tap for `seconds` at each rate, with the WAN up; then with S words, the WAN cut."""
    sync = limits.append(results.data, min(seconds, 2.0))
    limit = Limit("one fdatasync, ms", 1_000 / sync.value)
    running = broker(results.data)
    folder = results.data / "chain"
    with limits.started(running), Wire(running.port) as wan:
        names = [f"g{number}" for number in range(_STORES)]
        kiosks = [f"store-of-{name}-kiosk-{n}" for name in names for n in range(_KIOSKS_EACH)]
        gateways = [
            GatewayRig(folder, name, wan.port, [k for k in kiosks if f"-of-{name}-" in k])
            for name in names
        ]
        sites = [Site(store=one.store, gateway=one.gateway) for one in gateways]
        hq = HqRig(folder, [running.port], sites)
        with contextlib.ExitStack() as stack:
            stack.enter_context(hq)
            for one in gateways:
                stack.enter_context(one)
            plan = Kiosks(
                folder=folder / "kiosks",
                stores=tuple((one.store, one.port) for one in gateways),
                each=_KIOSKS_EACH,
                seed=results.seed,
            )
            street = stack.enter_context(child(tap_kiosks, plan))
            told(street, _WITHIN_S)
            for rate in RATES:
                _to_hq(results, street, hq, rate, seconds, limit)
            _alarms(results, street, wan, seconds)


def _to_hq(
    results: Results, street: Connection, hq: HqRig, rate: int, seconds: float, limit: Limit
) -> None:
    with _Rows(hq.sqlite_file) as rows:
        street.send((rate, seconds, False))
        taps: Taps = told(street, _WITHIN_S, *hq.ingests)
        at_hq = rows.wait_for(set(taps.tapped))
    stretches = [("tap to HQ row", at_hq, _TO_HQ)]
    if rate == RATES[0]:  # at higher ones the kiosks wait for each other: they are one process
        stretches.append(("tap to kiosk's disk", taps.durable, _DURABLE))
    for name, at, budget in stretches:
        waits = [(at[response] - tapped) * 1_000 for response, tapped in taps.tapped.items()]
        for share, named in ((0.5, "p50"), (0.99, "p99")):
            results.add(
                f"{name}, {rate:,} events/s, {named}", percentile(waits, share), "ms",
                limit=limit, budget=budget if named == "p99" else None,
            )  # fmt: skip


def _alarms(results: Results, street: Connection, wan: Wire, seconds: float) -> None:
    wan.cut()
    street.send((_ALARMS_A_SECOND, seconds, True))
    taps: Taps = told(street, _WITHIN_S)
    waits = [(taps.alarmed[one] - tapped) * 1_000 for one, tapped in taps.tapped.items()]
    for share, named in ((0.5, "p50"), (0.99, "p99")):
        budget = _ALARM if named == "p99" else None
        figure = f"S word to alarm at every kiosk, WAN cut, {named}"
        results.add(figure, percentile(waits, share), "ms", budget=budget)
    wan.mend()


class _Rows:
    """Looks at HQ's table of feedback again and again, and notes when each row is there."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: dict[str, float] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rows", daemon=True)

    def __enter__(self) -> _Rows:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def wait_for(self, responses: set[str]) -> dict[str, float]:
        """Return when each row came, once all are there."""
        give_up = time.monotonic() + _ARRIVED_WITHIN_S
        while not responses <= self._seen.keys():
            if time.monotonic() > give_up:
                lacking = len(responses - self._seen.keys())
                raise BenchmarkError(f"{lacking} of {len(responses)} taps are not at HQ")
            time.sleep(0.05)
        return self._seen

    def _run(self) -> None:
        last = 0
        with contextlib.closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)) as rows:
            while not self._ended.wait(_LOOK_S):
                found = rows.execute(
                    "SELECT rowid, id FROM feedback WHERE rowid > ? ORDER BY rowid", (last,)
                ).fetchall()
                now = time.monotonic()
                for number, response in found:
                    last = number
                    self._seen[response] = now
