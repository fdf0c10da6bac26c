"""What some seconds of bytes look like: which device, at which speed, in which encoding."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from edge_gateway.readers.drivers import Surroundings, make_reader
from edge_gateway.settings import Driver, Reader
from protocols.pad.frames import Frames
from protocols.readers.events import Doubt, JobKind, Printed, ReaderEvent, Scanned, Suspected

BAUDS = (9600, 115_200, 19_200, 38_400)
"""What tills, displays and scanners are set to, the usual one first."""
_NOBODY = Surroundings(identify=lambda _number: "")
_JT905 = re.compile(rb"\x55\xaa.{7,250}?\x55\xaa", re.DOTALL)
_DISPLAY = re.compile(rb"\x1bQ[ABD]|\x1bu[AB]")
_PRINTER = re.compile(rb"\x1b[@a!Ed]|\x1d[V!kv(]|\x1c[&.]")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_FEW_KEYS_BYTES = 16
_SOME_LINES_BYTES = 256
_SHORTEST_CODE = 6
_MOSTLY = 0.3


@dataclass(frozen=True, slots=True)
class Look:
    """A guess: the driver and its settings, and why; no driver when nothing fits."""

    driver: Driver | None
    text: str


def look(heard: Mapping[int, bytes]) -> Look:
    """Return what these bytes look like, by speed; the speed at which something fits is told."""
    if not any(heard.values()):
        return Look(None, "silent: let the device send something meanwhile")
    for baud, data in heard.items():
        found = _known(data)
        if found is not None:
            return Look(found.driver, f"{found.text}, at {baud} baud")
    if all(_is_noise(data) for data in heard.values() if data):
        speeds = ", ".join(str(baud) for baud in heard)
        return Look(None, f"noise: another speed than {speeds}, or other bits than 8N1")
    count = sum(len(data) for data in heard.values())
    return Look(None, f"{count} bytes that no driver knows")


def is_known(data: bytes) -> bool:
    """Return whether these bytes are some device's that we know."""
    return _known(data) is not None


def _known(data: bytes) -> Look | None:
    for of_device in _DEVICES:
        found = of_device(data)
        if found is not None:
            return found
    return None


def _pad(data: bytes) -> Look | None:
    if not Frames().receive(data + b"\x00"):
        return None
    return Look(Driver.PAD, "our feedback pad")


def _card(data: bytes) -> Look | None:
    if not _of(Reader(port="/", till="-", driver=Driver.EM4100), data):
        return None
    return Look(Driver.EM4100, "an EM4100 card reader such as RDM6300")


def _keypad(data: bytes) -> Look | None:
    if _JT905.search(data):
        return Look(Driver.KEYPAD, 'a keypad with profile = "jt905"')
    pressed = re.fullmatch(rb"([0-9A-Ea-e])\1*(?:[\r\n\x00]*[0-9A-Ea-e])*[\r\n\x00]*", data)
    if pressed and len(data) <= _FEW_KEYS_BYTES:
        return Look(Driver.KEYPAD, "a keypad that sends each key as a sign")
    return None


def _display(data: bytes) -> Look | None:
    if not _DISPLAY.search(data):
        return None
    return Look(Driver.CD5220, "a customer display (CD5220), listened to")


def _printer(data: bytes) -> Look | None:
    if not _PRINTER.search(data) and len(data) < _SOME_LINES_BYTES:
        return None
    said = _of(Reader(port="/", till="-"), data)
    doubts = [one for one in said if isinstance(one, Suspected) and one.doubt is not None]
    jobs = [one for one in said if isinstance(one, Printed)]
    if any(one.doubt is Doubt.BAUD for one in doubts) or not jobs:
        return None
    guess = next((one.guess for one in doubts if one.guess), None)
    read = any(one.kind is not JobKind.OTHER for one in jobs)
    if guess is None and not read and not _PRINTER.search(data):
        return None
    encoding = guess or ("gb18030" if _NOT_ASCII.search(data) else None)
    text = f'encoding = "{encoding}"' if encoding else "plain ASCII so far, any encoding"
    return Look(Driver.ESCPOS, f"a till that prints receipts (ESC/POS), {text}")


def _scanner(data: bytes) -> Look | None:
    said = _of(Reader(port="/", till="-", driver=Driver.SCANNER), data)
    codes = [one for one in said if isinstance(one, Scanned)]
    if not codes or _NOT_ASCII.search(data) or not all(map(_is_code, codes)):
        return None
    return Look(Driver.SCANNER, f"a scanner ({len(codes)} codes)")


_DEVICES: tuple[Callable[[bytes], Look | None], ...] = (
    _pad,
    _card,
    _display,
    _keypad,
    _printer,
    _scanner,
)


def _is_code(said: Scanned) -> bool:
    return len(said.code.text) >= _SHORTEST_CODE and " " not in said.code.text


def _of(reader: Reader, data: bytes) -> list[ReaderEvent]:
    parser = make_reader(reader, _NOBODY)
    return [*parser.feed(data, 0.0), *parser.idle(60.0), *parser.close()]


def _is_noise(data: bytes) -> bool:
    odd = sum(byte >= 0x80 or (byte < 0x20 and byte not in b"\r\n\t\x1b\x1d\x1c") for byte in data)
    return odd > _MOSTLY * len(data)
