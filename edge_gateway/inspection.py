"""Looking at a gateway from the command line: what waits, and what a till prints."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any

import typer
from rich.table import Table

from edge_gateway.errors import GatewayError
from edge_gateway.readers.serial_port import SerialPort
from edge_gateway.readers.till import parser
from edge_gateway.settings import OUTBOX_FILE, Settings, text_encoding
from protocols.readers.receipt import ReceiptRead

_IDLE_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamLine:
    """A stream as it lies in the outbox."""

    device: str
    lane: str
    epoch: str
    accepted: int
    committed: int
    waiting: int
    oldest_ms: int | None
    """When the oldest waiting event came; None when nothing waits."""


def streams(settings: Settings) -> list[StreamLine]:
    """Return what the outbox holds, read beside the running gateway."""
    path = settings.data_dir / OUTBOX_FILE
    if not path.is_file():
        raise GatewayError(f"{path}: no outbox yet; the gateway has not run")
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
        rows = database.execute(
            "SELECT s.device, s.lane, s.epoch, s.head, s.committed,"
            " (SELECT e.accepted_ms FROM events e WHERE e.stream = s.id AND e.seq > s.committed"
            "  ORDER BY e.seq LIMIT 1)"
            " FROM streams s ORDER BY s.device, s.lane DESC, s.id"
        ).fetchall()
    return [
        StreamLine(
            device=device,
            lane=lane,
            epoch=epoch,
            accepted=head,
            committed=committed,
            waiting=max(0, head - committed),
            oldest_ms=oldest_ms,
        )
        for device, lane, epoch, head, committed, oldest_ms in rows
    ]


def table(lines: Iterable[StreamLine], gateway: str, now_ms: int | None = None) -> Table:
    """Return the streams for a terminal."""
    now_ms = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    shown = Table(title=f"Outbox of {gateway}")
    for heading in ("device", "lane", "accepted", "at HQ", "waiting", "oldest waits"):
        shown.add_column(heading, justify="left" if heading in {"device", "lane"} else "right")
    waiting = 0
    for line in lines:
        waiting += line.waiting
        since = "" if line.oldest_ms is None else f"{max(0, now_ms - line.oldest_ms) // 1000} s"
        figures = (line.accepted, line.committed, line.waiting)
        shown.add_row(line.device, line.lane, *(str(figure) for figure in figures), since)
    shown.caption = f"{waiting} waiting for HQ"
    return shown


def receipts(data: bytes, driver: str, encoding: str) -> Iterator[str]:
    """Yield each receipt in these bytes as a line of JSON."""
    reader = _parser(driver, encoding)
    for receipt in (*reader.feed(data, 0.0), *reader.close()):
        yield as_json(receipt)


async def listen(port: str, baud: int, driver: str, encoding: str) -> None:
    """Print each receipt that a port brings, until cancelled."""
    reader = _parser(driver, encoding)

    def show(found: Iterable[ReceiptRead]) -> None:
        for receipt in found:
            typer.echo(as_json(receipt))

    line = SerialPort(
        port,
        baud,
        received=lambda data: show(reader.feed(data, time.monotonic())),
        closed=lambda: show(reader.close()),
    )
    reading = asyncio.create_task(line.run())
    try:
        while True:
            await asyncio.sleep(_IDLE_S / 4)
            show(reader.idle(time.monotonic()))
    finally:
        reading.cancel()


def as_json(receipt: ReceiptRead) -> str:
    """Return a receipt as a line of JSON."""
    return json.dumps(asdict(receipt), ensure_ascii=False, default=str)


def _parser(driver: str, encoding: str) -> Any:
    try:
        text_encoding(encoding)
    except ValueError as error:
        raise GatewayError(f"encoding {encoding!a} {error}") from error
    try:
        return parser(driver, encoding, _IDLE_S)
    except ValueError as error:
        raise GatewayError(str(error)) from error
