"""A whole chain as real programs on this machine: broker, HQ, gateways, kiosks, tills.

The demo shows it, and the acceptance tests break it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Protocol

from pwdlib import PasswordHash

from simulator import layout, tap_list
from simulator.broker import EmbeddedBroker, free_port
from simulator.keypad_line import KeypadLine
from simulator.layout import Layout, Ports, Sizes
from simulator.programs import Program, ProgramError, wait_until
from simulator.till_line import TillLine, last_number
from simulator.wire import Wire

# A cold start imports much and hashes a password; two slow cores share it among ten programs.
READY_WITHIN_SECONDS = 90.0
# Of kiosks: those keep a list of what was tapped, button boxes do not.
_TAPS_AT_HQ = "SELECT count(rating) FROM feedback WHERE channel <> 'keypad'"


class Broker(Protocol):
    """Any MQTT 5 broker on loopback."""

    port: int

    def start(self) -> object:
        """Accept connections."""

    def stop(self) -> None:
        """End it."""


class LocalChain:
    """Programs, wires and files of one simulated chain below `folder`."""

    def __init__(
        self,
        folder: Path,
        sizes: Sizes,
        *,
        seed: int,
        broker: Broker | None = None,
        usual_ports: bool = False,
    ) -> None:
        """Lay it out; `start` runs it. `usual_ports`: 8080 and on, where they are free."""
        self.folder = folder
        self.seed = seed
        self.broker: Broker = broker or EmbeddedBroker()
        self.broker.start()
        self.wires = [Wire(self.broker.port) for _ in range(sizes.stores)]
        self.ports = Ports(
            hq_broker=self.broker.port,
            store_brokers=tuple(wire.port for wire in self.wires),
            hq=free_port(8080 if usual_ports else None),
            boards=tuple(free_port(8081 + n if usual_ports else None) for n in range(sizes.stores)),
        )
        self.layout: Layout = layout.plan(folder, sizes, self.ports)
        self.hq = self._program("hq", "storeloop-hq", "serve", "--config", self.layout.hq_config)
        self.ingest = self._program(
            "ingest", "storeloop-hq", "ingest", "--config", self.layout.hq_config
        )
        self.gateways = [
            self._program(store.gateway, "storeloop-gateway", "run", "--config", store.config)
            for store in self.layout.stores
        ]
        self.kiosks: list[Program] = []
        self.tills: list[TillLine] = []
        self.keypads: list[KeypadLine] = []

    # --- starting ---

    def prepare(self, *, admin_password: str, pin: str) -> None:
        """Write every setting, make the database, its first account and its list of stores."""
        stores = layout.write_hq(self.layout, self.ports)
        config = ("--config", str(self.layout.hq_config))
        self._run(
            *("storeloop-hq", "account", "add", "admin", "--role", "admin", "--password-stdin"),
            *config,
            words=admin_password,
        )
        self._run("storeloop-hq", "import", str(stores), *config)
        keys = tomllib.loads(self._run("storeloop-hq", "keys", *config))
        pin_hash = PasswordHash.recommended().hash(pin)
        layout.write_stores(
            self.layout, self.ports, pin_hash, keys["hq_public_key"], keys["hq_verify_key"]
        )

    def publish_survey(self, file: Path) -> None:
        """Let every store have a survey from HQ; kiosks that run ask it within seconds."""
        config = ("--config", str(self.layout.hq_config))
        self._run("storeloop-hq", "survey", "publish", str(file), "--all", *config)

    def start(self) -> None:
        """Run HQ, ingest, tills and gateways, and return when all of them are ready."""
        self.hq.start()
        self.ingest.start()
        for number, store in enumerate(self.layout.stores):
            self.tills.append(TillLine(store.till_port, till=store.till, seed=self.seed + number))
            if store.keypad_port is not None:
                self.keypads.append(KeypadLine(store.keypad_port, seed=self.seed + number))
        for gateway in self.gateways:
            gateway.start()
        for till in self.tills:
            till.open()
        self._wait_for(self.hq, f"{self.layout.hq_url}/readyz")
        for gateway, store in zip(self.gateways, self.layout.stores, strict=True):
            self._wait_for(gateway, f"http://127.0.0.1:{store.board_port}/livez")

    def open_kiosks(self, *, think_seconds: float) -> None:
        """Open every kiosk with shoppers in front of it; return when all show their faces."""
        number = 0
        for store in self.layout.stores:
            for kiosk in store.kiosks:
                number += 1
                program = self._program(
                    kiosk.device,
                    "storeloop-sim",
                    *("kiosk", "--config", kiosk.config, "--seed", self.seed * 100 + number),
                    *("--taps", self.tap_file(kiosk.device), "--think", think_seconds),
                    *(("--receipts", last_number(store.till_port)) if kiosk.at_till else ()),
                )
                program.start()
                self.kiosks.append(program)
        for program in self.kiosks:
            file = self.tap_file(program.name)
            self._wait(program, file.exists)
        for keypad in self.keypads:
            keypad.open()

    def close_doors(self) -> None:
        """Let shoppers finish their visit and nobody new begin one."""
        for keypad in self.keypads:
            keypad.rest()
        for kiosk in self.kiosks:
            kiosk.signal(signal.SIGUSR1)

    def send_in_need(self) -> None:
        """Let the next shopper at the first kiosk be one who reports something urgent."""
        self.kiosks[0].signal(signal.SIGUSR2)

    def stop(self) -> None:
        """End every program cleanly, the kiosks first."""
        for till in self.tills:
            till.close()
        for keypad in self.keypads:
            keypad.close()
        for program in [*self.kiosks, *self.gateways, self.ingest, self.hq]:
            program.stop()
        for wire in self.wires:
            wire.close()
        self.broker.stop()

    def __enter__(self) -> LocalChain:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    # --- faults ---

    def cut_wan(self) -> None:
        """Let no byte pass between any store and the broker."""
        for wire in self.wires:
            wire.cut()

    def mend_wan(self) -> None:
        """Let bytes pass again."""
        for wire in self.wires:
            wire.mend()

    @property
    def wan_is_cut(self) -> bool:
        """Whether the stores are cut off."""
        return any(wire.is_cut for wire in self.wires)

    # --- what is known ---

    def tap_file(self, device: str) -> Path:
        """Return where the shoppers in front of a kiosk keep their list."""
        return self.folder / "taps" / f"{device}.jsonl"

    def taps(self) -> dict[str, tap_list.Tap]:
        """Return all that shoppers tapped, by response id."""
        return tap_list.read(sorted((self.folder / "taps").glob("*.jsonl")))

    def rows(self) -> list[tap_list.Row]:
        """Return all that HQ holds."""
        config = str(self.layout.hq_config)
        return tap_list.parse_rows(
            self._run("storeloop-hq", "export-feedback", "--config", config).encode()
        )

    def count_at_hq(self) -> int:
        """Return how many taps HQ's database holds, without starting a program to ask it."""
        file = self.layout.hq_config.parent / "data" / "hq.sqlite3"
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            row = database.execute(_TAPS_AT_HQ).fetchone()
        return int(row[0])

    def verdict(self) -> tap_list.Verdict:
        """Compare the shoppers' list with HQ."""
        return tap_list.compare(self.taps(), self.rows())

    def check_programs(self) -> None:
        """Raise ProgramError when a program has ended by itself."""
        for program in [self.hq, self.ingest, *self.gateways, *self.kiosks]:
            if not program.running:
                raise ProgramError(f"{program.name} ended:\n{program.last_words()}")

    # --- inside ---

    def _program(self, name: str, program: str, *arguments: object) -> Program:
        environment = {"PYTHONUNBUFFERED": "1"}
        if program == "storeloop-sim" and not display():
            environment["SDL_VIDEODRIVER"] = "offscreen"
        return Program(
            name,
            [installed(program), *map(str, arguments)],
            self.folder / "logs" / f"{name}.log",
            environment,
        )

    def _run(self, program: str, *arguments: str, words: str = "") -> str:
        done = subprocess.run(
            [installed(program), *arguments],
            input=words,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,  # Ctrl-C is for us
        )
        if done.returncode != 0:
            raise ProgramError(f"{program} {arguments[0]}: {done.stderr.strip()}")
        return done.stdout

    def _wait_for(self, program: Program, url: str) -> None:
        self._wait(program, lambda: _answers(url))

    def _wait(self, program: Program, ready: Callable[[], bool]) -> None:
        def ended_or_ready() -> bool:
            if not program.running:
                raise ProgramError(f"{program.name} did not start:\n{program.last_words()}")
            return ready()

        wait_until(ended_or_ready, program.name, READY_WITHIN_SECONDS)


def installed(program: str) -> str:
    """Return the path of one of our programs, beside the Python that runs this."""
    return str(Path(sys.executable).with_name(program))


def display() -> bool:
    """Whether kiosks can open windows that a person sees."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 (our own loopback)
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
