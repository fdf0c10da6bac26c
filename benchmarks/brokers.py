"""The broker of a benchmark: Debian's Mosquitto where it is installed, else the embedded one."""

from __future__ import annotations

import getpass
import shutil
import socket
from pathlib import Path
from typing import Protocol

from simulator.broker import EmbeddedBroker, free_port
from simulator.programs import Program, wait_until

MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin")

# As deploy/mosquitto, but for TLS and the access list; deep queues, so that a figure shows the
# programs and not a broker that drops.
_CONFIG = """\
# Else it would change its user, and no longer end with this program.
user {user}
listener {port} 127.0.0.1
allow_anonymous true
persistence false
max_inflight_messages 200
max_queued_messages 100000
set_tcp_nodelay true
log_type error
"""


class Broker(Protocol):
    """Any MQTT 5 broker on loopback."""

    port: int

    def start(self) -> object:
        """Accept connections."""

    def stop(self) -> None:
        """End it."""


class Mosquitto:
    """A Mosquitto that keeps nothing on disk: delivery does not trust a broker (D4)."""

    def __init__(self, folder: Path) -> None:
        """Prepare it on a free port."""
        self.port = free_port()
        config = folder / f"mosquitto-{self.port}.conf"
        config.parent.mkdir(parents=True, exist_ok=True)
        config.write_text(_CONFIG.format(port=self.port, user=getpass.getuser()))
        log = config.with_suffix(".log")
        self.program = Program("mosquitto", [MOSQUITTO or "mosquitto", "-c", str(config)], log, {})

    def start(self) -> Mosquitto:
        """Return when it accepts connections."""
        self.program.start()
        wait_until(self._listens, "mosquitto", 20)
        return self

    def stop(self) -> None:
        """End it cleanly."""
        self.program.stop()

    def kill(self) -> None:
        """End it with kill -9."""
        self.program.kill()

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def broker(folder: Path) -> Mosquitto | EmbeddedBroker:
    """Return a broker that is not started yet."""
    return Mosquitto(folder) if MOSQUITTO else EmbeddedBroker()


def process_of(running: Broker) -> dict[str, int]:
    """Return the broker's process by name; none when it lives in this one."""
    return {"broker": running.program.pid} if isinstance(running, Mosquitto) else {}
