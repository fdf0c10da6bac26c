"""A lean WebSocket client: sends frames that were built before the clock started.

A store's kiosks have a processor each; here they share one with what is measured, so they must
cost as little as can be. Client frames carry the mask 0, which changes no byte (RFC 6455 §5.3).
"""

from __future__ import annotations

import asyncio
import base64
import os
import struct
from collections.abc import Callable

_BINARY, _CLOSE, _PING, _PONG = 0x2, 0x8, 0x9, 0xA
_HEAD_ENDS = b"\r\n\r\n"


class SocketRefusedError(Exception):
    """The server did not take the connection."""


def frame(payload: bytes, kind: int = _BINARY) -> bytes:
    """Return a whole client frame around a payload."""
    size = len(payload)
    first = 0x80 | kind
    if size < 126:
        head = struct.pack("!BB", first, 0x80 | size)
    elif size < 65_536:
        head = struct.pack("!BBH", first, 0xFE, size)
    else:
        head = struct.pack("!BBQ", first, 0xFF, size)
    return head + b"\0\0\0\0" + payload


class Socket(asyncio.Protocol):
    """One open WebSocket; `hear` gets each binary message."""

    def __init__(self, request: bytes, hear: Callable[[bytes], None]) -> None:
        """Use `connect` instead."""
        self._request = request
        self._hear = hear
        self._rest = b""
        self._open = False
        self._transport: asyncio.Transport | None = None
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def send(self, whole_frame: bytes) -> None:
        """Send a frame that `frame` made."""
        assert self._transport is not None
        self._transport.write(whole_frame)

    def close(self) -> None:
        """End the connection."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the WebSocket."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def connection_lost(self, _error: Exception | None) -> None:
        """Tell who waits."""
        if not self.opened.done():
            self.opened.set_exception(SocketRefusedError("closed before it opened"))
        if not self.lost.done():
            self.lost.set_result(None)

    def data_received(self, data: bytes) -> None:
        """Cut bytes into messages."""
        data = self._rest + data
        at = 0 if self._open else self._answered(data)
        while at is not None and (cut := _cut(data, at)):
            kind, start, end = cut
            self._take(kind, data[start:end])
            at = end
        self._rest = data if at is None else data[at:]

    def _answered(self, data: bytes) -> int | None:
        head, ends, _ = data.partition(_HEAD_ENDS)
        if not ends:
            return None
        if not head.startswith(b"HTTP/1.1 101"):
            self.opened.set_exception(SocketRefusedError(head.splitlines()[0].decode()))
            return None
        self._open = True
        self.opened.set_result(None)
        return len(head) + len(_HEAD_ENDS)

    def _take(self, kind: int, payload: bytes) -> None:
        if kind == _BINARY:
            self._hear(payload)
        elif kind == _PING:
            self.send(frame(payload, _PONG))


def _cut(data: bytes, at: int) -> tuple[int, int, int] | None:
    """Return kind, start and end of the frame at `at`; None when it is not whole."""
    if len(data) < at + 2:
        return None
    size, start = data[at + 1], at + 2
    if size == 126:
        start += 2
    elif size == 127:
        start += 8
    if len(data) < start:
        return None
    if size > 125:
        size = int.from_bytes(data[at + 2 : start], "big")
    end = start + size
    return (data[at] & 0xF, start, end) if len(data) >= end else None


async def connect(port: int, path: str, token: str, hear: Callable[[bytes], None]) -> Socket:
    """Open a WebSocket to a program on this machine; SocketRefusedError when it declines."""
    key = base64.b64encode(os.urandom(16)).decode()
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
        f"Authorization: Bearer {token}\r\n\r\n"
    ).encode()
    loop = asyncio.get_running_loop()
    _, socket = await loop.create_connection(lambda: Socket(request, hear), "127.0.0.1", port)
    await socket.opened
    return socket
