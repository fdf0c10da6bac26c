"""thingsboard-gateway from PyPI in an environment of its own, and the server that it talks to."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks.errors import BenchmarkError
from simulator.local_chain import installed
from simulator.programs import Program

VERSION = "3.8.5"
_PACKAGE = "thingsboard-gateway"
_CONNECTOR = Path(__file__).with_name("thingsboard_connector.py")
_ASKS, _ANSWER = "v1/devices/me/rpc/request/", "v1/devices/me/rpc/response/"
_TELEMETRY = "v1/gateway/telemetry"
# What ThingsBoard says of its limits: none, and as many in flight as the gateway itself allows.
_LIMITS = {
    "maxPayloadSize": 65_536,
    "maxInflightMessages": 100,
    "rateLimits": {"messages": "", "telemetryMessages": "", "telemetryDataPoints": ""},
}


def environment(below: Path) -> Path:
    """Return the Python of an environment with the peer in it, made when it is not there yet."""
    folder = below / f"thingsboard-{VERSION}"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        uv = installed("uv")
        for command in (
            [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)],
            [uv, "pip", "install", "--quiet", "--python", str(python), f"{_PACKAGE}=={VERSION}"],
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise BenchmarkError(f"{_PACKAGE} cannot be installed: {done.stderr[-400:]}")
        (folder / "ready").touch()
    (packages,) = folder.glob("lib/python*/site-packages")
    extension = packages / "thingsboard_gateway" / "extensions" / "bench"
    extension.mkdir(exist_ok=True)
    shutil.copy(_CONNECTOR, extension / "bench_connector.py")
    return python


class ThingsBoardGateway:
    """One running peer, with its tuned SQLite storage."""

    def __init__(
        self, python: Path, folder: Path, port: int, *, events: int, rate: float, event: str
    ) -> None:
        """Write its settings; `rate` 0: as fast as it accepts."""
        self._go = folder / "go"
        self._count = folder / "accepted"
        for part in ("config", "data", "logs"):
            (folder / part).mkdir(parents=True)
        self._count.write_bytes(bytes(8))
        (shipped,) = python.parent.parent.glob("lib/python*/site-packages/thingsboard_gateway")
        shutil.copytree(shipped / "config", folder / "config", dirs_exist_ok=True)
        bench = {
            "events": events, "rate": rate, "event": event,
            "go_file": str(self._go), "count_file": str(self._count),
        }  # fmt: skip
        (folder / "config" / "bench.json").write_text(json.dumps(bench))
        settings = json.loads((shipped / "config" / "tb_gateway.json").read_text())
        settings["thingsboard"] |= {
            "host": "127.0.0.1", "port": port, "remoteConfiguration": False,
            "statistics": {"enable": False},
            "security": {"type": "accessToken", "accessToken": "bench"},
        }  # fmt: skip
        # Tuned: as shipped it reads 10 records at a time and is fourteen times as slow.
        settings["storage"] = {
            "type": "sqlite", "data_file_path": f"{folder}/data/", "max_read_records_count": 1000,
            "messages_ttl_check_in_hours": 1, "messages_ttl_in_days": 7,
        }  # fmt: skip
        settings["connectors"] = [
            {"type": "bench", "name": "bench", "configuration": "bench.json",
             "class": "BenchConnector"},
        ]  # fmt: skip
        (folder / "config" / "tb_gateway.json").write_text(json.dumps(settings))
        self.program = Program(
            _PACKAGE,
            ["env", "-C", str(folder), str(python), "-m", "thingsboard_gateway.tb_gateway"],
            folder / "peer.log",
            {"TB_GW_CONFIG_DIR": str(folder / "config")},
        )

    @property
    def accepted(self) -> int:
        """How many events it said to have taken."""
        return int(struct.unpack("<q", self._count.read_bytes()[:8])[0])

    def feed(self) -> None:
        """Let the connector begin."""
        self._go.touch()

    def __enter__(self) -> ThingsBoardGateway:
        self.program.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.program.kill()  # it does not always end when asked


def thingsboard(port: int, parent: Connection) -> None:
    """Play ThingsBoard; answer each word with (distinct events, when the last one came)."""
    server = _Server(port)
    parent.send("ready")
    while True:
        if parent.poll(0.5):
            word = parent.recv()
            parent.send(server.linked if word == "linked" else (len(server.seen), server.last_at))


class _Server:
    def __init__(self, port: int) -> None:
        self.seen: set[int] = set()
        self.last_at = 0.0
        self.linked = False
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="thingsboard")
        self._client.on_message = self._on_message
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        self._client.subscribe([(f"{_ASKS}+", 1), ("v1/gateway/#", 1)])

    def _on_message(self, _client: Any, _userdata: Any, message: Any) -> None:
        if message.topic.startswith(_ASKS):
            self.linked = True
            answer = _ANSWER + message.topic.removeprefix(_ASKS)
            self._client.publish(answer, json.dumps(_LIMITS), qos=1)
        elif message.topic == _TELEMETRY:
            before = len(self.seen)
            for entries in json.loads(message.payload).values():
                self.seen.update(entry["values"]["n"] for entry in entries)
            if len(self.seen) > before:
                self.last_at = time.monotonic()
