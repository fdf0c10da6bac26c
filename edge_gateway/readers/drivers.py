"""Which parser reads which device, made from its settings.

Three kinds of readers there are: those that only listen (no byte is ever written to their port),
those that are spoken to (`Talker`), and those that let a shopper be asked (`Asker`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from configuration import ConfigError
from edge_gateway.runner import Runner
from edge_gateway.settings import Driver, Reader
from protocols.readers.base import Reader as Parser
from protocols.readers.events import Identify


@runtime_checkable
class Talker(Protocol):
    """A reader whose device is spoken to, such as one that must be polled."""

    def to_send(self) -> bytes:
        """Return what is to be written now, and forget it; asked after each feed and idle."""


@runtime_checkable
class Asker(Protocol):
    """A reader whose device can ask a shopper."""

    @property
    def asks(self) -> bool:
        """Whether this one can: a keypad without a prompt cannot."""

    def ask(self, *, open: bool) -> None:
        """Let the device ask, or ask no more; `to_send` has the bytes for it."""


@runtime_checkable
class Waker(Protocol):
    """A talker that has something to send at other times than after a feed or idle."""

    def on_output(self, wake: Callable[[], None]) -> None:
        """Call `wake`, on the loop, whenever `to_send` has something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What parsers are given beside their settings."""

    identify: Identify
    runner: Runner | None = None
    """Of a running gateway; None when a tool reads."""


def make_reader(reader: Reader, around: Surroundings) -> Parser:
    """Return the parser of a port; ValueError when its settings do not make one."""
    return _MAKERS[reader.driver](reader, around)


def check(readers: Iterable[Reader]) -> None:
    """Return when every reader can be made; ConfigError has a line for each that cannot."""
    around = Surroundings(identify=str)
    complaints: list[str] = []
    for number, reader in enumerate(readers):
        try:
            make_reader(reader, around)
        except ValueError as error:
            complaints.append(f"readers[{number}] {reader.called}: {error}")
    if complaints:
        raise ConfigError(complaints)


# Each driver is loaded when a port has it: a gateway at one till holds no keypads in memory.
def _escpos(reader: Reader, around: Surroundings) -> Parser:
    from edge_gateway.readers.pictures import read_picture  # noqa: PLC0415
    from protocols.readers.escpos import IDLE_SECONDS, EscposReader  # noqa: PLC0415
    from protocols.readers.pages import PAGE_TABLES  # noqa: PLC0415

    if reader.page_table not in PAGE_TABLES:
        known = ", ".join(sorted(PAGE_TABLES))
        raise ValueError(f"page_table = {reader.page_table!a}: there are {known}")
    return EscposReader(
        encoding=reader.encoding,
        currency=reader.currency,
        idle_seconds=IDLE_SECONDS if reader.idle_s is None else reader.idle_s,
        page_table=reader.page_table,
        identify=around.identify,
        read_picture=read_picture,
    )


def _scanner(reader: Reader, _around: Surroundings) -> Parser:
    from edge_gateway.readers.profiles import scanner_profile  # noqa: PLC0415
    from protocols.readers.scanner import IDLE_SECONDS, ScannerReader  # noqa: PLC0415

    return ScannerReader(
        profile=scanner_profile(reader.profile),
        receipt_prefixes=reader.receipt_prefixes,
        idle_seconds=IDLE_SECONDS if reader.idle_s is None else reader.idle_s,
    )


def _keypad(reader: Reader, _around: Surroundings) -> Parser:
    from edge_gateway.readers.profiles import keypad_profile  # noqa: PLC0415
    from protocols.readers.keypad import KeypadReader  # noqa: PLC0415

    return KeypadReader(profile=keypad_profile(reader.profile))


def _em4100(_reader: Reader, around: Surroundings) -> Parser:
    from protocols.readers.em4100 import Em4100Reader  # noqa: PLC0415

    return Em4100Reader(identify=around.identify)


def _pn532(_reader: Reader, around: Surroundings) -> Parser:
    from protocols.readers.pn532 import Pn532Reader  # noqa: PLC0415

    return Pn532Reader(identify=around.identify)


def _cd5220(reader: Reader, _around: Surroundings) -> Parser:
    from protocols.readers.cd5220 import Cd5220Reader  # noqa: PLC0415

    return Cd5220Reader(encoding=reader.encoding)


def _pad(reader: Reader, around: Surroundings) -> Parser:
    from edge_gateway.readers.pad_ear import PadEar  # noqa: PLC0415
    from edge_gateway.readers.pad_link import PadLink, Place  # noqa: PLC0415

    place = Place(
        device=reader.called,
        touchpoint=reader.place,
        scores=reader.scores,
        lockout_ms=round(reader.lockout_s * 1000),
    )
    return PadEar(place.scores) if around.runner is None else PadLink(place, around.runner)


_MAKERS: dict[Driver, Callable[[Reader, Surroundings], Parser]] = {
    Driver.ESCPOS: _escpos,
    Driver.SCANNER: _scanner,
    Driver.KEYPAD: _keypad,
    Driver.EM4100: _em4100,
    Driver.PN532: _pn532,
    Driver.CD5220: _cd5220,
    Driver.PAD: _pad,
}
