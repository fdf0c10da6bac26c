"""A TCP wire that can be cut: a proxy on loopback between a program and its server.

A cut is a black hole, the fault that real lines show: nothing arrives, nobody is told. Runs its
own event loop in a thread, so that tests and the demo can cut it at any moment.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, TypeVar

T = TypeVar("T")

_CHUNK_BYTES = 64 * 1024


class Wire:
    """Forwards 127.0.0.1:`port` to 127.0.0.1:`to_port` until it is cut."""

    def __init__(self, to_port: int) -> None:
        """Listen on a free port at once."""
        self._to_port = to_port
        self._whole = threading.Event()
        self._whole.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="wire", daemon=True)
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._carry, "127.0.0.1", 0))
        self.port: int = self._server.sockets[0].getsockname()[1]

    @property
    def is_cut(self) -> bool:
        """Whether bytes vanish just now."""
        return not self._whole.is_set()

    def cut(self) -> None:
        """Let every byte vanish from now on, in both directions, without a word."""
        self._whole.clear()

    def mend(self) -> None:
        """Carry again; what stood during the cut is reset, as routers do."""
        if self.is_cut:
            self.reset()
            self._whole.set()

    def reset(self) -> None:
        """Break every connection at once; new ones are welcome."""
        self._do(self._break_all())

    def close(self) -> None:
        """End the wire and its thread."""
        self._server.close()
        self._do(self._break_all())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> Wire:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)

    async def _break_all(self) -> None:
        for writer in self._writers:
            _break(writer)
        self._writers.clear()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to_port)
        except OSError:
            _break(writer)
            return
        self._writers.add(far_writer)
        await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        self._writers -= {writer, far_writer}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):  # either end may vanish: that is what a wire is for
            while data := await reader.read(_CHUNK_BYTES):
                if self._whole.is_set():
                    writer.write(data)
                    await writer.drain()
        # Closed or reset: the other side hears of it, but not during a cut.
        if self._whole.is_set():
            writer.close()


def _break(writer: asyncio.StreamWriter) -> None:
    # Linger 0 makes the kernel send a reset instead of a polite end.
    linger = struct.pack("ii", 1, 0)
    with contextlib.suppress(OSError):  # closed already
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()
