"""What gateways say that they hold, and what follows: the next block of case codes.

And who tells HQ that a store's briefs are to be composed anew.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from hq_server.briefs import numbers, repository
from hq_server.briefs.numbers import Block, Reserve, Verdict
from protocols.briefs import BriefKind
from protocols.messages import GatewayState

logger = logging.getLogger(__name__)

_DIGITS = 18


def mark_stale(connection: sa.Connection, stores: Iterable[str]) -> None:
    """Note that something changed that these stores' briefs are made of.

    To be called in the transaction of the change; ingest composes them within seconds.
    """
    repository.mark_stale(connection, stores)


def heard(connection: sa.Connection, state: GatewayState, store: str, now: datetime) -> None:
    """Keep what a gateway holds; give it a block of case codes when it needs one."""
    said = {str(kind): version.replace("\x00", "") for kind, version in state.briefs.items()}
    repository.keep_held(connection, state.gateway, store, said)
    if state.codes_left is None:
        return
    reserve = Reserve(
        epoch=state.epoch,
        block=_number(said.get(BriefKind.CODES, "")),
        codes_left=state.codes_left,
    )
    last = _remembered(connection, state.gateway, store, reserve, now)
    match numbers.judge(last, reserve, now):
        case Verdict.TAKEN if last is not None:
            repository.block_taken(connection, last.number, now)
        case Verdict.WAIT:
            repository.want_no_more(connection, state.gateway, BriefKind.CODES)
        case Verdict.NEXT:
            _give(connection, state.gateway, store, reserve, now)


def holders(connection: sa.Connection, kind: BriefKind) -> dict[str, str]:
    """Return which version of a kind each gateway said that it holds."""
    return repository.holders(connection, kind)


def _number(version: str) -> int | None:
    return int(version) if version.isdecimal() and len(version) <= _DIGITS else None


def _remembered(
    connection: sa.Connection, gateway: str, store: str, said: Reserve, now: datetime
) -> Block | None:
    """Return the gateway's last block; what this database has forgotten, the gateway tells."""
    last = repository.last_block(connection, gateway)
    if said.block is None or (last is not None and said.block <= last.number):
        return last
    if not numbers.believable(said.block, now):
        return last
    # Made long ago, as far as the next one is concerned: the gateway may need it now.
    told = Block(number=said.block, epoch=said.epoch, made_at=now - numbers.NEXT_AFTER, taken=True)
    if not repository.add_block(connection, gateway, store, told):
        return last  # it is another gateway's: whatever this one holds, it did not come from here
    logger.warning("gateway=%s has case codes that this database did not know of", gateway)
    _want(connection, gateway, store, told)
    return told


def _give(
    connection: sa.Connection, gateway: str, store: str, said: Reserve, now: datetime
) -> None:
    while True:
        number = numbers.next_number(repository.highest_block(connection), now)
        block = Block(number=number, epoch=said.epoch, made_at=now, taken=False)
        if repository.add_block(connection, gateway, store, block):
            break  # else another process was first, and its number counts now
    _want(connection, gateway, store, block)


def _want(connection: sa.Connection, gateway: str, store: str, block: Block) -> None:
    row = {
        "addressee": gateway,
        "kind": str(BriefKind.CODES),
        "store_id": store,
        "version": str(block.number),
        "changed_at": block.made_at,
    }
    repository.want(connection, [row], {})
