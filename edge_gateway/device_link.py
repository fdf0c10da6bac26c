"""A device's WebSocket: who it is, its frames in, ours out."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from edge_gateway import events as ev
from edge_gateway.devices import Devices
from edge_gateway.runner import Runner
from edge_gateway.settings import Device
from protocols import wire
from protocols.errors import MessageError, NewerKind
from protocols.messages import Batch, CaseAsked, DeviceState, Offer, Refused

logger = logging.getLogger(__name__)

POLICY_VIOLATION, NOT_BINARY, TRY_LATER = 1008, 1003, 1013
# A device that does not read its answers is cut off rather than remembered.
MOST_ANSWERS_WAITING = 2_000
# A device whose frames are all there already lets the others have the loop after so many.
FRAMES_AT_A_TIME = 16
_NOBODY = "0" * 64


class DeviceConnection:
    """One open WebSocket."""

    def __init__(self, socket: WebSocket, device: str, secret_hash: str = "") -> None:
        self.device = device
        self.secret_hash = secret_hash
        """Of the token that it came in with."""
        self._socket = socket
        self._outgoing: asyncio.Queue[bytes | int] = asyncio.Queue()
        self._closing = False
        self._most_waiting: int | None = None

    def greeted(self) -> None:
        """Bound what waits from now on: what a device is told at first is no fault of its own."""
        self._most_waiting = self._outgoing.qsize() + MOST_ANSWERS_WAITING

    def send(self, payload: bytes) -> None:
        """Queue bytes; a device that reads nothing is closed."""
        if self._closing:
            return
        if self._most_waiting is not None and self._outgoing.qsize() >= self._most_waiting:
            self.refuse("you do not read what is sent", TRY_LATER)
            return
        self._outgoing.put_nowait(payload)

    def refuse(self, why: str, code: int) -> None:
        """Say why, then close."""
        if not self._closing:
            self._closing = True
            logger.debug("device=%s closed: %s", self.device, why)
            self._outgoing.put_nowait(wire.encode(Refused(why=why[:200])))
            self._outgoing.put_nowait(code)

    async def run(self, runner: Runner) -> None:
        """Carry frames both ways until either side ends."""
        sending = asyncio.create_task(self._send_all())
        receiving = asyncio.create_task(self._receive_all(runner))
        try:
            await asyncio.wait((sending, receiving), return_when=asyncio.FIRST_COMPLETED)
            if receiving.done() and self._closing:
                await asyncio.wait((sending,), timeout=1.0)
        finally:
            for task in (sending, receiving):
                task.cancel()
            await asyncio.gather(sending, receiving, return_exceptions=True)

    async def _send_all(self) -> None:
        while True:
            item = await self._outgoing.get()
            try:
                if isinstance(item, int):
                    await self._socket.close(item)
                    return
                await self._socket.send_bytes(item)
            except (WebSocketDisconnect, RuntimeError):  # it went away meanwhile
                return

    async def _receive_all(self, runner: Runner) -> None:
        taken = 0
        while not self._closing:
            frame = await self._socket.receive()
            if frame["type"] == "websocket.disconnect":
                return
            await runner.turns.mine()
            self._take(runner, frame.get("bytes"))
            runner.turns.next()
            taken += 1
            if taken % FRAMES_AT_A_TIME == 0:
                await asyncio.sleep(0)

    def _take(self, runner: Runner, payload: bytes | None) -> None:
        if payload is None:
            self._malformed(runner, "only binary frames are understood", NOT_BINARY)
            return
        try:
            event = _event(self.device, payload)
        except NewerKind:  # of a kiosk that was updated first; the rest of what it says counts
            runner.counts["newer_kind"] += 1
            return
        except MessageError as error:
            self._malformed(runner, str(error), POLICY_VIOLATION)
            return
        if isinstance(event, ev.BatchArrived):
            runner.hand_over(event)
        else:
            runner.post(event)

    def _malformed(self, runner: Runner, why: str, code: int) -> None:
        runner.post(ev.MalformedArrived(self.device, why))
        self.refuse(why, code)


def _event(device: str, payload: bytes) -> ev.Event:
    match wire.decode(payload):
        case Batch() as batch:
            return ev.BatchArrived(device, batch)
        case Offer() as offer:
            return ev.OfferArrived(device, offer)
        case DeviceState() as state:
            return ev.DeviceStateArrived(device, state)
        case CaseAsked() as asked:
            return ev.CaseAskedArrived(device, asked)
        case other:
            return ev.UnexpectedArrived(device, type(other).__name__)


def drop_strangers(runner: Runner, devices: Devices) -> None:
    """Close the links of devices whose token counts no more."""
    for device, connection in list(runner.connections.items()):
        if isinstance(connection, DeviceConnection):
            known = devices.get(device)
            if known is None or known.secret_hash != connection.secret_hash:
                connection.refuse("this device is to be set up again", POLICY_VIOLATION)


def router(runner: Runner, devices: Devices) -> APIRouter:
    """Return the WebSocket route."""
    routes = APIRouter()

    @routes.websocket("/devices/{device}")
    async def connect(socket: WebSocket, device: str) -> None:
        if not _knows(devices.get(device), socket.headers.get("authorization", "")):
            runner.counts["bad_token"] += 1
            await socket.close(POLICY_VIOLATION)  # before accept: HTTP 403
            return
        await socket.accept()
        known = devices.get(device)
        connection = DeviceConnection(socket, device, known.secret_hash if known else "")
        former = runner.connections.get(device)
        if isinstance(former, DeviceConnection):
            former.refuse("a newer connection of this device took over", POLICY_VIOLATION)
        runner.connections[device] = connection
        runner.counts["device_connection"] += 1
        runner.post(ev.DeviceConnected(device))
        connection.greeted()
        try:
            await connection.run(runner)
        finally:
            if runner.connections.get(device) is connection:
                del runner.connections[device]
                runner.post(ev.DeviceLost(device))

    return routes


def _knows(device: Device | None, authorization: str) -> bool:
    kind, _, token = authorization.partition(" ")
    presented = hashlib.sha256(token.strip().encode()).hexdigest()
    # Always compared, so that the time taken does not tell which ids exist.
    right = hmac.compare_digest(presented, _NOBODY if device is None else device.secret_hash)
    return right and device is not None and kind.lower() == "bearer"
