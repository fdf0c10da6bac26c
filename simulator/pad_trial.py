"""Presses on a pad over a bad line, while both ends are killed: is each kept exactly once?

The pad is its real firmware, the gateway the real program with its outbox on disk. What was
confirmed to the shoppers is compared with what the outbox holds when all is over.
"""

from __future__ import annotations

import socket
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from outbox.file import read_only
from protocols.messages import Response
from protocols.wire import decode_event
from simulator.pad import Noise, NoisyWire, SimulatedPad
from simulator.programs import Program, ProgramError, wait_until

DEVICE = "pad-4"
KEYS = 5
# Fingers that wait before the pad: so many may be lost when its power goes.
_AT_ONCE = 16
_DRAINED_WITHIN_S = 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a trial is to be."""

    presses: int = 2_000
    noise: Noise = field(default_factory=Noise)
    pad_kills: int = 0
    power_cuts: int = 0
    """Of these, the power goes at some byte that is written to flash."""
    gateway_kills: int = 0
    seed: int = 7


@dataclass(slots=True, kw_only=True)
class Result:
    """What came of it."""

    confirmed: int = 0
    """Presses that a shopper was thanked for."""
    stored: int = 0
    unconfirmed: int = 0
    """Stored, but the power went before the shopper was thanked."""
    torn: int = 0
    """Numbers whose press was torn while it was written: none of them was confirmed."""
    seconds: float = 0.0
    carried_bytes: int = 0
    complaints: list[str] = field(default_factory=list)

    @property
    def right(self) -> bool:
        """Whether each confirmed press was stored exactly once, in order, and none invented."""
        return not self.complaints

    def told(self) -> str:
        """Return it in a few lines."""
        rate = self.confirmed / self.seconds if self.seconds else 0.0
        lines = [
            f"{self.confirmed} presses confirmed, {self.stored} stored in {self.seconds:.1f} s"
            f" ({rate:.0f}/s, {self.carried_bytes:,} bytes on the line)",
            f"{self.unconfirmed} more were on flash when the power went before the thanks,"
            f" {self.torn} were torn and are stored as that",
            *self.complaints,
        ]
        return "\n".join([*lines, "right" if self.right else "WRONG"])


class PadTrial:
    """One pad, one wire, one gateway, in a folder of their own."""

    def __init__(self, folder: Path, wish: Wish) -> None:
        self._folder = folder
        self._wish = wish
        self._random = Random(wish.seed)
        folder.mkdir(parents=True, exist_ok=True)
        port = folder / "pad"
        self._wire = NoisyWire(port, wish.noise, seed=wish.seed)
        self._pad = SimulatedPad(self._wire, folder / "flash")
        self._gateway = _gateway(folder, port)

    def run(self) -> Result:
        """Press, break, wait until the pad has handed everything over, and compare."""
        began = time.monotonic()
        try:
            self._gateway.start()
            self._pad.start()
            self._press_all()
            self._pad.kill()  # with whatever fingers still wait before it
            self._pad.start()
            self._wait_for_all()
            seconds = time.monotonic() - began
        finally:
            self._gateway.stop()
            self._pad.kill()
            self._wire.close()
        result = compare(self._pad.kept, self._rows(), self._pad.starts - 1)
        result.seconds, result.carried_bytes = seconds, self._wire.carried_bytes
        return result

    def _wait_for_all(self) -> None:
        last = max(self._pad.kept, default=0)
        what = f"press {last} in the outbox"
        try:
            wait_until(lambda: self._stored() >= last, what, _DRAINED_WITHIN_S)
        except ProgramError as error:
            raise ProgramError(f"{error}\n{self._gateway.last_words()}") from error

    def _press_all(self) -> None:
        faults = self._faults()
        while len(self._pad.kept) < self._wish.presses:
            done = len(self._pad.kept)
            self._give_power()
            while faults and faults[0][0] <= done:
                faults.pop(0)[1]()
                self._give_power()
            done = len(self._pad.kept)
            count = max(1, min(_AT_ONCE, self._wish.presses - done))
            for _ in range(count):
                self._pad.press(self._random.randint(1, KEYS))
            self._pad.wait_for(done + count)

    def _give_power(self) -> None:
        if not self._pad.running:
            self._pad.kill()  # to be done with it
            self._pad.start()

    def _faults(self) -> list[tuple[int, Callable[[], None]]]:
        """Return what breaks after how many presses."""
        wish = self._wish
        kinds = (
            [self._kill_pad] * wish.pad_kills
            + [self._cut_power] * wish.power_cuts
            + [self._kill_gateway] * wish.gateway_kills
        )
        faults = [(self._random.randrange(1, wish.presses), kind) for kind in kinds]
        return sorted(faults, key=lambda fault: fault[0])

    def _kill_pad(self) -> None:
        for _ in range(_AT_ONCE):
            self._pad.press(self._random.randint(1, KEYS))
        time.sleep(self._random.uniform(0.0, 0.03))
        self._pad.kill()

    def _cut_power(self) -> None:
        # A press is 32 bytes, and a sector that is taken again 4096: anywhere in the next few.
        self._pad.cut(self._random.choice((1, 1, 1, 130)) * self._random.randrange(0, 160))

    def _kill_gateway(self) -> None:
        self._gateway.kill()
        self._gateway.start()

    def _stored(self) -> int:
        try:
            return max((seq for seq, _ in self._rows()), default=0)
        except sqlite3.Error:  # it is being made
            return 0

    def _rows(self) -> list[tuple[int, Response]]:
        path = self._folder / "data" / "outbox.db"
        with closing(read_only(path)) as database:
            rows = database.execute(
                "SELECT seq, payload FROM events JOIN streams ON streams.id = events.stream"
                " WHERE device = ? ORDER BY seq",
                (DEVICE,),
            ).fetchall()
        decoded = [(seq, decode_event(bytes(payload))) for seq, payload in rows]
        return [(seq, one) for seq, one in decoded if isinstance(one, Response)]


def compare(kept: dict[int, int], rows: list[tuple[int, Response]], starts_again: int) -> Result:
    """Compare what shoppers were thanked for (key by number) with what a gateway stored."""
    stored = dict(rows)
    result = Result(confirmed=len(kept), stored=len(rows))
    if [seq for seq, _ in rows] != list(range(1, len(rows) + 1)):
        result.complaints.append("the stream has holes or doubles")
    if len({one.response for _, one in rows}) != len(rows):
        result.complaints.append("two presses are one response")
    for seq, key in kept.items():
        found = stored.get(seq)
        if found is None or found.rating != key:
            what = "nothing" if found is None else found.rating
            result.complaints.append(f"press {seq} was key {key}, and {what} is stored")
    for seq, one in rows:
        if seq not in kept:
            result.torn += one.rating is None
            result.unconfirmed += one.rating is not None
    if result.torn + result.unconfirmed > starts_again:
        result.complaints.append("more than one press was on its way when the power went")
    return result


def _gateway(folder: Path, port: Path) -> Program:
    settings = folder / "gateway.toml"
    settings.write_text(
        'gateway = "pad-gateway"\nstore = "pad-store"\ndata_dir = "data"\n'
        f"[listen]\nport = {_free_port()}\n[broker]\nport = {_free_port()}\n"
        f'[[readers]]\nport = "{port}"\ndriver = "pad"\nname = "{DEVICE}"\ntill = "4"\n'
        "lockout_s = 0\n",
        encoding="utf-8",
    )
    arguments = [sys.executable, "-m", "edge_gateway", "run", "--config", str(settings)]
    return Program("gateway", arguments, folder / "gateway.log", {})


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
