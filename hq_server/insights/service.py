"""Scores by store and day: kept with the feedback in one transaction, read by pages."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from hq_server.accounts.scope import Scope
from hq_server.ingest.arrival import milliseconds
from hq_server.insights import repository
from hq_server.insights.scores import COUNTS, Scores, Tally, csat, total

logger = logging.getLogger(__name__)


def prepare(connection: sa.Connection, zone: ZoneInfo) -> None:
    """Count all feedback, unless the scores are those of days in `zone` already.

    To be called before anything is added: a new version, or a new time zone, begins here.
    """
    if repository.zone_counted(connection) == zone.key:
        return
    before = repository.zone_counted(connection, locked=True)
    if before == zone.key:
        return  # another process has counted meanwhile
    repository.begin_again(connection, zone.key)
    repository.add(connection, recount(connection, zone).changes())
    if before:
        logger.warning("scores counted again: days were %s and are %s", before, zone.key)


def recount(connection: sa.Connection, zone: ZoneInfo) -> Tally:
    """Return what the feedback that is here comes to."""
    tally = Tally(zone)
    for row in repository.responses(connection):
        tally.count(1, milliseconds(row["occurred_at"]), dict(row))
    return tally


def keep(connection: sa.Connection, tally: Tally) -> None:
    """Add what changed; any number of processes may, at once."""
    repository.add(connection, tally.changes())


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoDays:
    """What a store was told yesterday and today."""

    store: str
    today: Scores
    yesterday: Scores


def two_days(connection: sa.Connection, scope: Scope, today: date, limit: int) -> list[TwoDays]:
    """Return the stores that were told anything, today's least satisfied first."""
    yesterday = today - timedelta(days=1)
    found = [
        TwoDays(
            store=store, today=days.get(today, Scores()), yesterday=days.get(yesterday, Scores())
        )
        for store, days in by_store(connection, scope, [today, yesterday]).items()
    ]
    # A store without a score today is neither satisfied nor not: it comes last.
    return sorted(found, key=lambda each: _or_last(csat(each.today)))[:limit]


def _or_last(share: float | None) -> float:
    return 2.0 if share is None else share


def by_store(
    connection: sa.Connection, scope: Scope, days: Sequence[date]
) -> dict[str, dict[date, Scores]]:
    """Return the scores of each store that has any, by day, over all touchpoints."""
    found: dict[str, dict[date, list[Scores]]] = defaultdict(lambda: defaultdict(list))
    for row in repository.of_days(connection, scope, [day.isoformat() for day in days]):
        scores = Scores(**{name: row[name] for name in COUNTS})
        found[row["store_id"]][date.fromisoformat(row["day"])].append(scores)
    return {
        store: {day: total(some) for day, some in per_day.items()}
        for store, per_day in sorted(found.items())
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What stores were told in some days."""

    whole: Scores
    stores: list[tuple[str, Scores]]
    """The least satisfied first, those without a score last."""
    days: list[tuple[date, Scores]]
    """The latest first."""


def report(connection: sa.Connection, scope: Scope, today: date, days: int) -> Report:
    """Return what the stores of a scope were told, today and on the days before."""
    wanted = [today - timedelta(days=back) for back in range(days)]
    found = by_store(connection, scope, wanted)
    stores = [(store, total(per_day.values())) for store, per_day in found.items()]
    by_day = [
        (day, total(per_day[day] for per_day in found.values() if day in per_day)) for day in wanted
    ]
    return Report(
        whole=total(scores for _, scores in stores),
        stores=sorted(stores, key=lambda each: (_or_last(csat(each[1])), each[0])),
        days=[(day, scores) for day, scores in by_day if scores.responses],
    )
