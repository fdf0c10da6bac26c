"""Serial readers from the command line: what a file of bytes says, and what a port says now."""

from __future__ import annotations

import re
import secrets
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from pydantic import ValidationError

from configuration.sentences import sentences
from edge_gateway import events as ev
from edge_gateway.errors import GatewayError
from edge_gateway.readers.drivers import Surroundings, make_reader
from edge_gateway.readers.identity import identify_with
from edge_gateway.readers.recording import is_sealed, unsealed
from edge_gateway.readers.supervisor import Readers
from edge_gateway.settings import Reader
from protocols.messages import ReaderStanding, ReaderState
from protocols.readers.base import Counts
from protocols.readers.base import Reader as Parser
from protocols.readers.events import ReaderEvent

_CHUNK_BYTES = 4096
_TOOL = "tool"
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


def reader_of(values: Mapping[str, Any], more: Sequence[str] = ()) -> Reader:
    """Return a reader's settings from options; `more` are KEY=VALUE of [[readers]].

    GatewayError says which key is wrong.
    """
    read = {"till": _TOOL, **values, **dict(_pair(one) for one in more)}
    try:
        return Reader.model_validate(read)
    except ValidationError as error:
        raise GatewayError("; ".join(sentences(Reader, error, set()))) from error


def _pair(said: str) -> tuple[str, Any]:
    key, equals, value = said.partition("=")
    if not equals:
        raise GatewayError(f"{said!a} should be KEY=VALUE, such as page_table=epson")
    try:
        return key.strip(), tomllib.loads(f"v = {value}")["v"]
    except tomllib.TOMLDecodeError:  # a text without quotes
        return key.strip(), value.strip()


def parser_of(reader: Reader) -> Parser:
    """Return a parser with a key of its own: its cashiers and cards are nobody's elsewhere."""
    try:
        return make_reader(reader, _surroundings())
    except ValueError as error:
        raise GatewayError(str(error)) from error


def _surroundings() -> Surroundings:
    return Surroundings(identify=identify_with(secrets.token_bytes(32)))


def bytes_of(path: Path) -> bytes:
    """Return a file's bytes; GatewayError when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise GatewayError(f"{path}: {error.strerror or error}") from error


def decoded(
    parser: Parser, chunks: Iterable[tuple[float, bytes]], *, lines: bool = False
) -> Iterator[str]:
    """Yield a line of JSON for each event in these bytes, each with its second."""
    for t, data in chunks:
        for said in parser.feed(data, t):
            yield as_json(said, lines=lines)
    for said in parser.close():
        yield as_json(said, lines=lines)


def pieces(data: bytes, key: str | None = None) -> Iterator[tuple[float, bytes]]:
    """Yield a recording's bytes with their times, or a plain file's as if they had come at once.

    GatewayError when the key is not the recording's.
    """
    if is_sealed(data):
        try:
            yield from unsealed(data, key or "")
        except ValueError as error:
            raise GatewayError(f"the recording cannot be read: {error}") from error
        return
    for at in range(0, len(data), _CHUNK_BYTES):
        yield 0.0, data[at : at + _CHUNK_BYTES]


def as_json(said: ReaderEvent, *, lines: bool = False) -> str:
    """Return an event as a line of JSON: its name, and every field that it has."""
    shown = {one.name: getattr(said, one.name) for one in fields(said)}
    if not lines:
        shown.pop("lines", None)
    kept = {name: value for name, value in shown.items() if value is not None and value != ()}
    name = _WORD.sub("_", type(said).__name__).lower()
    return msgspec.json.encode({"event": name, **kept}).decode()


def account(counts: Counts) -> str:
    """Return a parser's counts in a sentence."""
    return (
        f"{counts.received_bytes} bytes, {counts.dropped_bytes} of them dropped;"
        f" {counts.messages} messages, {counts.damaged} damaged, {counts.resyncs} cut off"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Where `listen` shows what it hears."""

    show: Callable[[str], None]
    tell: Callable[[str], None]
    lines: bool = False


async def listen(reader: Reader, shown: Shown) -> None:
    """Show each event that a port brings, and tell how it stands, until cancelled."""
    parser_of(reader)
    readers = Readers(_Heard(shown).take, _surroundings(), ZoneInfo("UTC"))
    try:
        await readers.run([reader])
    finally:
        for line in readers.lines.values():
            shown.tell(account(line.counts))


class _Heard:
    """Shows what one reader says."""

    def __init__(self, shown: Shown) -> None:
        self._shown = shown
        self._standing: tuple[ReaderStanding, str] | None = None

    def take(self, event: ev.Event) -> None:
        """Take an event of the supervisor."""
        if isinstance(event, ev.ReaderSpoke):
            self._shown.show(as_json(event.said, lines=self._shown.lines))
        elif isinstance(event, ev.ReadersChanged):
            for state in event.states:
                self._stands(state)

    def _stands(self, state: ReaderState) -> None:
        now = (state.standing, state.trouble)
        if now != self._standing:
            self._standing = now
            self._shown.tell(f"{state.standing}{': ' if state.trouble else ''}{state.trouble}")
