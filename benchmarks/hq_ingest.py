"""HQ's ingest: its own work on SQLite and PostgreSQL, and whole processes behind a real broker."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import time as hour

from benchmarks import limits
from benchmarks.brokers import broker
from benchmarks.children import child, told
from benchmarks.feed import BARE_TAPS, WITH_TEXTS, Mix
from benchmarks.figures import Budget, Limit, Results
from benchmarks.hq_feed import Stores, feed_hq
from benchmarks.light_gateway import LightGateway
from benchmarks.postgresql import fresh_database, postgresql
from benchmarks.processes import Watch
from benchmarks.rig import HqRig
from hq_server import migrations
from hq_server.clock import utc_now
from hq_server.database import Database
from hq_server.devices import service as devices
from hq_server.devices.service import Store
from hq_server.ingest.intake import Intake, Taken
from hq_server.settings import Settings
from hq_server.sla import policy

_WITHIN_S = 900.0
_STORES, _DEVICES_EACH = 10, 5
_BUDGETS = {"bare taps": Budget(60_000), "with texts": Budget(30_000)}
_MIXES: dict[str, Mix] = {"bare taps": BARE_TAPS, "with texts": WITH_TEXTS}
_MEMORY = Budget(150, at_most=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """A kind of database: its name, the server to make databases at, and what it can do."""

    name: str
    server: str | None
    limit: Limit

    def fresh(self) -> str | None:
        """Return the URL of an empty database; None for SQLite's usual file."""
        return fresh_database(self.server) if self.server else None


def run(results: Results, events: int) -> None:
    """Measure with `events` for each figure."""
    with _kinds(results, 2.0 if events >= 50_000 else 0.3) as kinds:
        for kind in kinds:
            for name, mix in _MIXES.items():
                rate = _in_process(results, kind, _plan(results, events, mix))
                results.add(
                    f"ingest into {kind.name}, {name}", rate, "events/s",
                    limit=kind.limit, budget=_BUDGETS[name],
                )  # fmt: skip
        for kind in kinds:
            for ingests in (1, 2):
                _processes(results, kind, _plan(results, events, WITH_TEXTS), ingests)


@contextmanager
def _kinds(results: Results, seconds: float) -> Iterator[list[_Kind]]:
    with postgresql() as server:
        yield [
            _Kind(
                name="SQLite",
                server=None,
                limit=limits.sqlite(results.data, 500, seconds, results.seed),
            ),
            _Kind(
                name="PostgreSQL",
                server=server,
                limit=limits.staged(server, seconds, results.seed),
            ),
        ]


def _plan(results: Results, events: int, mix: Mix) -> Stores:
    return Stores(
        stores=_STORES, devices_each=_DEVICES_EACH, events=events, mix=mix, seed=results.seed
    )


# --- the work alone -----------------------------------------------------------------------------


def _in_process(results: Results, kind: _Kind, plan: Stores) -> float:
    """Return events/s of what an ingest process does between broker and broker."""
    file = results.data / f"hq-{time.monotonic_ns()}.sqlite3"
    url = kind.fresh() or f"sqlite:///{file}"
    database = Database(url.replace("postgresql://", "postgresql+psycopg://", 1))
    migrations.migrate(database)
    _register(database, plan)
    settings = Settings()
    intake = Intake(policy.shipped(), settings.zone, settings.ingest.bad_messages_kept_per_hour)
    messages, total = _messages(plan)
    at_once = settings.ingest.messages_at_once
    began = time.perf_counter()
    for first in range(0, len(messages), at_once):
        with database.writing() as connection:
            intake.take(connection, messages[first : first + at_once], utc_now())
    rate = total / (time.perf_counter() - began)
    database.close()
    return rate


def _register(database: Database, plan: Stores) -> None:
    with database.writing() as connection:
        for site in plan.sites():
            row = Store(id=site.store, names={"en": site.store}, opens=hour(8), closes=hour(22))
            devices.add_store(connection, row, utc_now())
            devices.add_gateway(connection, site.gateway, site.store, utc_now())


def _messages(plan: Stores) -> tuple[list[Taken], int]:
    """Return the batches of all gateways in turn, as they come in, and how many events they are."""
    by_gateway: list[list[Taken]] = []
    total = 0
    for one in plan.gateways():
        total += one.head
        by_gateway.append([_taken(one, raw) for raw in one.batches()])
    longest = max(map(len, by_gateway))
    return [some[n] for n in range(longest) for some in by_gateway if n < len(some)], total


def _taken(one: LightGateway, payload: bytes) -> Taken:
    return Taken(topic=one.up, payload=payload, received_at=utc_now())


# --- whole processes ----------------------------------------------------------------------------


def _processes(results: Results, kind: _Kind, plan: Stores, ingests: int) -> None:
    running = broker(results.data)
    folder = results.data / f"{kind.name}-{ingests}"
    with limits.started(running):
        hq = HqRig(folder, [running.port], plan.sites(), database_url=kind.fresh(), ingests=ingests)
        with hq, child(feed_hq, running.port, plan, ingests) as feed:
            told(feed, _WITHIN_S, *hq.ingests)
            pids = {program.name: program.pid for program in hq.ingests}
            with Watch(pids) as watch:
                feed.send("go")
                seconds: float = told(feed, _WITHIN_S, *hq.ingests)
    many = "1 process" if ingests == 1 else f"{ingests} processes"
    how = f"{kind.name}, {many}"
    results.add(
        f"broker to {how}, with texts", plan.events / seconds, "events/s",
        limit=kind.limit, budget=_BUDGETS["with texts"] if ingests == 1 else None,
    )  # fmt: skip
    peak = max(watch.peak_mb(name) for name in pids)
    results.add(f"ingest RSS peak, {how}", peak, "MB", budget=_MEMORY)
    used = sum(watch.cpu_s.values()) / plan.events * 1e6
    results.add(f"ingest CPU, {how}", used, "µs/event")
