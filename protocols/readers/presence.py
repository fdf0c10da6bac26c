"""Whether a card that a reader tells of again and again is a new one or still the same."""

from __future__ import annotations


class Presence:
    """The card at one reader, known by its HMAC only: never by its UID."""

    def __init__(self, away_seconds: float) -> None:
        self._away_seconds = away_seconds
        self._present: str | None = None
        self._other: str | None = None
        """Another one, seen once while the first is near: perhaps damage."""
        self._seen_t = 0.0

    def seen(self, card: str, t: float) -> bool:
        """Take that a card is near, and return whether it has just come."""
        if self._present is not None and t - self._seen_t >= self._away_seconds:
            self.gone()
        if card == self._present:
            self._other, self._seen_t = None, t
            return False
        # Checksums are weak: beside a card that is near, another one must be seen twice.
        if self._present is not None and card != self._other:
            self._other = card
            return False
        self._present, self._other, self._seen_t = card, None, t
        return True

    def gone(self) -> None:
        """Forget the card."""
        self._present = self._other = None
