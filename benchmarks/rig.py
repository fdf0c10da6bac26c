"""Real programs for a benchmark: gateways, and HQ with its ingest processes."""

from __future__ import annotations

import subprocess
import urllib.request
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.echo import client
from protocols import topics, wire
from protocols.messages import HqState
from simulator.broker import free_port
from simulator.local_chain import installed
from simulator.programs import Program, ProgramError, wait_until

TOKEN = "a token of the benchmark"  # noqa: S105 (of a device that lives for a minute)
_READY_S = 60.0


class GatewayRig:
    """One real gateway."""

    def __init__(
        self,
        folder: Path,
        gateway: str,
        broker_port: int,
        devices: Iterable[str],
        more: str = "",
    ) -> None:
        """Write its settings, `more` at their end; `start` runs it."""
        self.port = free_port()
        self.gateway = gateway
        self.store = f"store-of-{gateway}"
        self.folder = folder / gateway
        self.folder.mkdir(parents=True)
        config = self.folder / "gateway.toml"
        config.write_text(
            f'gateway = "{gateway}"\nstore = "{self.store}"\ndata_dir = "data"\n\n'
            f'[listen]\nhost = "127.0.0.1"\nport = {self.port}\n\n'
            f'[broker]\nhost = "127.0.0.1"\nport = {broker_port}\n'
            + "".join(f'\n[[devices]]\nid = "{name}"\ntoken = "{TOKEN}"\n' for name in devices)
            + more,
            encoding="utf-8",
        )
        self.program = _program(self.folder, "storeloop-gateway", "run", config)

    @property
    def outbox(self) -> Path:
        """Where the gateway keeps what HQ has not committed."""
        return self.folder / "data" / "outbox.db"

    def start(self) -> GatewayRig:
        """Return when it answers."""
        self.program.start()
        _wait(self.program, f"http://127.0.0.1:{self.port}/livez")
        return self

    def __enter__(self) -> GatewayRig:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.program.stop()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A store and its gateway, as HQ must know them."""

    store: str
    gateway: str


class HqRig:
    """HQ's database and any number of its ingest processes."""

    def __init__(
        self,
        folder: Path,
        broker_ports: Sequence[int],
        sites: Sequence[Site],
        *,
        database_url: str | None = None,
        ingests: int = 1,
    ) -> None:
        """Write its settings, and make its database with these sites."""
        self.folder = folder / "hq"
        self.folder.mkdir(parents=True)
        self.sqlite_file = self.folder / "data" / "hq.sqlite3"
        self._database_url = database_url
        self._broker_ports = list(broker_ports)
        configs = [self._write(number) for number in range(ingests)]
        stores = self.folder / "stores.toml"
        stores.write_text(
            "".join(
                f'[[stores]]\nid = "{site.store}"\nname = "{site.store}"\n\n'
                f'[[gateways]]\nid = "{site.gateway}"\nstore = "{site.store}"\n\n'
                for site in sites
            ),
            encoding="utf-8",
        )
        _do("storeloop-hq", "import", str(stores), "--config", str(configs[0]))
        self.ingests = [
            _program(self.folder, "storeloop-hq", "ingest", config) for config in configs
        ]

    def start(self) -> HqRig:
        """Start every ingest process; return when all have said that they take in."""
        for program in self.ingests:
            program.start()
        online: set[str] = set()

        def heard(_client: Any, _userdata: Any, message: Any) -> None:
            state = wire.decode(message.payload)
            if isinstance(state, HqState) and state.online:
                online.add(message.topic)

        def ready() -> bool:
            for program in self.ingests:
                if not program.running:
                    raise ProgramError(f"{program.name} did not start:\n{program.last_words()}")
            return len(online) >= len(self.ingests)

        listener = client(self._broker_ports[0], "bench-listener")
        listener.on_message = heard
        listener.subscribe(topics.hq_all(), qos=1)
        try:
            wait_until(ready, "ingest", _READY_S)
        finally:
            listener.disconnect()
            listener.loop_stop()
        return self

    def __enter__(self) -> HqRig:
        return self.start()

    def __exit__(self, *_: object) -> None:
        for program in self.ingests:
            program.stop()

    def _write(self, number: int) -> Path:
        config = self.folder / f"hq-{number}.toml"
        first, *others = self._broker_ports
        listed = ", ".join(f'"127.0.0.1:{port}"' for port in others)
        config.write_text(
            'data_dir = "data"\n'
            + (f'database_url = "{self._database_url}"\n' if self._database_url else "")
            + f'\n[broker]\nhost = "127.0.0.1"\nport = {first}\n'
            + (f"others = [{listed}]\n" if others else "")
            + f'\n[ingest]\nname = "ingest-{number}"\n',
            encoding="utf-8",
        )
        return config


def _program(folder: Path, program: str, command: str, config: Path) -> Program:
    return Program(
        f"{program} {config.stem}",
        [installed(program), command, "--config", str(config)],
        folder / f"{config.stem}.log",
        {"PYTHONUNBUFFERED": "1"},
    )


def _wait(program: Program, url: str) -> None:
    def ready() -> bool:
        if not program.running:
            raise ProgramError(f"{program.name} did not start:\n{program.last_words()}")
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 (our own loopback)
                return bool(answer.status == 200)
        except OSError:
            return False

    wait_until(ready, program.name, _READY_S)


def _do(*command: str) -> None:
    done = subprocess.run(
        [installed(command[0]), *command[1:]], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise ProgramError(f"{' '.join(command[:2])}: {done.stderr.strip()[-500:]}")
