"""A paper as a till of the world prints it, made up after real ones, and what is to be read."""

from __future__ import annotations

from dataclasses import dataclass, field

from protocols.readers.events import JobKind

Row = tuple[str, str | None, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """`text` line by line; the rest is what the reader must find, None what it must not."""

    name: str
    text: str
    kind: JobKind = JobKind.RECEIPT
    number: str | None = None
    till: str | None = None
    cashier: str | None = None
    """The staff number that goes through `identify`."""
    table: str | None = None
    at: str | None = None
    goods: tuple[Row, ...] = ()
    items: int | None = None
    total: str | None = None
    discount: str | None = None
    currency: str | None = None
    payment: str | None = None
    secrets: tuple[str, ...] = field(default=())
    """What must be in no field and no line."""

    @property
    def lines(self) -> list[str]:
        """The lines of the paper, as the tokenizer gives them: no empty ones, no margins."""
        return [line.strip() for line in self.text.splitlines() if line.strip()]
