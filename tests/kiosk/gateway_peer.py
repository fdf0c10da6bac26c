"""A gateway for tests: a real WebSocket server that keeps, loses and answers as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Event, Thread
from typing import Self

from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from protocols import wire
from protocols.delivery import Accept, Receiver
from protocols.messages import Batch, CaseAsked, DeviceState, HopMessage, Offer, Stored, Stream

TOKEN = "a-token-of-16-bytes"


class GatewayPeer:
    """Runs in its own thread; what it received may be read from any thread."""

    def __init__(self, *, port: int = 0, lose_after: int | None = None) -> None:
        """`lose_after`: cut the first link after that many batches, before answering."""
        self.port = port
        self.events: dict[Stream, list[bytes]] = {}
        self.states: list[DeviceState] = []
        self.asked: list[CaseAsked] = []
        self.links = 0
        self._receivers: dict[Stream, Receiver] = {}
        self._lose_after = lose_after
        self._batches = 0
        self._sockets: set[ServerConnection] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = Event()
        self._thread = Thread(target=self._loop.run_until_complete, args=(self._run(),))

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        self._loop.close()

    @property
    def url(self) -> str:
        """Where a device connects."""
        return f"ws://127.0.0.1:{self.port}"

    def say(self, message: HopMessage | bytes) -> None:
        """Send to every device, or any bytes at all."""
        payload = message if isinstance(message, bytes) else wire.encode(message)
        self._loop.call_soon_threadsafe(
            lambda: [self._loop.create_task(socket.send(payload)) for socket in self._sockets]
        )

    async def _run(self) -> None:
        self._stop = asyncio.Event()
        async with serve(
            self._serve, "127.0.0.1", self.port, process_request=self._admit
        ) as server:
            self.port = next(iter(server.sockets)).getsockname()[1]
            self._ready.set()
            await self._stop.wait()

    def _admit(self, _: ServerConnection, request: Request) -> Response | None:
        if request.headers.get("Authorization") == f"Bearer {TOKEN}":
            return None
        return Response(403, "Forbidden", Headers(), b"")

    async def _serve(self, socket: ServerConnection) -> None:
        self.links += 1
        self._sockets.add(socket)
        try:
            async for frame in socket:
                assert isinstance(frame, bytes)
                answer = self._answer(wire.decode(frame))
                if answer is _LOSE:
                    await socket.close(1011)
                elif answer is not None:
                    await socket.send(wire.encode(answer))  # type: ignore[arg-type]
        except ConnectionClosed:
            pass
        finally:
            self._sockets.discard(socket)

    def _answer(self, message: HopMessage) -> object:
        match message:
            case DeviceState():
                self.states.append(message)
            case CaseAsked():
                self.asked.append(message)
            case Offer():
                receiver = self._receivers.setdefault(message.stream, Receiver(0))
                return Stored(stream=message.stream, through=receiver.through, nonce=message.nonce)
            case Batch():
                return self._take(message)
        return None

    def _take(self, batch: Batch) -> object:
        self._batches += 1
        if self._batches == self._lose_after:
            return _LOSE
        verdict = self._receivers[batch.stream].arrived(batch.first, len(batch.events), batch.floor)
        if isinstance(verdict, Accept):
            self.events.setdefault(batch.stream, []).extend(batch.events[verdict.skip :])
        return Stored(stream=batch.stream, through=self._receivers[batch.stream].through)


_LOSE = object()


def wait_for(condition: Callable[[], bool], within_s: float = 15) -> None:
    """Return as soon as the condition holds; fail when it never does."""
    ticking = Event()
    for _ in range(int(within_s / 0.01)):
        if condition():
            return
        ticking.wait(0.01)
    raise AssertionError("it never happened")
