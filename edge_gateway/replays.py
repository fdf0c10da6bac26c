"""Streams of which somebody lost a part, until the device has sent it again (D5).

This outbox lost what it had confirmed when a device was told more than is here: the disk was
replaced, or put back from a copy. HQ lost what it had committed when its answer makes the gateway
take a stream again; HQ keeps its own record of that.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from protocols.delivery import Position
from protocols.messages import Offer, Stream

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A run of events that this outbox had confirmed and lacks."""

    stream: Stream
    first: int
    last: int

    @property
    def count(self) -> int:
        """Return how many events that are."""
        return self.last - self.first + 1


@dataclass(slots=True)
class _Rewound:
    """A stream that is taken again because HQ lost part of it."""

    head: int
    """How far it was here, or the device says it was."""
    gone_back: bool = False

    def is_over(self, head: int) -> bool:
        """Whether the stream, now at `head`, went back and has come up again."""
        if head < self.head:
            self.gone_back = True  # what was written before the order to go back is in front of it
        return self.gone_back and head >= self.head


class Replays:
    """What is missing here, and what has come back.

    Once per loss as far as can be known: it is kept in memory, so a gateway that is restarted in
    the midst of a replay reports the rest of it as another one.
    """

    def __init__(self) -> None:
        self.healed_events = 0
        self.latest: tuple[Loss, int] | None = None
        """The last that was healed, and the wall clock of it."""
        self._losses: dict[Stream, Loss] = {}
        self._told: dict[Stream, tuple[int, int]] = {}
        self._rewound: dict[Stream, _Rewound] = {}

    @property
    def missing_events(self) -> int:
        """Return how many events devices are sending again."""
        return sum(loss.count for loss in self._losses.values())

    def offered(self, offer: Offer) -> None:
        """Remember what the device was told, until the outbox says what it has."""
        self._told[offer.stream] = max(offer.told, offer.known), max(1, offer.floor)

    def opened(self, position: Position) -> None:
        """Compare what the device was told with what is here."""
        stream = position.stream
        told, floor = self._told.pop(stream, (0, 0))
        if stream in self._rewound:  # it is HQ's loss that is being made good
            self._rewound[stream].head = max(self._rewound[stream].head, told)
            return
        first = max(position.head + 1, floor)  # what is below the floor nobody can send again
        known = self._losses.get(stream)
        if first > told or (known is not None and told <= known.last):
            return
        if known is not None:
            first = known.first
        self._losses[stream] = Loss(stream=stream, first=first, last=told)
        logger.warning(
            "device %s lane %s: this outbox lacks %s-%s, which it had confirmed;"
            " the device sends them again",
            *(stream.device, stream.lane, first, told),
        )

    def rewound(self, stream: Stream, through: int, head: int) -> None:
        """HQ lacks what it had committed; the device is asked for it."""
        if stream not in self._rewound:
            self._rewound[stream] = _Rewound(head)
            logger.warning(
                "device %s lane %s: HQ lacks what it had committed after %s;"
                " the device sends it again",
                *(stream.device, stream.lane, through),
            )

    def skipped(self, stream: Stream, last: int) -> None:
        """Even the device has nothing up to `last`: that is no replay."""
        loss = self._losses.pop(stream, None)
        if loss is not None and loss.last > last:
            first = max(loss.first, last + 1)
            self._losses[stream] = Loss(stream=stream, first=first, last=loss.last)

    def moved(self, position: Position, wall_ms: int) -> Loss | None:
        """Return the loss that is made good now that the stream stands there, if any."""
        stream = position.stream
        if stream in self._rewound and self._rewound[stream].is_over(position.head):
            del self._rewound[stream]
        loss = self._losses.get(stream)
        if loss is None or position.head < loss.last:
            return None
        del self._losses[stream]
        self.healed_events += loss.count
        self.latest = (loss, wall_ms)
        logger.info(
            "device %s lane %s: %s-%s are here again",
            *(stream.device, stream.lane, loss.first, loss.last),
        )
        return loss
