"""Record mode: what a port sends, as it is, sealed to a key that only the operator has.

The command `record` leaves a wish in the data folder, and the running gateway follows it: for at
most a day, into a file of bounded size, and also after a restart. What it wrote it cannot read.
"""

from __future__ import annotations

import logging
import struct
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import msgspec

from configuration import write_durably
from edge_gateway.readers.line import Line
from edge_gateway.readers.sealing import seal, unseal
from edge_gateway.settings import Name

logger = logging.getLogger(__name__)

WISH_FILE = "recording.json"
FOLDER = "recordings"
LONGEST_MINUTES = 24 * 60
MAX_BYTES = 64_000_000
_LONGEST_MS = LONGEST_MINUTES * 60_000
_MAGIC = b"storeloop recording 1\n"
_SIZE = struct.Struct(">I")
_PIECE = struct.Struct(">QI")
_CHUNK_BYTES = 32_768


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be recorded until when, and for whose key."""

    reader: Annotated[str, msgspec.Meta(max_length=64)]
    public_key: str
    begun_ms: int
    until_ms: int
    file: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._:-]+\.sealed$")]


def wishes(data_dir: Path) -> tuple[Wish, ...]:
    """Return what is to be recorded; ValueError when the file is damaged."""
    try:
        said = (data_dir / WISH_FILE).read_bytes()
    except FileNotFoundError:
        return ()
    return msgspec.json.decode(said, type=tuple[Wish, ...])


def wish(data_dir: Path, reader: Name, public_key: str, minutes: float, now_ms: int) -> Wish:
    """Ask a running gateway to record; return what it is asked. One recording for each reader."""
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now_ms / 1000))
    wanted = Wish(
        reader=reader,
        public_key=public_key,
        begun_ms=now_ms,
        until_ms=now_ms + round(minutes * 60_000),
        file=f"{reader}-{moment}.sealed",
    )
    _keep(data_dir, [*(one for one in _kept(data_dir) if one.reader != reader), wanted])
    return wanted


def stop(data_dir: Path, reader: Name | None) -> list[Wish]:
    """Ask to record no more, of one reader or of all; return what is stopped."""
    kept = _kept(data_dir)
    stopped = [one for one in kept if reader in {None, one.reader}]
    _keep(data_dir, [one for one in kept if one not in stopped])
    return stopped


def _kept(data_dir: Path) -> tuple[Wish, ...]:
    try:
        return wishes(data_dir)
    except ValueError:  # nobody can tell any more what was wished
        return ()


def _keep(data_dir: Path, wanted: Iterable[Wish]) -> None:
    # For the gateway's user to read, whoever runs the command; the folder itself is closed.
    write_durably(data_dir / WISH_FILE, msgspec.json.encode(list(wanted)), mode=0o644)


@dataclass(slots=True)
class _Recording:
    """One file that is being written."""

    wish: Wish
    path: Path
    chunk: bytearray = field(default_factory=bytearray)
    size: int = 0
    ended: bool = False

    def add(self, data: bytes) -> None:
        """Take bytes as they came."""
        self.chunk += _PIECE.pack(time.time_ns() // 1_000_000, len(data)) + data
        if len(self.chunk) >= _CHUNK_BYTES:
            self.flush()

    def flush(self) -> None:
        """Bring to the disk what came; a recording that cannot go on ends, and nothing else."""
        try:
            self._append()
        except (OSError, ValueError) as error:  # a full disk, or a key that is none
            self.give_up(error)

    def give_up(self, error: Exception) -> None:
        """Record no more of this reader until somebody asks anew."""
        self.ended = True
        logger.warning("reader %s: recording ends: %s", self.wish.reader, error)

    def _append(self) -> None:
        """Seal what came, and append it to the file."""
        if not self.chunk or self.ended:
            return
        sealed = seal(self.wish.public_key, bytes(self.chunk))
        self.chunk.clear()
        if self.size + len(sealed) > MAX_BYTES:
            self.ended = True
            logger.warning("reader %s: recording is full and ends", self.wish.reader)
            return
        with self.path.open("ab") as file:
            if file.tell() == 0:
                file.write(_MAGIC)
            file.write(_SIZE.pack(len(sealed)) + sealed)
            self.size = file.tell()


class Recorder:
    """Does what the wishes say; call `look` about every second."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._open: dict[str, _Recording] = {}
        self._seen: object = None
        self._wishes: tuple[Wish, ...] = ()

    def look(self, lines: Iterable[Line], now_ms: int) -> None:
        """Begin and end recordings, and bring to the disk what came."""
        self._read()
        wanted = {one.reader: one for one in self._wishes if _holds(one, now_ms)}
        for line in lines:
            self._set(line, wanted.get(line.name))
        for reader in [one for one in self._open if one not in wanted]:
            self._end(reader)
        for one in self._open.values():
            one.flush()

    def close(self) -> None:
        """Bring everything to the disk; the wishes stay."""
        for reader in list(self._open):
            self._end(reader)

    def _read(self) -> None:
        try:
            found = (self._data_dir / WISH_FILE).stat()
        except OSError:
            self._seen, self._wishes = None, ()
            return
        seen = (found.st_ino, found.st_mtime_ns, found.st_size)
        if seen == self._seen:
            return
        self._seen = seen
        try:
            self._wishes = wishes(self._data_dir)
        except (OSError, ValueError) as error:
            self._wishes = ()
            logger.warning("%s cannot be read, so nothing is recorded: %s", WISH_FILE, error)

    def _set(self, line: Line, wanted: Wish | None) -> None:
        running = self._open.get(line.name)
        if wanted is None or (running is not None and running.wish != wanted):
            self._end(line.name)
            running = None
        if wanted is not None and running is None:
            running = self._begun(wanted)
        records = running is not None and not running.ended
        line.record = running.add if running is not None and records else None
        line.recording_until_ms = wanted.until_ms if wanted is not None and records else None

    def _begun(self, wanted: Wish) -> _Recording:
        path = self._data_dir / FOLDER / wanted.file
        running = self._open[wanted.reader] = _Recording(wanted, path)
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            running.size = path.stat().st_size if path.exists() else 0
        except OSError as error:
            running.give_up(error)
            return running
        logger.warning("reader %s: raw bytes are recorded, sealed, into %s", wanted.reader, path)
        return running

    def _end(self, reader: str) -> None:
        ended = self._open.pop(reader, None)
        if ended is not None:
            ended.flush()
            logger.warning("reader %s: recording has ended", reader)


def _holds(wanted: Wish, now_ms: int) -> bool:
    """Whether a wish is to be followed now; no clock that leaps makes it longer than a day."""
    return wanted.begun_ms <= now_ms < min(wanted.until_ms, wanted.begun_ms + _LONGEST_MS)


def is_sealed(data: bytes) -> bool:
    """Return whether these are the bytes of a recording."""
    return data.startswith(_MAGIC)


def unsealed(data: bytes, private_key: str) -> Iterator[tuple[float, bytes]]:
    """Yield what was recorded: seconds since the epoch, and bytes; ValueError for a wrong key.

    What a power cut left unfinished at the end is passed over.
    """
    at = len(_MAGIC)
    while at + _SIZE.size <= len(data):
        (size,) = _SIZE.unpack_from(data, at)
        at += _SIZE.size
        if at + size > len(data):
            return
        yield from _pieces(unseal(private_key, data[at : at + size]))
        at += size


def _pieces(plain: bytes) -> Iterator[tuple[float, bytes]]:
    at = 0
    while at < len(plain):
        wall_ms, size = _PIECE.unpack_from(plain, at)
        at += _PIECE.size
        yield wall_ms / 1000, plain[at : at + size]
        at += size
