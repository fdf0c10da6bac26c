"""A proxy on loopback that counts the bytes it carries each way."""

from __future__ import annotations

import contextlib
import socket
import threading

_CHUNK_BYTES = 64 * 1024


class CountingWire:
    """Forwards 127.0.0.1:`port` to 127.0.0.1:`to_port`."""

    def __init__(self, to_port: int) -> None:
        """Listen on a free port at once."""
        self._to_port = to_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.up_bytes = self.down_bytes = 0
        self._run(self._listen)

    def close(self) -> None:
        """Take no more connections; those that stand end with their peers."""
        self._listener.close()

    def __enter__(self) -> CountingWire:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):  # the listener was closed
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._to_port))
                self._run(self._carry, near, far, True)
                self._run(self._carry, far, near, False)

    def _carry(self, from_: socket.socket, to: socket.socket, up: bool) -> None:
        with contextlib.suppress(OSError):  # either end may go first
            while carried := from_.recv(_CHUNK_BYTES):
                to.sendall(carried)
                if up:
                    self.up_bytes += len(carried)
                else:
                    self.down_bytes += len(carried)
            to.shutdown(socket.SHUT_WR)

    @staticmethod
    def _run(work: object, *arguments: object) -> None:
        threading.Thread(target=work, args=arguments, daemon=True).start()  # type: ignore[arg-type]
