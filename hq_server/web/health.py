"""/livez, /readyz and /metrics: the one module of HQ that knows prometheus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from hq_server import migrations
from hq_server.accounts.endpoints import COOKIE, NotSignedInError, accounts_of
from hq_server.accounts.scope import EVERYTHING
from hq_server.accounts.service import Accounts
from hq_server.cases.endpoints import AllCases
from hq_server.database import TRANSIENT, Database
from hq_server.devices import service as devices
from hq_server.ingest import lease
from hq_server.ingest.lease import Process
from hq_server.ledger.audit import Audit, audit
from hq_server.web.guard import is_local
from hq_server.web.render import Pages

router = APIRouter(include_in_schema=False)

# The ledger reads every stream of the chain, seconds of work for 80,000: no more often than this.
LEDGER_AFTER = timedelta(minutes=1)

# Figures that ingest processes keep (ingest/worker.py) → whether they only grow.
_INGEST = {
    "events": ("Events taken in.", True),
    "duplicates": ("Events that came again, ignored.", True),
    "gaps": ("Batches that began too late: the sender goes back.", True),
    "dead_letters": ("Events kept as dead letters.", True),
    "undecodable": ("Whole messages that could not be read.", True),
    "refused": ("Messages refused.", True),
    "commits": ("Transactions committed.", True),
    "commit_seconds": ("Time spent in transactions.", True),
    "reconnects": ("Connections to brokers made anew.", True),
    "brokers_connected": ("Brokers that are there.", False),
    "queue": ("Messages that wait for the database.", False),
}


@router.get("/livez")
def alive() -> PlainTextResponse:
    """Say that the process answers."""
    return PlainTextResponse("ok\n")


@router.get("/readyz")
def ready(request: Request) -> PlainTextResponse:
    """Say whether the database is there, with the schema of this version."""
    database: Database = request.app.state.database
    try:
        current = migrations.is_current(database)
    except TRANSIENT:
        return PlainTextResponse("database away\n", 503)
    if not current:
        return PlainTextResponse("database of another version: run storeloop-hq migrate\n", 503)
    return PlainTextResponse("ok\n")


@router.get("/metrics")
def metrics(
    request: Request, accounts: Annotated[Accounts, Depends(accounts_of)], cases: AllCases
) -> Response:
    """Show figures to this machine itself, or to somebody who is signed in."""
    if not is_local(request) and accounts.who(request.cookies.get(COOKIE)) is None:
        raise NotSignedInError
    pages: Pages = request.app.state.pages
    now = pages.now()
    database: Database = request.app.state.database
    with database.reading() as connection:
        fleet = devices.counts(connection)
        refused = devices.refused_by_reason(connection)
        processes = lease.processes(connection, now)
    counted = cases.totals(EVERYTHING)
    registry = CollectorRegistry()
    registry.register(
        _Families(
            [
                *_cases(counted),
                *(_gauge(name, name.replace("_", " "), count) for name, count in fleet.items()),
                _labelled(True, "refused_messages", "Refused.", "why", refused),
                *_ingest(processes, now),
                *_ledger(_audited(request, now), now),
            ]
        )
    )
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


class _Families(Collector):
    """What was counted elsewhere, as prometheus takes it."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterator[Metric]:
        yield from self._families


def _gauge(name: str, means: str, value: float) -> Metric:
    return GaugeMetricFamily(f"storeloop_{name}", means, value=value)


def _labelled(
    grows: bool, name: str, means: str, label: str, values: dict[str, float] | dict[str, int]
) -> Metric:
    kind = CounterMetricFamily if grows else GaugeMetricFamily
    family = kind(f"storeloop_{name}", means, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _cases(counted: dict[str, int]) -> Iterator[Metric]:
    by_grade = {grade: counted[grade] for grade in "SAB"}
    yield _labelled(False, "cases_open", "Open cases.", "grade", by_grade)
    yield _gauge("cases_overdue", "Open cases past a deadline.", counted["late"])


def _ingest(processes: Iterable[Process], now: datetime) -> Iterator[Metric]:
    found = {each.name: each for each in processes}

    def _family(grows: bool, name: str, means: str, values: dict[str, float]) -> Metric:
        return _labelled(grows, f"ingest_{name}", means, "ingest", values)

    yield _family(
        False, "alive", "Whether it runs.", {name: each.alive for name, each in found.items()}
    )
    held = {name: float(each.partitions) for name, each in found.items()}
    yield _family(False, "partitions", "Partitions that it takes in, of 64.", held)
    for figure, (means, grows) in _INGEST.items():
        values = {name: each.counted(figure) for name, each in found.items()}
        yield _family(grows, figure, means, values)
    ages = {
        name: max(0.0, now.timestamp() - each.counted("committed_at"))
        for name, each in found.items()
        if each.counted("committed_at")
    }
    yield _family(False, "last_commit_age_seconds", "Since it committed anything.", ages)


def _audited(request: Request, now: datetime) -> Audit:
    """Return the ledger as it was a short while ago at most."""
    kept: tuple[datetime, Audit] | None = getattr(request.app.state, "audited", None)
    if kept is not None and timedelta(0) <= now - kept[0] < LEDGER_AFTER:
        return kept[1]
    database: Database = request.app.state.database
    with database.reading() as connection:
        found = audit(connection, EVERYTHING, now, replays_shown=0)
    request.app.state.audited = (now, found)
    return found


def _ledger(found: Audit, now: datetime) -> Iterator[Metric]:
    totals = found.totals
    since = totals.waiting_since
    for name, means, value in (
        ("ledger_accepted", "Events that devices accepted.", totals.accepted),
        ("ledger_committed", "Events at HQ.", totals.committed),
        ("ledger_duplicates", "Events that came again, ignored.", totals.duplicates),
        ("ledger_missing", "Events that should be at HQ and are not.", totals.missing),
        ("ledger_waiting", "Events kept in the stores until HQ has them.", totals.waiting),
        ("ledger_streams_without_account", "Streams no device speaks of.", totals.without_account),
        ("dead_letters", "Dead letters that stand open.", totals.dead_letters),
        ("replays_open", "Losses that the field is sending again.", totals.replays_open),
    ):
        yield _gauge(name, means, value)
    oldest = max(0.0, (now - since).total_seconds()) if since else 0.0
    yield _gauge("ledger_oldest_waiting_seconds", "Age of the oldest waiting event.", oldest)
    missing = dict(found.missing_of_stores)
    yield _labelled(False, "ledger_missing_of_store", "Missing, by store.", "store", missing)
