"""A thousand gateways at one HQ: at rest, after a broker's restart, and when one of two is killed.

One of two brokers, and one of two ingest processes.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection

from benchmarks import limits
from benchmarks.brokers import MOSQUITTO, Mosquitto, process_of
from benchmarks.children import child, told
from benchmarks.errors import BenchmarkError
from benchmarks.figures import Results
from benchmarks.fleet import Fleet, Standing, run_fleet
from benchmarks.hq_rows import hq_rows
from benchmarks.processes import Watch, rss_mb
from benchmarks.rig import HqRig

# Two thousand events a day at each store would be one in 43 s.
_QUIET_PERIOD_S = 10.0
# Often enough that a stream which does not move is seen within seconds.
_BUSY_PERIOD_S = 3.0
_OUTAGE_S = 3.0
_LOOK_S = 0.05
_WITHIN_S = 240.0


def run(results: Results, gateways: int, seconds: float) -> None:
    """Measure with `gateways`; `seconds`: how long they are watched at rest."""
    if MOSQUITTO is None:
        raise BenchmarkError("needs the Debian package mosquitto: the embedded broker lives in us")
    with _Scene(results, gateways, "one-of-each").open() as scene:
        _at_rest(results, scene, seconds)
        _broker_restarts(results, scene)
        _settled(results, scene, "broker restarted")
    with _Scene(results, gateways, "two-brokers", brokers=2).open() as scene:
        _one_of_two(results, scene, "brokers", scene.brokers[0].kill)
    with _Scene(results, gateways, "two-ingests", ingests=2).open() as scene:
        _one_of_two(results, scene, "ingest processes", scene.hq.ingests[0].kill)


class _Scene:
    """Brokers, HQ and the fleet."""

    fleet: Connection

    def __init__(
        self, results: Results, gateways: int, name: str, brokers: int = 1, ingests: int = 1
    ) -> None:
        self.gateways = gateways
        self.name = name
        folder = results.data / name
        self.brokers = [Mosquitto(folder) for _ in range(brokers)]
        ports = tuple(one.port for one in self.brokers)
        self._plan = Fleet(gateways=gateways, broker_ports=ports, seed=results.seed)
        self.hq = HqRig(folder, ports, self._plan.sites(), ingests=ingests)

    @contextlib.contextmanager
    def open(self) -> Iterator[_Scene]:
        """Run all of it, and give it when every gateway is connected and heard."""
        with contextlib.ExitStack() as stack:
            for one in self.brokers:
                stack.enter_context(limits.started(one))
            stack.enter_context(self.hq)
            self.fleet = stack.enter_context(child(run_fleet, self._plan))
            self.fleet.send(("period", _BUSY_PERIOD_S))
            self.wait(lambda now: now.up == self.gateways == now.moved)
            yield self

    def standing(self) -> Standing:
        """Ask the fleet."""
        self.fleet.send("standing")
        found: Standing = told(self.fleet, 30)
        return found

    def wait(self, wanted: Callable[[Standing], bool]) -> float:
        """Return the seconds until the fleet stands as wanted."""
        began = time.monotonic()
        while not wanted(now := self.standing()):
            if time.monotonic() - began > _WITHIN_S:
                raise BenchmarkError(
                    f"{self.name}: of {self.gateways} gateways {now.up} are up, {now.moved} move"
                )
            time.sleep(_LOOK_S)
        return time.monotonic() - began


def _at_rest(results: Results, scene: _Scene, seconds: float) -> None:
    scene.fleet.send(("period", _QUIET_PERIOD_S))
    time.sleep(min(seconds, _QUIET_PERIOD_S))
    broker = scene.brokers[0]
    pids = {"broker": process_of(broker)["broker"], "ingest": scene.hq.ingests[0].pid}
    before = scene.standing().committed
    with Watch(pids) as watch:
        time.sleep(seconds)
    rate = (scene.standing().committed - before) / watch.seconds
    many = f"{scene.gateways:,} gateways"
    results.add(f"{many} at rest: events committed", rate, "events/s")
    for name in pids:
        share = watch.cpu_s[name] / watch.seconds * 100
        results.add(f"{many} at rest: {name} CPU", share, "% of a core")
        results.add(f"{many} at rest: {name} RSS", watch.peak_mb(name), "MB")


def _broker_restarts(results: Results, scene: _Scene) -> None:
    scene.fleet.send(("period", _BUSY_PERIOD_S))
    broker = scene.brokers[0]
    broker.kill()
    time.sleep(_OUTAGE_S)
    scene.fleet.send("mark")
    broker.start()
    began = time.monotonic()
    scene.wait(lambda now: now.up == scene.gateways)
    connected_s = time.monotonic() - began
    scene.wait(lambda now: now.moved == scene.gateways)
    moved_s = time.monotonic() - began
    connects = scene.standing().connects
    many = f"broker restarted, {scene.gateways:,} gateways"
    results.add(f"{many}: until all are connected", connected_s, "s")
    results.add(f"{many}: until every stream moves", moved_s, "s")
    results.add(f"{many}: longest wait of an event", scene.standing().longest_wait_s, "s")
    results.add(f"{many}: most connections in a second", _most_in_a_second(connects), "connects/s")
    results.add(f"{many}: broker RSS", rss_mb(process_of(broker)["broker"]), "MB")


def _one_of_two(results: Results, scene: _Scene, what: str, kill: Callable[[], None]) -> None:
    scene.fleet.send("mark")
    scene.wait(lambda now: now.moved == scene.gateways)  # both take part
    kill()
    scene.fleet.send("mark")
    began = time.monotonic()
    scene.wait(lambda now: now.up == scene.gateways == now.moved)
    how = f"one of two {what} killed"
    results.add(f"{how}: until every stream moves", time.monotonic() - began, "s")
    results.add(f"{how}: longest wait of an event", scene.standing().longest_wait_s, "s")
    _settled(results, scene, how)


def _settled(results: Results, scene: _Scene, after: str) -> None:
    """Stop the taps, wait until all is confirmed, and compare with what HQ holds."""
    scene.fleet.send(("period", None))
    scene.wait(lambda now: now.committed == now.events)
    events = scene.standing().events
    with hq_rows(scene.hq.sqlite_file) as rows:
        held = rows.held()
        twice = rows.responses() + held.dead - held.events  # here each event is a visit
    results.add(f"{after}: events lost", events - held.events + held.dead, "events")
    results.add(f"{after}: events counted twice", twice, "events")
    results.add(f"{after}: sent again, ignored", held.duplicates, "events")


def _most_in_a_second(moments: tuple[float, ...]) -> int:
    ordered = sorted(moments)
    most, first = 0, 0
    for last, moment in enumerate(ordered):
        while moment - ordered[first] > 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most
