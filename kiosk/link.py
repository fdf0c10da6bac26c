"""The kiosk's link to its gateway: one WebSocket, opened again whenever it is lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException

from kiosk.clock import MachineClock
from kiosk.streams import Streams
from protocols import wire
from protocols.errors import MessageError
from protocols.messages import (
    Alarm,
    Asking,
    Brief,
    CaseAsked,
    CaseTold,
    CodesGranted,
    Committed,
    HopMessage,
    Instruction,
    Refused,
    Stored,
)

logger = logging.getLogger(__name__)

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
STATE_EVERY_S = 30.0
# A gateway on the same LAN answers in milliseconds; a dead one must be noticed within a visit.
OPEN_WITHIN_S = 10.0
PING_EVERY_S = 10.0
# A gateway that is silent does not say goodbye either.
CLOSE_WITHIN_S = 1.0

Heard = Alarm | Instruction | Asking | Brief | CodesGranted | CaseTold
"""What a gateway says that is not about streams."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """The gateway to connect to, and as whom."""

    url: str
    device: str
    token: str

    @property
    def address(self) -> str:
        """Return where this device connects."""
        return f"{self.url}/devices/{self.device}"


class Link:
    """Keeps one WebSocket to the gateway; runs on the thread that owns the outbox."""

    def __init__(
        self,
        peer: Peer,
        streams: Streams,
        *,
        hear: Callable[[Heard | None], None],
        random: Random,
    ) -> None:
        """`hear` is told what the gateway says, and None when a link stands anew."""
        self._peer = peer
        self._streams = streams
        self._hear = hear
        self._random = random
        self._clock = MachineClock()
        self._outgoing: asyncio.Queue[HopMessage] = asyncio.Queue()
        self._up = False
        self._loss_logged = False
        self.committed_at_ms: int | None = None
        """Wall clock when HQ last confirmed anything."""
        self.dropped_messages = 0

    @property
    def up(self) -> bool:
        """Return whether the link stands."""
        return self._up

    def appended(self) -> None:
        """The outbox holds more: send it, when the link stands."""
        if self._up:
            self._send(self._streams.appended(self._now_ms()))

    def tell_state(self) -> None:
        """Something that the kiosk says of itself has changed: say so now, when the link stands."""
        if self._up:
            self._send([self._streams.state(self._clock.now())])

    def ask(self, question: CaseAsked) -> bool:
        """Ask the gateway how a case stands; False when there is no link."""
        if self._up:
            self._send([question])
        return self._up

    async def run(self) -> None:
        """Connect, serve, and connect again, until cancelled."""
        pauses = self.pauses()
        while True:
            try:
                async with connect(
                    self._peer.address,
                    additional_headers={"Authorization": f"Bearer {self._peer.token}"},
                    proxy=None,  # the gateway is in the store, whatever the environment says
                    compression=None,  # batches are compressed already
                    max_size=wire.MAX_MESSAGE_BYTES,
                    open_timeout=OPEN_WITHIN_S,
                    ping_interval=PING_EVERY_S,
                    ping_timeout=PING_EVERY_S,
                    close_timeout=CLOSE_WITHIN_S,
                ) as socket:
                    pauses = self.pauses()
                    await self._serve(socket)
                self._note_loss("it closed the link")
            except InvalidStatus as error:
                self._note_refusal(error.response.status_code)
            except (OSError, TimeoutError, WebSocketException) as error:
                self._note_loss(str(error) or type(error).__name__)
            await asyncio.sleep(next(pauses))

    async def _serve(self, socket: ClientConnection) -> None:
        self._outgoing = asyncio.Queue()
        self._up = True
        self._hear(None)
        logger.info("linked with gateway %s", self._peer.url)
        self._loss_logged = False
        self.tell_state()
        self._send(self._streams.linked(self._now_ms()))
        tasks = [
            asyncio.create_task(work)
            for work in (self._write(socket), self._keep_time(), self._tell_state())
        ]
        try:
            async for frame in socket:
                self._take(frame)
        finally:
            self._up = False
            self._streams.lost()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _write(self, socket: ClientConnection) -> None:
        while True:
            await socket.send(wire.encode(await self._outgoing.get()))

    async def _keep_time(self) -> None:
        while True:
            deadline = self._streams.deadline_ms
            wait_ms = 1_000 if deadline is None else deadline - self._now_ms()
            await asyncio.sleep(min(max(wait_ms, 10), 1_000) / 1_000)
            self._send(self._streams.tick(self._now_ms()))

    async def _tell_state(self) -> None:
        while True:
            await asyncio.sleep(STATE_EVERY_S)
            self.tell_state()

    def _take(self, frame: str | bytes) -> None:
        try:
            message = wire.decode(frame.encode() if isinstance(frame, str) else frame)
        except MessageError as error:
            self.dropped_messages += 1
            if self.dropped_messages == 1:
                logger.warning("gateway sent what this version cannot read: %s", error)
            return
        match message:
            case Stored():
                self._send(self._streams.answered(message, self._now_ms()))
            case Committed():
                self._streams.committed(message)
                self.committed_at_ms = self._clock.now().wall_ms
            case Alarm() | Instruction() | Asking() | Brief() | CodesGranted() | CaseTold():
                self._hear(message)
            case Refused(why=why):
                logger.error("gateway refuses this kiosk: %s", ascii(why))
            case _:
                self.dropped_messages += 1

    def _send(self, messages: list[HopMessage]) -> None:
        for message in messages:
            self._outgoing.put_nowait(message)

    def pauses(self) -> Iterator[float]:
        """Give ever longer pauses, each shortened at random so that kiosks do not march in step."""
        pause = FIRST_PAUSE_S
        while True:
            yield pause * self._random.uniform(0.5, 1.0)
            pause = min(2 * pause, LONGEST_PAUSE_S)

    def _note_refusal(self, status: int) -> None:
        if status in (401, 403):
            if not self._loss_logged:
                logger.error(
                    "gateway %s does not know device %s with this token; check both settings",
                    self._peer.url,
                    self._peer.device,
                )
            self._loss_logged = True
        else:
            self._note_loss(f"it answers with HTTP status {status}")

    def _note_loss(self, why: str) -> None:
        if not self._loss_logged:  # once per loss, not once per retry
            logger.warning(
                "no link with gateway %s: %s; keeping feedback here", self._peer.url, why
            )
        self._loss_logged = True

    def _now_ms(self) -> int:
        return self._clock.now().mono_ms
