"""Looks over a whole installation: one line each for what is well and for what there is to do.

It changes nothing and works beside the running gateway.
"""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from configuration.holders import open_in
from edge_gateway import mqtt
from edge_gateway.clock import SystemClock
from edge_gateway.codes import FEW_CODES
from edge_gateway.devices import DEVICES_FILE, Devices
from edge_gateway.readers.serial_port import NoPort, node
from edge_gateway.settings import OUTBOX_FILE, Driver, Settings
from edge_gateway.status import ask, asked
from outbox.file import read_only
from outbox.holes import holes
from outbox.salvage import set_aside
from protocols import topics
from protocols.messages import ClockQuality, ReaderStanding

_LONG_MS = 24 * 3600 * 1000
# What is gone after a power cut, and what SQLite's write-ahead log must not lie on.
_VOLATILE = {"tmpfs", "ramfs"}
_REMOTE = {"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs"}
_MEGABYTE = 1_000_000
_SKEWED_S = 120
_MOST_NAMES = 10


class Verdict(StrEnum):
    """How something is."""

    WELL = "✓"
    NOTE = "·"
    ACT = "✗"
    """Something must be done."""


@dataclass(frozen=True, slots=True)
class Line:
    """What was found about one thing."""

    verdict: Verdict
    subject: str
    text: str

    def __str__(self) -> str:
        """Return it as it is shown."""
        return f"{self.verdict} {self.subject}: {self.text}"


def _well(subject: str, text: str) -> Line:
    return Line(Verdict.WELL, subject, text)


def _note(subject: str, text: str) -> Line:
    return Line(Verdict.NOTE, subject, text)


def _act(subject: str, text: str) -> Line:
    return Line(Verdict.ACT, subject, text)


def examine(settings: Settings, file: Path) -> Iterator[Line]:
    """Yield what there is to say of the installation whose settings are in `file`."""
    looks: tuple[Callable[[], Iterator[Line]], ...] = (
        lambda: _settings(settings, file),
        lambda: _secrets(settings, file),
        lambda: _folder(settings),
        lambda: _outbox(settings),
        _clock,
        lambda: _brokers(settings),
        lambda: _readers(settings),
        lambda: _running(settings),
    )
    for look in looks:
        try:
            yield from look()
        except PermissionError as error:
            why = f"this user may not read {error.filename}: look as root or the gateway's user"
            yield _act("permissions", why)


def _settings(settings: Settings, file: Path) -> Iterator[Line]:
    yield _well("settings", f"{file} is good: gateway {settings.gateway} of {settings.store}")
    if settings.board.pin_hash is not None:
        yield _well("PIN", "the board asks for it")
    else:
        yield _note("PIN", "none; the board is for this machine only")
    if settings.hq_verify_key is None:
        why = "none, so surveys, case codes and new kiosks of HQ are not believed"
        yield _act("hq_verify_key", f"{why}: take it from `storeloop-hq keys`")
    if not settings.listen.for_kiosks:
        why = "nobody can tell where kiosks connect, so HQ cannot say it in its QR codes"
        yield _note("listen.address", why)
    devices = Devices(settings)
    if devices.damage is not None:
        why = "set the kiosks that were set up with a code up again"
        yield _act(DEVICES_FILE, f"is damaged ({devices.damage}): {why}")
    if not devices.all():
        yield _act("devices", "none may connect: set a kiosk up with a code, or add [[devices]]")


def _secrets(settings: Settings, file: Path) -> Iterator[Line]:
    broker = settings.broker
    for path in (file, broker.key_file, settings.data_dir):
        if path is None or not path.exists():
            continue
        mode = path.stat().st_mode & 0o777
        if mode & 0o007:
            right = 0o750 if path.is_dir() else 0o640
            why = f"{path} is open to every user ({mode:o}): chmod {right:o} {path}"
            yield _act("permissions", why)
        else:
            yield _well("permissions", f"{path} is closed to other users ({mode:o})")


def _folder(settings: Settings) -> Iterator[Line]:
    folder = settings.data_dir
    if not folder.is_dir():
        yield _note("data_dir", f"{folder} is not there yet; the gateway makes it when it starts")
        return
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield _act("data_dir", f"this user may not write to {folder}: run as the gateway's user")
    kind = _file_system(folder)
    if kind in _VOLATILE | _REMOTE:
        why = "is gone after a power cut" if kind in _VOLATILE else "is over a network"
        yield _act("data_dir", f"{folder} lies on {kind}, which {why}: use a disk of this machine")
    else:
        yield _well("data_dir", f"{folder} lies on {kind}")
    quota = settings.max_megabytes * _MEGABYTE
    parts = (folder / f"{OUTBOX_FILE}{ending}" for ending in ("", "-wal", ".ballast"))
    held = sum(part.stat().st_size for part in parts if part.is_file())
    room = shutil.disk_usage(folder).free + held
    figures = f"{room // _MEGABYTE} MB for an outbox that may take {settings.max_megabytes} MB"
    if room <= quota:
        yield _act("room", f"only {figures}: lower max_megabytes or make room")
    else:
        yield _well("room", figures)


def _outbox(settings: Settings) -> Iterator[Line]:
    path = settings.data_dir / OUTBOX_FILE
    for damaged in set_aside(path):
        yield _note(
            "outbox", f"{damaged.name} was damaged and set aside; nobody deletes it for you"
        )
    if not path.is_file():
        yield _note("outbox", "none yet; the gateway has not run")
        return
    try:
        with closing(read_only(path)) as database:
            yield from _integrity(database)
            yield from _waiting(database)
            yield from _holes(database)
            yield from _devices(database, settings)
    except sqlite3.Error as error:
        yield _act("outbox", f"{path} cannot be read: {error}")


def _integrity(database: sqlite3.Connection) -> Iterator[Line]:
    (said,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        why = f"the file is damaged: {said}; the gateway mends it when it comes to that page"
        yield _act("outbox", why)
    else:
        yield _well("outbox", "SQLite finds no damage")


def _waiting(database: sqlite3.Connection) -> Iterator[Line]:
    rows = database.execute(
        "SELECT sum(max(0, s.head - s.committed)), min((SELECT e.accepted_ms FROM events e"
        " WHERE e.stream = s.id AND e.seq > s.committed ORDER BY e.seq LIMIT 1)) FROM streams s"
    )
    waiting, oldest_ms = rows.fetchone()
    if oldest_ms is None:
        yield _well("waiting", "nothing waits for HQ")
        return
    age_ms = max(0, time.time_ns() // 1_000_000 - oldest_ms)
    text = f"{waiting} events wait for HQ, the oldest for {_duration(age_ms)}"
    yield _note("waiting", text) if age_ms > _LONG_MS else _well("waiting", text)


def _holes(database: sqlite3.Connection) -> Iterator[Line]:
    for hole in holes(database):
        device, lane = hole.stream.device, hole.stream.lane
        yield _act(
            "hole",
            f"device {device} lane {lane}: HQ lost {hole.first}-{hole.last}, and"
            f" {hole.last + 1}-{hole.held_through} wait behind it until the device sends it again;"
            f" when it is dead for good: storeloop-gateway give-up --device {device}",
        )


def _devices(database: sqlite3.Connection, settings: Settings) -> Iterator[Line]:
    seen = {device for (device,) in database.execute("SELECT DISTINCT device FROM streams")}
    pads = {one.called for one in settings.readers if one.driver is Driver.PAD and one.enabled}
    known = {device.id for device in Devices(settings).all()} | pads
    if known - seen:
        yield _note("devices", f"{_named(known - seen)} never handed anything over")
    elif known:
        yield _well("devices", f"all {len(known)} have handed something over")
    strangers = seen - known - {settings.gateway}
    if strangers:
        yield _note("devices", f"{_named(strangers)} in the outbox, no more in the settings")


def _clock() -> Iterator[Line]:
    if SystemClock().now().quality is ClockQuality.SYNCED:
        yield _well("clock", "a time service keeps it")
    else:
        yield _act("clock", "no time service keeps it: install one, such as chrony")


def _brokers(settings: Settings) -> Iterator[Line]:
    broker = settings.broker
    for host, port in broker.addresses:
        where = f"broker {host}:{port}"
        wrong = _unreachable(host, port)
        if wrong is None:
            name, topic = f"storeloop-{settings.gateway}-doctor", topics.down(settings.gateway)
            wrong = mqtt.try_out(broker, (host, port), name, topic)
        if wrong is not None:
            yield _act(where, wrong)
            continue
        tls = "" if broker.ca_file is None else " by TLS"
        yield _well(where, f"lets us in{tls}, and we may subscribe")
    if broker.ca_file is None and broker.host not in {"127.0.0.1", "localhost", "::1"}:
        yield _act("broker", "no TLS: anybody on the way can read and forge; set broker.ca_file")


def _unreachable(host: str, port: int) -> str | None:
    try:
        socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        return f"the name is not known ({error}): check the name and this machine's DNS"
    try:
        socket.create_connection((host, port), timeout=mqtt.CONNECT_TIMEOUT_S).close()
    except OSError as error:
        return f"cannot be reached ({error}): does it run, and does a firewall let us through?"
    return None


def _readers(settings: Settings) -> Iterator[Line]:
    said = asked(settings.listen) or {}
    states = {one["name"]: one for one in said.get("readers", ())}
    for reader in settings.readers:
        subject = f"reader {reader.called}"
        state = states.get(reader.called)
        if not reader.enabled:
            yield _note(subject, "disabled in the settings")
        elif state is not None:
            yield from _reads(subject, state)
        else:
            yield from (
                _port(subject, port) for port in (reader.port, reader.pass_to) if port is not None
            )


def _port(subject: str, port: str) -> Line:
    """Return how a port is when no gateway runs to tell of it."""
    try:
        path = node(port)
    except NoPort as error:
        return _act(subject, f"{error}: is the cable in?")
    if not os.access(path, os.R_OK | os.W_OK):
        why = f"this user may not open {path}: add the gateway's user to group dialout"
        return _act(subject, why)
    holder = open_in(path)
    if holder is not None:
        return _act(subject, f"{path} is in use by {holder}: end that, or give it another port")
    return _well(subject, f"{path} is there")


def _reads(subject: str, state: Mapping[str, Any]) -> Iterator[Line]:
    """Yield what the running gateway says of a reader."""
    now_ms = time.time_ns() // 1_000_000
    last_ms, skew_s, trouble = (state.get(key) for key in ("last_ms", "skew_s", "trouble"))
    if state["standing"] != ReaderStanding.READING:
        yield _act(subject, f"{state['standing']}: {trouble}")
    elif trouble:
        yield _note(subject, str(trouble))
    elif last_ms is None:
        yield _well(subject, "the port is open; nothing has come yet")
    else:
        ago = _duration(now_ms - last_ms)
        yield _well(subject, f"{state.get('messages', 0)} messages, the last {ago} ago")
    if skew_s is not None and abs(skew_s) > _SKEWED_S:
        how = "ahead" if skew_s > 0 else "behind"
        yield _note(subject, f"the till's clock is {_duration(abs(skew_s) * 1000)} {how}: set it")
    until_ms = state.get("recording_until_ms")
    if until_ms is not None:
        left = _duration(until_ms - now_ms)
        yield _note(subject, f"raw bytes are recorded for {left}; `record --stop` ends it")


def _running(settings: Settings) -> Iterator[Line]:
    listen = settings.listen
    if ask(listen, "/livez") is None:
        yield _act("gateway", f"nothing answers on {listen.host}:{listen.port}: start it")
        return
    yield _well("gateway", f"it runs and answers on {listen.host}:{listen.port}")
    said = asked(listen)
    if said is None:
        return
    if said["storage_trouble"]:
        yield _act("storage", f"nothing is confirmed to devices: {said['storage_trouble']}")
    if said["hq_cut_since_ms"] is not None:
        age = _duration(time.time_ns() // 1_000_000 - said["hq_cut_since_ms"])
        yield _note("HQ", f"out of reach for {age}; everything is kept here")
    yield from _told(said)
    for device in said["held_back"]:
        yield _act("device", f"{device} floods: it holds its share of the outbox and has to wait")


def _told(said: Mapping[str, Any]) -> Iterator[Line]:
    """Yield what there is to say of what HQ told the store."""
    for kind, why in said["brief_faults"].items():
        yield _act("brief", f"HQ's last {kind} was not taken: {why}")
    held = ", ".join(f"{kind} {version}" for kind, version in sorted(said["briefs"].items()))
    yield _well("briefs", held) if held else _note("briefs", "HQ has told nothing yet")
    left = said["codes_left"]
    if left < FEW_CODES:
        without = "HQ sends more when it is there; without any kiosks make longer ones"
        yield _note("case codes", f"only {left} left: {without}")
    else:
        yield _well("case codes", f"{left} left")


def _named(names: set[str]) -> str:
    shown = sorted(names)[:_MOST_NAMES]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _duration(milliseconds: int) -> str:
    seconds = max(0, milliseconds) // 1000
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _file_system(folder: Path) -> str:
    """Return the type of the file system that a folder lies on, as the kernel names it."""
    best, kind = "", "an unknown file system"
    place = str(folder.resolve())
    for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines():
        mounted, named = line.split()[1:3]
        inside = place == mounted or place.startswith(mounted.rstrip("/") + "/")
        if inside and len(mounted) >= len(best):
            best, kind = mounted, named
    return kind
