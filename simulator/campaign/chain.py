"""The chain of one run: kiosks, gateway, broker and ingest as processes, and the wires between.

It starts, watches and ends them; what is done to them is `faults.py`, what they must have kept is
`run.py`. A program that ended by itself is started again, as systemd would.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from simulator import layout
from simulator.broker import is_free
from simulator.campaign import hq_rows, leftovers, saved_list, shifted_clock
from simulator.campaign.disks import LoopDisk
from simulator.campaign.nursery import Birth, Nursery
from simulator.campaign.plan import Plan
from simulator.campaign.saved_list import SavedRevision
from simulator.campaign.template import Template
from simulator.layout import Layout, Ports, Sizes
from simulator.programs import Process, Program, wait_until
from simulator.wire import Wire

MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin")
_MODULES = {"hq": "hq_server", "gateway": "edge_gateway", "sim": "simulator"}
_OUTBOX = "outbox.db"
_AUDIT_WITHIN_SECONDS = 60.0


class Unit(Program):
    """A program of the chain that comes back when it ended by itself."""

    at_our_death = "KILL"  # a frozen one hears nothing else

    def __init__(
        self, name: str, arguments: Sequence[str], log: Path, environment: Mapping[str, str]
    ) -> None:
        """Describe it; `start` runs it."""
        super().__init__(name, arguments, log, environment)
        self.nursery: Nursery | None = None
        """Where it is born: its first argument is then a module, not a program."""
        self.wanted = False
        self.came_back = 0
        """How often it ended by itself and was started again."""

    def start(self) -> None:
        """Run it from now on."""
        self.wanted = True
        super().start()
        assert self._process is not None  # noqa: S101 (just started)
        leftovers.note(self.log.parent.parent, self.name, self._process.pid)

    def _spawn(self, arguments: Sequence[str], environment: Mapping[str, str]) -> Process:
        if self.nursery is None:
            return super()._spawn(arguments, environment)
        module, *rest = arguments
        return self.nursery.start(
            Birth(
                module=module,
                arguments=tuple(rest),
                log=str(self.log),
                environment=dict(environment),
            )
        )

    def kill(self) -> None:
        """End it as a power cut would; it stays down until `start`."""
        self.wanted = False
        super().kill()

    def freeze(self) -> None:
        """Let it stand still, with all it holds."""
        self.signal(signal.SIGSTOP)

    @property
    def frozen(self) -> bool:
        """Whether it stands still."""
        if not self.running:
            return False
        state = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii", errors="replace")
        return state.rpartition(")")[2].split()[0] == "T"

    def thaw(self) -> None:
        """Let it go on."""
        self.signal(signal.SIGCONT)

    def tend(self) -> None:
        """Start it again when it ended by itself."""
        if self.wanted and not self.running:
            self.came_back += 1
            self.start()


class Chain:
    """One chain in one folder. `open` starts it, `close` ends all of it."""

    def __init__(
        self, folder: Path, plan: Plan, template: Template, nursery: Nursery, first_port: int
    ) -> None:
        """Write its files; nothing runs yet. Ports from `first_port` on are its own."""
        self.folder = folder
        self._nursery = nursery
        self.plan = plan
        self.disks: list[LoopDisk] = []
        self._template = template
        self._ports = (port for port in range(first_port, first_port + 16) if is_free(port))
        self.broker_port, board = next(self._ports), next(self._ports)
        self.lan = Wire(board)
        self.wan = Wire(self.broker_port)
        self.hq_line = Wire(self.broker_port)
        sizes = Sizes(stores=1, kiosks=plan.kiosks)
        ports = Ports(
            hq_broker=self.hq_line.port,
            store_brokers=(self.wan.port,),
            hq=next(self._ports),
            boards=(board,),
        )
        self.layout: Layout = layout.plan(folder, sizes, ports)
        layout.write_hq(self.layout, ports)
        layout.write_stores(
            self.layout, ports, template.pin_hash, template.public_key, template.verify_key
        )
        self.hq_data = self.layout.hq_config.parent / "data"
        shutil.copytree(template.hq_data, self.hq_data)
        self._database_url = template.new_database(plan)
        self.rows = hq_rows.HqRows(self._database_url or str(self.hq_data / "hq.sqlite3"))
        self._environment: dict[str, dict[str, str]] = {}
        self._clocks: dict[str, Path] = {}
        self.broker: Unit = self._broker("broker", self.broker_port)
        self.brokers: list[Unit] = []
        """Further ones, where a fault wants them."""
        self.ingests: list[Unit] = []
        self.gateway: Unit
        self.ingest: Unit
        self.kiosks: list[Unit] = []
        self.opened = False

    # --- before it opens ---

    def set_for(self, unit: str, **environment: object) -> None:
        """Override settings of "kiosk-1", "gateway" or "ingest" by its environment."""
        mine = self._environment.setdefault(unit, {})
        mine.update({key: str(value) for key, value in environment.items()})

    def give_disk(self, unit: str, *, megabytes: int) -> LoopDisk:
        """Put what a program keeps on a disk of its own."""
        disk = LoopDisk(self.data_dir(unit), megabytes=megabytes)
        self.disks.append(disk)
        return disk

    def give_clock(self, unit: str) -> Path:
        """Give a program a wall clock of its own; return the file that moves it."""
        self._clocks[unit] = self.folder / f"{unit}.clock"
        return self._clocks[unit]

    def add_ingest(self) -> None:
        """Let another ingest process share HQ's work."""
        name = f"ingest-{len(self.ingests) + 2}"
        for each in ("ingest", name):
            self.set_for(each, STORELOOP_HQ_INGEST__NAME=each)
        self.ingests.append(self._ingest(name))

    def add_broker(self) -> None:
        """Let there be another broker, which knows nothing of the first."""
        port = next(self._ports)
        self.brokers.append(self._broker(f"broker-{len(self.brokers) + 2}", port))
        others = json.dumps([f"127.0.0.1:{port}"])
        self.set_for("gateway", STORELOOP_GATEWAY_BROKER__OTHERS=others)
        self.set_for("ingest", STORELOOP_HQ_BROKER__OTHERS=others)

    def open(self) -> None:
        """Start everything at once; who is early tries again, as in a store after a power cut."""
        self.ingest = self._ingest("ingest")
        store = self.layout.stores[0]
        self.gateway = self._unit("gateway", "gateway", "run", "--config", store.config)
        for number, kiosk in enumerate(store.kiosks, start=1):
            name = f"kiosk-{number}"
            self.kiosks.append(
                self._unit(
                    name,
                    *("sim", "silent-kiosk", "--config", kiosk.config),
                    *("--seed", self.plan.chance(name).randrange(2**31)),
                    *("--saved", self.saved_file(name), "--every", self.plan.every_seconds),
                )
            )
        self.opened = True
        for unit in self.units:
            unit.start()

    # --- what is there ---

    @property
    def units(self) -> list[Unit]:
        """Every program of the chain."""
        first = [self.broker, self.ingest, self.gateway]
        return [*first, *self.kiosks, *self.ingests, *self.brokers]

    def unit(self, name: str) -> Unit:
        """Return a program by its name."""
        return next(unit for unit in self.units if unit.name == name)

    @property
    def gateway_id(self) -> str:
        """The gateway's name at HQ."""
        return self.layout.stores[0].gateway

    def data_dir(self, unit: str) -> Path:
        """Return the folder in which a program keeps what must not be lost."""
        store = self.layout.stores[0].config.parent
        return self.hq_data if unit == "ingest" else store / unit

    def outbox(self, unit: str) -> Path:
        """Return the outbox of a kiosk or of the gateway."""
        return self.data_dir(unit) / _OUTBOX

    def saved_file(self, kiosk: str) -> Path:
        """Return where the shoppers at a kiosk keep their list."""
        return self.folder / "saved" / f"{kiosk}.jsonl"

    def saved(self) -> list[SavedRevision]:
        """Return all that kiosks said to have saved."""
        return saved_list.read(sorted((self.folder / "saved").glob("*.jsonl")))

    def listed(self) -> dict[str, int]:
        """Return how many revisions shoppers saw saved, by device."""
        return {
            kiosk.device: len({(each.response, each.rev) for each in saved_list.read([saved])})
            for number, kiosk in enumerate(self.layout.stores[0].kiosks, start=1)
            if (saved := self.saved_file(f"kiosk-{number}")).exists()
        }

    def own_streams(self) -> dict[hq_rows.StreamKey, int]:
        """Return the highest seq of every stream that kiosks and gateway made."""
        heads: dict[hq_rows.StreamKey, int] = {}
        for name in ("gateway", *(kiosk.name for kiosk in self.kiosks)):
            heads |= hq_rows.own_streams(self.outbox(name))
        return heads

    def audit(self) -> tuple[int, str]:
        """Return the exit code and the words of `storeloop-hq audit --json`."""
        log, code = self.folder / "audit.json", self.folder / "audit.exit"
        arguments = ("audit", "--json", "--config", str(self.layout.hq_config))
        birth = Birth(
            module=_MODULES["hq"],
            arguments=arguments,
            log=str(log),
            environment=self._environment_of("ingest"),
            exit_file=str(code),
        )
        auditing = self._nursery.start(birth)
        wait_until(lambda: auditing.poll() is not None, "audit", _AUDIT_WITHIN_SECONDS)
        return int(code.read_text(encoding="ascii")), log.read_text(encoding="utf-8")

    # --- while it runs ---

    def tend(self) -> None:
        """Start again what ended by itself."""
        for unit in self.units:
            unit.tend()

    def heal(self) -> None:
        """End every fault: wires carry, programs run, disks have room, clocks go right."""
        for wire in (self.lan, self.wan, self.hq_line):
            wire.mend()
        for disk in self.disks:
            disk.free()
        for unit in self.units:
            unit.thaw()
            if not unit.running:
                unit.start()

    def close_doors(self) -> None:
        """Let nobody new come to a kiosk."""
        for kiosk in self.kiosks:
            kiosk.signal(signal.SIGUSR1)

    def rush(self, kiosks: Sequence[Unit]) -> None:
        """Begin, or end, a rush at these kiosks, of shoppers who all write long notes."""
        for kiosk in kiosks:
            kiosk.signal(signal.SIGUSR2)

    def close(self) -> None:
        """End everything at once, and give disks and database back."""
        for unit in self.units if self.opened else []:
            unit.thaw()
            unit.kill()
        for wire in (self.lan, self.wan, self.hq_line):
            wire.close()
        for disk in self.disks:
            disk.close()
        self._template.drop_database(self.plan)

    def __enter__(self) -> Chain:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # --- inside ---

    def _ingest(self, name: str) -> Unit:
        return self._unit(name, "hq", "ingest", "--config", self.layout.hq_config)

    def _unit(self, name: str, program: str, *arguments: object) -> Unit:
        unit = Unit(
            name,
            [*self._through(name), _MODULES[program], *map(str, arguments)],
            self.folder / "logs" / f"{name}.log",
            self._environment_of(name),
        )
        unit.nursery = self._nursery
        return unit

    def _through(self, name: str) -> list[str]:
        """Return what a program is run by, when something of it is spoilt on purpose."""
        if self.plan.sabotage:
            return ["simulator.campaign.sabotage", self.plan.sabotage]
        if name in self._clocks:
            return [shifted_clock.__name__, str(self._clocks[name])]
        return []

    def _environment_of(self, name: str) -> dict[str, str]:
        environment = {"PYTHONUNBUFFERED": "1", **self._environment.get(name, {})}
        if name == "gateway":
            environment["STORELOOP_GATEWAY_READERS"] = "[]"
        elif name.startswith("ingest") and self._database_url:
            environment["STORELOOP_HQ_DATABASE_URL"] = self._database_url
        elif name.startswith("kiosk"):
            environment["STORELOOP_KIOSK_GATEWAY_URL"] = f"ws://127.0.0.1:{self.lan.port}"
        return {**os.environ, **environment}

    def _broker(self, name: str, port: int) -> Unit:
        log = self.folder / "logs" / f"{name}.log"
        if MOSQUITTO is None:
            command = [sys.executable, "-m", _MODULES["sim"], "broker"]
            return Unit(name, [*command, "--port", str(port)], log, os.environ)
        config = self.folder / f"{name}.conf"
        config.write_text(
            f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n",
            encoding="ascii",
        )
        return Unit(name, [MOSQUITTO, "-c", str(config)], log, os.environ)
