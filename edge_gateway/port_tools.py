"""The serial ports of this machine from the command line: what is there, whose, and like what."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from configuration.holders import open_in
from edge_gateway.errors import GatewayError
from edge_gateway.readers import recording
from edge_gateway.readers.looks import BAUDS, is_known, look
from edge_gateway.readers.sealing import key_pair
from edge_gateway.readers.serial_port import NoPort, SerialPort, Wire, node, plugged
from edge_gateway.settings import Reader, Settings

_NAMED = (Path("/dev/serial/by-id"), Path("/dev/serial/by-path"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PortLine:
    """A port as it is shown."""

    device: str
    product: str = ""
    usb: str = ""
    names: tuple[str, ...] = ()
    """Its paths that stay when ports are plugged anew."""
    readers: tuple[str, ...] = ()
    """Who of the settings reads it, or passes on to it."""
    held_by: str | None = None
    trouble: str = ""
    """Why it is not there."""

    @property
    def is_free(self) -> bool:
        """Whether it is there and nobody has it open."""
        return self.held_by is None and not self.trouble

    def lines(self) -> Iterator[str]:
        """Yield it as it is shown on a terminal."""
        yield "  ".join(one for one in (self.device, self.product, self.usb) if one)
        for name in self.names:
            yield f"  {name}"
        for reader in self.readers:
            yield f"  {reader}"
        if self.trouble:
            yield f"  {self.trouble}"
        elif self.held_by is not None:
            yield f"  in use by {self.held_by}"


def ports(readers: Sequence[Reader]) -> list[PortLine]:
    """Return this machine's ports, and those of the settings that are not there."""
    named: dict[str, list[str]] = {}
    for folder in _NAMED:
        for link in sorted(folder.glob("*")):
            named.setdefault(str(link.resolve()), []).append(str(link))
    used, lost = _used(readers)
    found = [
        PortLine(
            device=one.device,
            product=" ".join(dict.fromkeys(f"{one.maker} {one.product}".split())),
            usb=one.usb,
            names=tuple(named.get(one.device, ())),
            readers=tuple(used.pop(one.device, ())),
            held_by=open_in(one.device),
        )
        for one in plugged()
    ]
    others = [
        PortLine(device=device, readers=tuple(by), held_by=open_in(device))
        for device, by in used.items()
    ]
    return [*found, *others, *lost]


def _used(readers: Iterable[Reader]) -> tuple[dict[str, list[str]], list[PortLine]]:
    """Return who uses each device, and a line for each port that is not there."""
    used: dict[str, list[str]] = {}
    lost: list[PortLine] = []
    for reader in readers:
        said = f"reader {reader.called} ({reader.driver}){'' if reader.enabled else ', disabled'}"
        uses = [(reader.port, said)]
        if reader.pass_to is not None:
            uses.append((reader.pass_to, f"reader {reader.called} passes on to it"))
        for port, text in uses:
            try:
                used.setdefault(str(Path(node(port)).resolve()), []).append(text)
            except NoPort as error:
                why = str(error).removeprefix(port).strip(": ")
                lost.append(PortLine(device=port, readers=(text,), trouble=why))
    return used, lost


async def heard(port: str, seconds: float, bauds: Sequence[int] = BAUDS) -> Mapping[int, bytes]:
    """Listen to a free port: at the first speed, and at the others when it looks like noise.

    Nothing is written to it.
    """
    got: dict[int, bytes] = {}
    for baud in bauds:
        got[baud] = await _at(Wire(port=port, baud=baud), seconds)
        if not got[baud] or is_known(got[baud]):
            break
    return got


async def _at(wire: Wire, seconds: float) -> bytes:
    got = bytearray()
    port = SerialPort(wire, received=got.extend, changed=lambda: None)
    listening = asyncio.create_task(port.run())
    await asyncio.sleep(seconds)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    return bytes(got)


async def looks(found: Sequence[PortLine], seconds: float) -> dict[str, str]:
    """Listen to all free ports at once; return what each looks like, by device."""
    free = [one.device for one in found if one.is_free]
    got = await asyncio.gather(*(heard(device, seconds) for device in free))
    return {device: look(said).text for device, said in zip(free, got, strict=True)}


@dataclass(frozen=True, slots=True)
class Begun:
    """A recording that was asked for."""

    wish: recording.Wish
    private_key: str
    path: Path


def record(settings: Settings, reader: str, minutes: float) -> Begun:
    """Ask the running gateway to record a reader; GatewayError when there is no such reader."""
    names = [one.called for one in settings.readers if one.enabled]
    if reader not in names:
        raise GatewayError(f"no reader {reader}: there are {', '.join(names) or 'none'}")
    private, public = key_pair()
    now_ms = time.time_ns() // 1_000_000
    wanted = recording.wish(settings.data_dir, reader, public, minutes, now_ms)
    return Begun(wanted, private, settings.data_dir / recording.FOLDER / wanted.file)
