"""Taking stock of the outbox: what the gateway says of its own streams, and what waits how long."""

from __future__ import annotations

from edge_gateway.events import StockTaken
from outbox import Outbox
from protocols.messages import Lane


def take_stock(outbox: Outbox) -> StockTaken:
    """Read it; on the thread that owns the outbox."""
    oldest: dict[Lane, int] = {}
    for position in outbox.positions():
        if position.head > position.committed:
            since_ms = outbox.oldest_waiting_ms(position.stream)
            if since_ms is not None:
                lane = position.stream.lane
                oldest[lane] = min(since_ms, oldest.get(lane, since_ms))
    pages, free, size = (
        int(outbox.database.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "page_size")
    )
    return StockTaken(
        accounts=outbox.accounts(), oldest_ms=oldest, used_bytes=(pages - free) * size
    )
