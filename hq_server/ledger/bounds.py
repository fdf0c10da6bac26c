"""How much the books believe: a device that names ever new streams is refused, and only it.

A device has two streams an epoch, and an epoch ends at a disaster, not every day: an honest one
never comes near. What is in the books already is never refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import sqlalchemy as sa

from hq_server.ledger import repository
from hq_server.ledger.repository import Books, Row

# Of one device at one store: five hundred epochs.
PER_DEVICE = 1_000
# Of all devices of a gateway together.
PER_GATEWAY = 20_000
# What a device retains at most of what HQ has confirmed (D5): no more can be sent again.
RETAINED = 1_000_000


def within(
    connection: sa.Connection, table: Books, rows: Sequence[Row]
) -> tuple[list[Row], list[Row]]:
    """Return the rows that the table may take, and those that are too many; the first ones win."""
    here = repository.here(connection, table, rows)
    kept = [row for row in rows if repository.key(row) in here]
    new = [row for row in rows if repository.key(row) not in here]
    if not new:
        return kept, []
    devices = Counter(repository.count_of_devices(connection, table, new))
    gateways = Counter(repository.count_of_gateways(connection, table, new))
    refused: list[Row] = []
    for row in new:
        device = (str(row["device"]), str(row["store_id"]))
        gateway = str(row["gateway_id"])
        if devices[device] < PER_DEVICE and gateways[gateway] < PER_GATEWAY:
            devices[device] += 1
            gateways[gateway] += 1
            kept.append(row)
        else:
            refused.append(row)
    return kept, refused
