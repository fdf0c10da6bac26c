"""Takes in what tills give rise to: receipts, which rating belongs to which, instructions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from hq_server.accounts.scope import Scope
from hq_server.ingest.arrival import Arrival, optional, printable
from hq_server.tills import repository
from hq_server.tills.repository import Row
from protocols.till_events import (
    InstructionAcknowledged,
    InstructionEnded,
    InstructionGiven,
    LinkedBy,
    ReceiptLinked,
    ReceiptSeen,
    ReceiptUnlinked,
)

INSTRUCTIONS_SHOWN = 100
# What the shopper showed is worth more than the time, and any receipt more than none.
_RANKS: Mapping[LinkedBy, int] = {LinkedBy.TIME: 1, LinkedBy.TYPED: 2, LinkedBy.SCANNED: 3}
_UNLINKED = 0


def take(connection: sa.Connection, arrivals: Sequence[Arrival]) -> None:
    """Keep what these arrivals say of tills; any order of arrival ends in the same rows."""
    seen: dict[str, Row] = {}
    links: dict[tuple[str, str], Row] = {}
    told: dict[tuple[str, str], Row] = {}
    for arrival in arrivals:
        match arrival.event:
            case ReceiptSeen() as receipt:
                seen.setdefault(receipt.receipt, _receipt(arrival, receipt))
            case ReceiptLinked() | ReceiptUnlinked() as link:
                row = _link(arrival, link)
                key = row["response_id"], row["store_id"]
                # A gateway's events keep their order: a shopper who types again means the last.
                if key not in links or row["rank"] >= links[key]["rank"]:
                    links[key] = row
            case InstructionGiven() | InstructionAcknowledged() | InstructionEnded() as event:
                row = _instruction(arrival, event)
                key = row["id"], row["store_id"]
                told[key] = _both(told[key], row) if key in told else row
    repository.keep_receipts(connection, list(seen.values()))
    repository.keep_links(connection, list(links.values()))
    repository.keep_instructions(connection, list(told.values()))


def instructions(
    connection: sa.Connection, scope: Scope, limit: int = INSTRUCTIONS_SHOWN
) -> list[sa.RowMapping]:
    """Return what stores were told to do on site, the latest first."""
    return repository.latest_instructions(connection, scope, limit)


def _receipt(arrival: Arrival, receipt: ReceiptSeen) -> Row:
    return {
        "id": receipt.receipt,
        "store_id": arrival.origin.store,
        "gateway_id": arrival.origin.gateway,
        "till": receipt.till,
        "number": printable(receipt.number),
        "total": optional(receipt.total),
        "currency": optional(receipt.currency),
        "printed_at": optional(receipt.printed_at),
        "items": receipt.items,
        "damaged": receipt.damaged,
        "cashier": optional(receipt.cashier),
        "at_table": optional(receipt.table),
        "discount": optional(receipt.discount),
        "payment": optional(receipt.payment),
        "goods": _without_nul(msgspec.to_builtins(receipt.goods)),
        "occurred_at": arrival.occurred_at,
        "received_at": arrival.origin.received_at,
    }


def _without_nul(goods: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    return [{key: printable(text) for key, text in one.items()} for one in goods]


def _link(arrival: Arrival, link: ReceiptLinked | ReceiptUnlinked) -> Row:
    row: Row = {
        "response_id": link.response,
        "store_id": arrival.origin.store,
        "rank": _UNLINKED,
        "found_by": None,
        "why_not": None,
        "receipt_id": None,
        "number": None,
        "till": None,
        "offset_ms": None,
    }
    if isinstance(link, ReceiptUnlinked):
        return row | {"why_not": link.why.value}
    return row | {
        "rank": _RANKS[link.by],
        "found_by": link.by.value,
        "receipt_id": link.receipt,
        "number": printable(link.number),
        "till": link.till,
        "offset_ms": link.offset_ms,
    }


_Told = InstructionGiven | InstructionAcknowledged | InstructionEnded


def _instruction(arrival: Arrival, event: _Told) -> Row:
    row: Row = dict.fromkeys(
        ("touchpoint", "rule", "measure", "value", "bound", "text", "given_at",
         "acknowledged_at", "acknowledged_by", "ended_at")
    )  # fmt: skip
    row |= {
        "id": event.instruction,
        "store_id": arrival.origin.store,
        "gateway_id": arrival.origin.gateway,
    }
    more: Callable[[Any], Row] = _SAYS[type(event)]
    return row | {_AT[type(event)]: arrival.occurred_at} | more(event)


def _both(first: Row, later: Row) -> Row:
    return {key: later[key] if first[key] is None else first[key] for key in first}


def _given(event: InstructionGiven) -> Row:
    text = {language: printable(said) for language, said in event.text.items()}
    return {
        "touchpoint": event.touchpoint,
        "rule": event.rule,
        "measure": event.measure,
        "value": event.value,
        "bound": event.limit,
        "text": text,
    }


_AT: Mapping[type, str] = {
    InstructionGiven: "given_at",
    InstructionAcknowledged: "acknowledged_at",
    InstructionEnded: "ended_at",
}
_SAYS: Mapping[type, Callable[[Any], Row]] = {
    InstructionGiven: _given,
    InstructionAcknowledged: lambda event: {"acknowledged_by": printable(event.by)},
    InstructionEnded: lambda _event: {},
}
