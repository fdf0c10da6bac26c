"""A connector of thingsboard-gateway, copied into its environment: hands numbered events over.

An event counts as accepted when `send_to_storage` says SUCCESS; the count outlives the process.
"""

from __future__ import annotations

import mmap
import struct
import threading
import time
from pathlib import Path
from typing import Any

from thingsboard_gateway.connectors.connector import (  # type: ignore[import-not-found]
    Connector,
)
from thingsboard_gateway.gateway.constant_enums import (  # type: ignore[import-not-found]
    Status,
)
from thingsboard_gateway.gateway.entities.converted_data import (  # type: ignore[import-not-found]
    ConvertedData,
)
from thingsboard_gateway.gateway.entities.datapoint_key import (  # type: ignore[import-not-found]
    DatapointKey,
)
from thingsboard_gateway.gateway.entities.telemetry_entry import (  # type: ignore[import-not-found]
    TelemetryEntry,
)

_NUMBER, _EVENT = DatapointKey("n"), DatapointKey("event")


class BenchConnector(Connector):  # type: ignore[misc]
    """Feeds from its own thread, as fast as events are accepted or at a rate."""

    def __init__(self, gateway: Any, config: dict[str, Any], connector_type: str) -> None:
        """Take `events`, `rate` (0: as fast as can be), `event` and the two files."""
        self._gateway = gateway
        self._config = config
        self._type = connector_type
        self._stopped = False
        self.name = str(config.get("name", "bench"))
        self._thread = threading.Thread(target=self._run, name="bench", daemon=True)

    def open(self) -> None:
        """Start feeding once the file says so."""
        self._thread.start()

    def close(self) -> None:
        """Feed no more."""
        self._stopped = True

    def _run(self) -> None:
        go = Path(self._config["go_file"])
        while not go.exists():
            time.sleep(0.02)
        with Path(self._config["count_file"]).open("r+b") as file:
            counted = mmap.mmap(file.fileno(), 8)
            self._feed(counted)

    def _feed(self, counted: mmap.mmap) -> None:
        rate, event = float(self._config["rate"]), str(self._config["event"])
        began, accepted = time.monotonic(), 0
        from_ms = time.time_ns() // 1_000_000
        for number in range(int(self._config["events"])):
            if rate and (left := began + number / rate - time.monotonic()) > 0:
                time.sleep(left)
            entry = ConvertedData(device_name=f"device-{number % 20}", device_type="kiosk")
            # Its own millisecond for each: what a device says at one and the same is merged.
            at_ms = from_ms + number
            entry.add_to_telemetry(TelemetryEntry({_NUMBER: number, _EVENT: event}, at_ms))
            said = self._gateway.send_to_storage(self.name, self.get_id(), entry)
            accepted += said == Status.SUCCESS
            counted[:8] = struct.pack("<q", accepted)
            if self._stopped:
                return

    def get_id(self) -> Any:
        """Return the id that the gateway gave."""
        return self._config.get("id")

    def get_name(self) -> str:
        """Return the name."""
        return self.name

    def get_type(self) -> str:
        """Return the type."""
        return self._type

    def get_config(self) -> dict[str, Any]:
        """Return the settings."""
        return self._config

    def is_connected(self) -> bool:
        """Whether there is something to read from: always."""
        return True

    def is_stopped(self) -> bool:
        """Whether it was closed."""
        return self._stopped

    def on_attributes_update(self, content: Any) -> None:
        """Take no attributes."""

    def server_side_rpc_handler(self, content: Any) -> None:
        """Take no calls."""
