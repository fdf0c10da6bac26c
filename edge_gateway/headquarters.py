"""The gateway's dealings with HQ: is it there, what goes up, and what its answers mean (D4-D6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from edge_gateway import events as ev
from edge_gateway.events import Command
from edge_gateway.intake import Intake
from edge_gateway.replays import Replays
from edge_gateway.uplink import Uplink
from protocols import topics
from protocols.delivery import Position
from protocols.messages import Clock, HqState, Stream

RENEW_AGAIN_AFTER_MS = 5_000
# A broker at which HQ does not answer is left for the next one after this, and up to twice as
# long; it doubles from broker to broker, because HQ itself may be away.
PATIENCE_WITH_BROKER_MS = 60_000
LONGEST_PATIENCE_WITH_BROKER_MS = 1_800_000


class Headquarters:
    """HQ as this gateway knows it."""

    def __init__(
        self,
        gateway: str,
        positions: Iterable[Position],
        intake: Intake,
        jitter: Callable[[], float],
        now: Clock,
    ) -> None:
        self.uplink = Uplink(positions, nonce=now.wall_ms, jitter=jitter)
        self.broker_up = False
        self.broker: str | None = None
        """host:port of the broker that stands."""
        self.cut_since_ms: int | None = now.wall_ms
        """Wall clock; None while HQ is there."""
        self._gateway = gateway
        self._partition = topics.partition(gateway)
        self._intake = intake
        self.replays = Replays()
        self._jitter = jitter
        self._boots: dict[str, str] = {}
        """Of the ingest processes that take this gateway's partition in."""
        self._patience_ms = PATIENCE_WITH_BROKER_MS
        self._leave_broker_ms = 0
        self._renewing = False
        self._renew_at_ms: int | None = None

    def broker_came(self, now: Clock, broker: str = "") -> list[Command]:
        """Offer every stream; `broker` is its host:port."""
        self.broker_up, self.broker = True, broker
        self._wait_for_hq(now)
        return [*self.uplink.link_up(now.mono_ms), ev.ShowBoard()]

    def broker_went(self, now: Clock) -> list[Command]:
        """Keep everything here."""
        self.broker_up, self.broker = False, None
        self._boots.clear()
        self._cut(now)
        return [*self.uplink.link_down(), ev.ShowBoard()]

    def changed(self, event: ev.HqStateArrived, now: Clock) -> list[Command]:
        """Offer again when an ingest process was started anew, or newly takes this gateway in."""
        if not self._takes_us_in(event.state):
            if self._boots.pop(event.ingest, None) is None or self._boots:
                return []  # others' business, or another one still takes us in
            self._cut(now)
            self._wait_for_hq(now)
            return [ev.ShowBoard()]
        self.cut_since_ms = None
        known = self._boots.get(event.ingest)
        self._boots[event.ingest] = event.state.boot
        if known == event.state.boot:
            return []
        if event.retained:  # it was there before this link, and has heard its offers
            return [ev.ShowBoard()]
        return [*self.uplink.link_up(now.mono_ms), ev.ShowBoard()]

    def committed(self, event: ev.CommittedArrived, now: Clock) -> list[Command]:
        """Take HQ's word for a stream, and pass it on to the device."""
        stream = event.committed.stream
        if not self.uplink.knows(stream):
            return []
        commands: list[Command] = []
        if self.cut_since_ms is not None:
            self.cut_since_ms = None
            commands.append(ev.ShowBoard())
        if self._renewing and stream.device == self._gateway:
            return commands  # HQ speaks of seqs that an earlier life of this file gave
        for command in self.uplink.committed(event.committed, now.mono_ms):
            commands += self._expanded(command)
        if stream.device != self._gateway and not event.committed.gap:
            commands.append(ev.AnswerDevice(stream.device, event.committed))
        return commands

    def renewed(self, positions: Iterable[Position], now: Clock) -> list[Command]:
        """Go on with the new own streams."""
        self._renewing = False
        self._renew_at_ms = None
        self.uplink.replace(positions)
        return self.uplink.link_up(now.mono_ms) if self.broker_up else []

    def not_renewed(self, now: Clock) -> list[Command]:
        """Try again in a while; HQ's word for the own streams means nothing until then."""
        self._renew_at_ms = now.mono_ms + RENEW_AGAIN_AFTER_MS
        return []

    def tick(self, now: Clock) -> list[Command]:
        """Ask again where an answer is overdue, and renew the epoch where that failed."""
        commands = self.uplink.tick(now.mono_ms)
        if self._renew_at_ms is not None and now.mono_ms >= self._renew_at_ms:
            self._renew_at_ms = None
            commands.append(ev.RenewEpoch())
        return [*commands, *self._left_broker(now)]

    def _takes_us_in(self, state: HqState) -> bool:
        return state.online and (state.partitions is None or self._partition in state.partitions)

    def _wait_for_hq(self, now: Clock) -> None:
        self._leave_broker_ms = now.mono_ms + round(self._patience_ms * (1 + self._jitter()))

    def _left_broker(self, now: Clock) -> list[Command]:
        """Try the next broker when this one stands and HQ does not answer there."""
        if self.cut_since_ms is None:
            self._patience_ms = PATIENCE_WITH_BROKER_MS
            return []
        if not self.broker_up or now.mono_ms < self._leave_broker_ms:
            return []
        self._patience_ms = min(2 * self._patience_ms, LONGEST_PATIENCE_WITH_BROKER_MS)
        self._wait_for_hq(now)
        return [ev.LeaveBroker()]

    def _cut(self, now: Clock) -> None:
        if self.cut_since_ms is None:
            self.cut_since_ms = now.wall_ms

    def _expanded(self, command: Command) -> list[Command]:
        match command:
            case ev.TakeAgain(stream, through):
                return [command, *self._take_again(stream, through)]
            case ev.RenewEpoch():
                if self._renewing:
                    return []
                self._renewing = True
        return [command]

    def _take_again(self, stream: Stream, through: int) -> list[Command]:
        self.replays.rewound(stream, through, self.uplink.head(stream))
        return self._intake.take_again(stream, through)
