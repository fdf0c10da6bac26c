"""MQTT topic names: who publishes where, and the partition of a gateway.

storeloop/v1/up/{partition}/{gateway}     gateway → HQ   Offer, Batch
storeloop/v1/down/{gateway}               HQ → gateway   Committed, Instruction
storeloop/v1/state/{gateway}              gateway, retained, last will   GatewayState
storeloop/v1/hq/{ingest}                  ingest, retained, last will    HqState
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from protocols.errors import MessageError

PARTITIONS = 64
_ROOT = "storeloop/v1"


@dataclass(frozen=True, slots=True)
class UpTopic:
    """Where a batch came from, as the broker's access list vouches for it."""

    partition: int
    gateway: str


def partition(gateway: str) -> int:
    """Return the partition (0 to 63) whose lease holder takes in this gateway's streams."""
    return zlib.crc32(gateway.encode()) % PARTITIONS


def up(gateway: str) -> str:
    """Return the topic on which a gateway publishes offers and batches."""
    return f"{_ROOT}/up/{partition(gateway)}/{gateway}"


def up_all() -> str:
    """Return the filter that matches every gateway's `up` topic."""
    return f"{_ROOT}/up/+/+"


def up_partition(number: int) -> str:
    """Return the filter that matches the `up` topics of one partition's gateways."""
    return f"{_ROOT}/up/{number}/+"


def down(gateway: str) -> str:
    """Return the topic on which HQ answers a gateway."""
    return f"{_ROOT}/down/{gateway}"


def state(gateway: str) -> str:
    """Return the retained presence topic of a gateway."""
    return f"{_ROOT}/state/{gateway}"


def state_all() -> str:
    """Return the filter that matches every gateway's presence."""
    return f"{_ROOT}/state/+"


def hq(ingest: str) -> str:
    """Return the retained presence topic of an ingest process."""
    return f"{_ROOT}/hq/{ingest}"


def hq_all() -> str:
    """Return the filter that matches every ingest process's presence."""
    return f"{_ROOT}/hq/+"


def parse_up(topic: str) -> UpTopic:
    """Return who published on an `up` topic; MessageError when it is none, or a wrong partition."""
    parts = topic.split("/")
    if len(parts) != 5 or "/".join(parts[:3]) != f"{_ROOT}/up" or not parts[3].isdecimal():
        raise MessageError(f"not an up topic: {topic[:100]!r}")
    number, gateway = int(parts[3][:4]), parts[4]
    if number != partition(gateway):
        raise MessageError(f"gateway {gateway[:64]!r} belongs to partition {partition(gateway)}")
    return UpTopic(partition=number, gateway=gateway)
