"""What an account may see: every reading repository function takes a Scope and applies it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class Scope:
    """The stores that may be seen; None means all of them."""

    stores: frozenset[str] | None

    def of(self, column: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        """Return the condition that keeps a query inside the scope."""
        if self.stores is None:
            return sa.true()
        return column.in_(sorted(self.stores))

    def within(self, store: str) -> Scope:
        """Return the scope of one store, if this one includes it; else of none."""
        return Scope(frozenset({store} if self.allows(store) else ()))

    def allows(self, store: str) -> bool:
        """Return whether the scope includes a store."""
        return self.stores is None or store in self.stores


EVERYTHING = Scope(None)
