"""The ledger as tables, JSON and one line, for the command line."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

from hq_server.ledger.audit import Audit, Line

LINES_SHOWN = 200
_FIGURES = ("accepted", "committed", "duplicates", "dead letters", "missing", "waiting")


def summary(audit: Audit, zone: ZoneInfo) -> str:
    """Return what a person must know, in one line."""
    totals = audit.totals
    figures = [
        _streams(totals.streams),
        f"accepted {totals.accepted}",
        f"committed {totals.committed}",
        f"duplicates {totals.duplicates}",
        f"dead letters {totals.dead_letters}",
        f"missing {totals.missing}",
        f"waiting {totals.waiting}",
    ]
    if totals.waiting_since:
        figures[-1] += f" (oldest since {_time(totals.waiting_since, zone)})"
    if totals.without_account:
        figures.append(f"{_streams(totals.without_account)} without an account")
    if totals.replays_open:
        figures.append(f"{totals.replays_open} being sent again")
    return ", ".join(figures)


def _streams(number: int) -> str:
    return "1 stream" if number == 1 else f"{number} streams"


def tables(audit: Audit, zone: ZoneInfo) -> list[Table]:
    """Return the streams, the worst first, and what was sent again."""
    shown = Table("store", "device", "epoch", "lane", *_FIGURES, "oldest waiting", "said at")
    for line in audit.lines[:LINES_SHOWN]:
        shown.add_row(*_cells(line, zone))
    if len(audit.lines) > LINES_SHOWN:
        shown.caption = f"{len(audit.lines) - LINES_SHOWN} more streams: --json names all"
    if not audit.replays:
        return [shown]
    again = Table("device", "epoch", "lane", "first", "last", "lost by", "noticed", "again at HQ")
    for row in audit.replays:
        again.add_row(
            row["device"], row["epoch"][:8], row["lane"], str(row["first"]), str(row["last"]),
            row["lost_by"], _time(row["noticed_at"], zone), _time(row["done_at"], zone),
        )  # fmt: skip
    again.title = "sent again"
    return [shown, again]


def _cells(line: Line, zone: ZoneInfo) -> list[str]:
    accepted = "not said" if line.accepted is None else str(line.accepted)
    counted = (line.committed, line.duplicates, line.dead_letters, line.missing, line.waiting)
    since, said = _time(line.waiting_since, zone), _time(line.said_at, zone)
    named = (line.store, line.device, line.epoch[:8], line.lane, accepted)
    return [*named, *map(str, counted), since, said]


def show(table: Table, console: Console) -> None:
    """Print a table whole, however narrow the terminal is.

    A table cut to 80 columns, as in a timer's mail, would name no stream.
    """
    unbounded = console.options.update(width=10_000)
    console.width = max(console.width, Measurement.get(console, unbounded, table).maximum)
    console.print(table)


def _time(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at else "-"


def as_json(audit: Audit) -> str:
    """Return all of the ledger as one JSON object."""
    said = {
        "totals": asdict(audit.totals),
        "streams": [asdict(line) for line in audit.lines],
        "replays": [dict(row) for row in audit.replays],
    }
    return json.dumps(said, default=_plain, ensure_ascii=False)


def letter_json(row: sa.RowMapping, *, raw: bool = False) -> str:
    """Return a dead letter as a line of JSON; `raw` adds what it holds."""
    said = {str(name): value for name, value in row.items() if name != "raw"}
    if raw:
        held: bytes = row["raw"]
        said["raw_base64"] = base64.b64encode(held).decode()
        said["raw"] = held.decode("utf-8", "backslashreplace")
    return json.dumps(said, default=_plain, ensure_ascii=False)


def letters_table(rows: Iterable[sa.RowMapping], zone: ZoneInfo) -> Table:
    """Return dead letters without what they hold."""
    shown = Table("id", "received", "store", "from", "lane", "seq", "bytes")
    shown.add_column("why", max_width=60, overflow="fold")
    for row in rows:
        shown.add_row(
            row["id"], _time(row["received_at"], zone), row["store_id"],
            row["device"] or row["gateway_id"], row["lane"] or "-", str(row["seq"] or "-"),
            str(len(row["raw"])), row["why"],
        )  # fmt: skip
    return shown


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
