"""An MQTT 5 broker in a child process, on loopback only: for the demo, tests and benchmarks.

It keeps nothing on disk and checks no access list, and need not: delivery does not trust a broker
(D4). A chain runs Mosquitto with deploy/mosquitto instead.
"""

from __future__ import annotations

import itertools
import secrets
import socket
import tempfile
from pathlib import Path
from types import TracebackType

from iotcore import Broker

# Below the range from which Linux takes ports for outgoing connections (32768 on), so that none
# of these is taken between the look and the use.
FIRST_PORT, LAST_PORT = 20_000, 32_000

_CONFIG = """\
id = 0

[router]
id = 0
max_connections = 2000
max_outgoing_packet_count = 200
max_segment_size = 104857600
max_segment_count = 10

[v5.1]
name = "v5-1"
listen = "127.0.0.1:{port}"
next_connection_delay_ms = 1

[v5.1.connections]
connection_timeout_ms = 10000
max_payload_size = 8388608
max_inflight_count = 100
dynamic_filters = true
"""


def free_port(wanted: int | None = None) -> int:
    """Return `wanted` if nobody listens there on loopback, else another free TCP port."""
    ports = itertools.chain(
        [] if wanted is None else [wanted],
        (FIRST_PORT + secrets.randbelow(LAST_PORT - FIRST_PORT) for _ in range(100)),
    )
    return next(port for port in ports if is_free(port))


def is_free(port: int) -> bool:
    """Return whether nobody listens on a port of loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


class EmbeddedBroker:
    """A broker on 127.0.0.1; ends with `stop`, or with this process however it ends."""

    def __init__(self, port: int | None = None) -> None:
        """Prepare a broker on `port`, or on a free one."""
        self.port = port or free_port()
        self._folder = tempfile.TemporaryDirectory(prefix="storeloop-broker-")
        config = Path(self._folder.name) / "broker.toml"
        config.write_text(_CONFIG.format(port=self.port))
        self._broker = Broker(config_path=str(config))

    def start(self) -> EmbeddedBroker:
        """Return when it accepts connections; OSError when the port is taken."""
        try:
            self._broker.start()
        except BaseException:  # Ctrl-C, too: the child must not look for settings that are gone
            self._broker.stop()
            raise
        return self

    def stop(self) -> None:
        """End it; what it held is gone."""
        self._broker.stop()

    def __enter__(self) -> EmbeddedBroker:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._folder.cleanup()
