"""Debian's Mosquitto as the broker under test, without persistence, on loopback."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

import pytest

from simulator.broker import free_port
from simulator.programs import Program, wait_until

PROGRAM = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin")


class Mosquitto:
    """A broker that forgets everything when it is killed: delivery must not need it (D4)."""

    def __init__(self, folder: Path) -> None:
        if PROGRAM is None:
            pytest.skip("needs the Debian package mosquitto")
        self.port = free_port()
        config = folder / "mosquitto.conf"
        config.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence false\n"
        )
        log = folder / "logs" / "mosquitto.log"
        self.program = Program("mosquitto", [PROGRAM, "-c", str(config)], log, {})

    def start(self) -> None:
        self.program.start()
        wait_until(self._listens, "mosquitto", 20)

    def stop(self) -> None:
        self.program.stop()

    def kill(self) -> None:
        self.program.kill()

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0
