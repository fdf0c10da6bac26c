"""Programs that break a rule on purpose, to show that the campaign can see a loss.

`python -m simulator.campaign.sabotage KIND MODULE ARGUMENT…` patches the product from outside and
runs it; the product itself has no such switch. Acknowledging before the commit alone loses
nothing: a kiosk keeps what is committed for thirty days, and whoever lost something asks for it
again (D5). So kiosks are made to forget at once, as the gateways that we compare with do.
"""

from __future__ import annotations

import runpy
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from typing import Any

# How long a commit lags behind its acknowledgement: a kill in between is what loses.
_LAG_SECONDS = 0.7
_COMMIT_LAG_SECONDS = 3.0
_FOR_EVER_MS = 2**60


class Sabotage(StrEnum):
    """Which rule is broken."""

    EARLY_ACK = "early-ack"
    """D3: the gateway says Stored before its commit, and kiosks forget at Stored."""
    EARLY_COMMIT = "early-commit"
    """D4: HQ says Committed before its commit, and kiosks forget at Committed."""


SABOTAGES = tuple(Sabotage)


def forget_at_committed() -> None:
    """Let a kiosk forget what HQ says to have, instead of keeping it for thirty days."""
    from kiosk.streams import Streams  # noqa: PLC0415
    from outbox import log  # noqa: PLC0415

    log.KEEP_COMMITTED_MS = 0
    committed = Streams.committed

    def forgetting(streams: Streams, answer: Any) -> None:
        committed(streams, answer)
        streams._outbox.retain(_FOR_EVER_MS)

    Streams.committed = forgetting  # type: ignore[method-assign,assignment]


def forget_at_stored() -> None:
    """Let a kiosk take the gateway's word for HQ's."""
    from kiosk.streams import Streams  # noqa: PLC0415
    from protocols.messages import Committed  # noqa: PLC0415

    forget_at_committed()
    answered = Streams.answered

    def believing(streams: Streams, answer: Any, now_ms: int) -> Any:
        if not answer.gap:
            streams.committed(Committed(stream=answer.stream, through=answer.through))
        return answered(streams, answer, now_ms)

    Streams.answered = believing  # type: ignore[method-assign,assignment]


def store_late() -> None:
    """Let the gateway's writer report what is written, and commit it afterwards."""
    from edge_gateway.writer import Writer  # noqa: PLC0415

    commit = Writer.commit

    def early(writer: Writer, jobs: Any) -> Any:
        with writer._outbox.transaction():
            writer._report(commit(writer, jobs))
            time.sleep(_LAG_SECONDS)
        return []

    Writer.commit = early  # type: ignore[method-assign,assignment]


def commit_late() -> None:
    """Let HQ's transactions be committed together, long after each was answered."""
    from hq_server.database import Database  # noqa: PLC0415

    writing = Database.writing
    open_ones: list[tuple[float, Any, ExitStack]] = []

    @contextmanager
    def lazily(database: Database) -> Iterator[Any]:
        if open_ones and time.monotonic() - open_ones[0][0] > _COMMIT_LAG_SECONDS:
            open_ones.pop()[2].close()
        if not open_ones:
            transaction = ExitStack()
            connection = transaction.enter_context(writing(database))
            open_ones.append((time.monotonic(), connection, transaction))
        yield open_ones[0][1]

    Database.writing = lazily  # type: ignore[method-assign,assignment]


PATCHES: Mapping[tuple[Sabotage, str], Callable[[], None]] = {
    (Sabotage.EARLY_ACK, "simulator"): forget_at_stored,
    (Sabotage.EARLY_ACK, "edge_gateway"): store_late,
    (Sabotage.EARLY_COMMIT, "simulator"): forget_at_committed,
    (Sabotage.EARLY_COMMIT, "hq_server"): commit_late,
}


def main() -> None:
    """Patch and become the program."""
    kind, module, *arguments = sys.argv[1:]
    patch = PATCHES.get((Sabotage(kind), module))
    if patch is not None:
        patch()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
