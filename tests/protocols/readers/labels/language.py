"""What every language's table must hold."""

from __future__ import annotations

from protocols.readers.events import JobKind
from protocols.readers.labels.finding import labels_in
from protocols.readers.labels.meaning import Meaning, Words
from protocols.readers.receipt.line import read_line

_NEEDED = (
    Meaning.SUM, Meaning.PART, Meaning.TENDERED, Meaning.CHANGE, Meaning.DISCOUNT, Meaning.CASH,
    Meaning.CARD, Meaning.NUMBER, Meaning.TILL, Meaning.TABLE, Meaning.CASHIER, Meaning.ITEMS,
    Meaning.TIME, Meaning.OPENED, Meaning.EXPIRY, Meaning.PERSON, Meaning.ADDRESS, Meaning.PAN,
    Meaning.PHONE, Meaning.QUANTITY, Meaning.PRICE, Meaning.HEADING, Meaning.TERMINAL,
)  # fmt: skip
_KINDS = (JobKind.REFUND, JobKind.KITCHEN, JobKind.DAY_END, JobKind.REPRINT, JobKind.OTHER)


def assert_complete(table: Words) -> None:
    """Every meaning has words, written as lines are compared, and each is found in a line."""
    assert all(table.labels.get(meaning) for meaning in _NEEDED)
    assert all(table.titles.get(kind) for kind in _KINDS)
    assert table.anywhere[JobKind.REPRINT]
    assert table.heads[JobKind.PAYMENT]
    seen: dict[str, Meaning] = {}
    for meaning, labels in table.labels.items():
        for label in labels:
            assert read_line(label).text == label, f"{label}: not as lines are compared"
            assert label not in seen, f"{label} means {seen[label]} and {meaning}"
            seen[label] = meaning
            (found,) = labels_in(label)
            assert found.label == label
            assert meaning in found.meanings
