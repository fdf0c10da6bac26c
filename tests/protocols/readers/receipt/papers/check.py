"""Compares what was read of a paper with what it says."""

from __future__ import annotations

from protocols.readers.events import Printed
from protocols.readers.receipt.job import read_job
from tests.protocols.readers.receipt.papers.paper import Paper


def read(paper: Paper) -> Printed:
    """Read a paper as the tokenizer hands it over."""
    return read_job(
        paper.lines,
        codes=(),
        damaged=False,
        partial=False,
        currency=None,
        identify=lambda number: f"hmac of {number}",
    )


def differences(paper: Paper) -> list[str]:
    """Return what was read wrong."""
    printed = read(paper)
    wanted = {
        "kind": paper.kind,
        "number": paper.number,
        "till": paper.till,
        "cashier": None if paper.cashier is None else f"hmac of {paper.cashier}",
        "table": paper.table,
        "printed_at": paper.at,
        "items": paper.items,
        "total": paper.total,
        "discount": paper.discount,
        "currency": paper.currency,
        "payment": paper.payment,
    }
    found = [
        f"{field}: {getattr(printed, field)!r}, not {value!r}"
        for field, value in wanted.items()
        if getattr(printed, field) != value
    ]
    goods = tuple((one.name, one.quantity, one.amount) for one in printed.goods)
    if goods != paper.goods:
        found.append(f"goods: {goods}, not {paper.goods}")
    said = repr(printed)
    return found + [f"leaked: {secret}" for secret in paper.secrets if secret in said]
