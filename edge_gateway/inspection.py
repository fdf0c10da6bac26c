"""Looking at a gateway from the command line: what waits, and which devices may connect."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge_gateway.devices import Devices
from edge_gateway.errors import GatewayError
from edge_gateway.settings import OUTBOX_FILE, Settings
from outbox import Outbox
from outbox.file import read_only
from outbox.holes import Hole, give_up, holes
from protocols.messages import Lane

if TYPE_CHECKING:
    from rich.table import Table


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
    with _reading(settings) as database:
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


def table(
    lines: Iterable[StreamLine],
    gateway: str,
    now_ms: int | None = None,
    connected: Container[str] = (),
) -> Table:
    """Return the streams for a terminal; `connected`: the devices whose link stands."""
    from rich.table import Table  # noqa: PLC0415 (2 MB that a gateway at work does not need)

    now_ms = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    shown = Table(title=f"Outbox of {gateway}")
    left = {"device", "link", "lane"}
    for heading in ("device", "link", "lane", "accepted", "at HQ", "waiting", "oldest waits"):
        shown.add_column(heading, justify="left" if heading in left else "right")
    waiting = 0
    for line in lines:
        waiting += line.waiting
        since = "" if line.oldest_ms is None else f"{max(0, now_ms - line.oldest_ms) // 1000} s"
        figures = (line.accepted, line.committed, line.waiting)
        link = "own" if line.device == gateway else "up" if line.device in connected else "-"
        shown.add_row(line.device, link, line.lane, *(str(one) for one in figures), since)
    shown.caption = f"{waiting} waiting for HQ"
    return shown


def links(said: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield what a running gateway says of its links, for a terminal; None: none runs."""
    if said is None:
        yield "No gateway answers: it does not run."
        return
    yield f"broker: {said['broker'] or 'none connected'}"
    since_ms = said["hq_cut_since_ms"]
    yield "HQ: there" if since_ms is None else f"HQ: out of reach since {_moment(since_ms)}"
    briefs = ", ".join(f"{kind} {version}" for kind, version in sorted(said["briefs"].items()))
    yield f"told by HQ: {briefs or 'nothing yet'}; case codes left: {said['codes_left']}"
    revision = said.get("rules_revision")
    yield f"grades by: revision {revision}" if revision else "grades by: the built-in rules"
    for kind, why in said["brief_faults"].items():
        yield f"{kind} not taken: {why}"
    for reader in said.get("readers", ()):
        trouble = f": {reader['trouble']}" if reader.get("trouble") else ""
        count = f", {reader.get('messages', 0)} messages"
        yield f"reader {reader['name']} ({reader['driver']}): {reader['standing']}{trouble}{count}"
    if said["storage_trouble"]:
        yield f"storage: {said['storage_trouble']}; nothing is confirmed"
    if said["missing_events"]:
        yield f"replay: {said['missing_events']} events lost here are being sent again"
    for device in said["held_back"]:
        yield f"device {device}: floods; it holds its share of the outbox and has to wait"
    for kind, count in sorted(said["refused"].items()):
        yield f"refused: {count} ({kind})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which events to show."""

    device: str | None = None
    lane: Lane | None = None
    first: int = 0
    last: int = 2**62
    payload: bool = False
    """Whole events, a shopper's words with them: only at the operator's explicit wish."""


def events(settings: Settings, wanted: Wanted) -> Iterator[str]:
    """Yield events of the outbox as JSON lines, read beside the running gateway."""
    with _reading(settings) as database:
        rows = database.execute(
            "SELECT s.device, s.epoch, s.lane, e.seq, e.accepted_ms, e.payload"
            " FROM streams s JOIN events e ON e.stream = s.id"
            " WHERE (?1 IS NULL OR s.device = ?1) AND (?2 IS NULL OR s.lane = ?2)"
            " AND e.seq BETWEEN ?3 AND ?4 ORDER BY s.id, e.seq",
            (wanted.device, wanted.lane, wanted.first, wanted.last),
        )
        for device, epoch, lane, seq, accepted_ms, payload in rows:
            line = {"device": device, "epoch": epoch, "lane": lane, "seq": seq}
            line |= {"accepted": _moment(accepted_ms), "bytes": len(payload)}
            shown = {**line, **_outline(payload, whole=wanted.payload)}
            yield json.dumps(shown, ensure_ascii=False)


def _outline(payload: bytes, *, whole: bool) -> dict[str, Any]:
    """Return what may be shown of an event: nothing of what somebody said, unless `whole`."""
    try:
        event = json.loads(payload)
        outline = {"type": str(event["type"]), "id": str(event["id"])}
        outline["at"] = _moment(int(event["at"]["wall_ms"]))
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError, OSError):
        raw = {"raw": payload.decode("utf-8", "backslashreplace")} if whole else {}
        return {"type": None, **raw}
    return {**outline, "event": event} if whole else outline


def given_up(settings: Settings, device: str, program: str) -> list[Hole]:
    """Give up the lowest hole of each stream of a dead device; return what was given up.

    Raises OutboxHeld while the gateway runs, GatewayError when the device's streams are whole.
    """
    path = _outbox_file(settings)
    quota_bytes = settings.max_megabytes * 1_000_000
    outbox = Outbox.open(path, device=settings.gateway, program=program, max_bytes=quota_bytes)
    try:
        found = [one for one in holes(outbox.database) if one.stream.device == device]
        if not found:
            raise GatewayError(f"no stream of {device} has a hole: there is nothing to give up")
        for hole in found:
            give_up(outbox, hole)
    finally:
        outbox.close()
    return found


def device_lines(settings: Settings) -> Iterator[str]:
    """Yield a line for each device that may connect, with when it was set up with a code."""
    devices = Devices(settings)
    enrolled = {one.enrolment.device: one for one in devices.enrolled()}
    for device in devices.all():
        one = None if devices.is_of_settings(device.id) else enrolled[device.id]
        how = "in gateway.toml"
        if one is not None:
            how = f"set up with a code {_moment(one.enrolled_ms)}, {one.program}"
        yield f"{device.id}\t{device.touchpoint or '-'}\t{how}"


def forgotten(settings: Settings, device: str) -> None:
    """Let a kiosk that was set up with a code connect no more; GatewayError when it was not."""
    devices = Devices(settings)
    if devices.is_of_settings(device):
        raise GatewayError(f"{device} is in the settings file: take its [[devices]] out there")
    if not devices.forget(device, time.time_ns() // 1_000_000):
        raise GatewayError(f"no kiosk {device} was set up with a code: see `devices`")


def _outbox_file(settings: Settings) -> Path:
    path = settings.data_dir / OUTBOX_FILE
    if not path.is_file():
        raise GatewayError(f"{path}: no outbox yet; the gateway has not run")
    return path


@contextmanager
def _reading(settings: Settings) -> Iterator[sqlite3.Connection]:
    path = _outbox_file(settings)
    try:
        with closing(read_only(path)) as database:
            yield database
    except sqlite3.Error as error:
        raise GatewayError(f"{path} cannot be read: {error}") from error


def _moment(wall_ms: int) -> str:
    return datetime.fromtimestamp(wall_ms / 1000, tz=UTC).isoformat(timespec="milliseconds")
