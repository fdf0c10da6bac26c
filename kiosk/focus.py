"""Where the keypad's ring is: which of the things on the screen the OK key would touch."""

from __future__ import annotations

from collections.abc import Sequence


class Focus:
    """One name, or none: the ring comes with the first key and goes with the first touch."""

    def __init__(self) -> None:
        self._name: str | None = None
        self._place = 0
        self._used = False

    @property
    def name(self) -> str | None:
        """Return what the ring is around; None while only fingers are used."""
        return self._name if self._used else None

    def touched(self) -> None:
        """A finger is on the screen: no ring until the next key."""
        self._used = False

    def forget(self) -> None:
        """The visit is over: the next shopper begins at the first thing."""
        self._used, self._name, self._place = False, None, 0

    def move(self, names: Sequence[str], step: int) -> str | None:
        """Go on by `step` in the order of reading, around the end; the first key only shows."""
        if self._used and self._name in names:
            self._set(names, (names.index(self._name) + step) % len(names))
        else:
            self._used = True
            self.follow(names)
        return self.name

    def follow(self, names: Sequence[str], *, fresh: bool = False) -> str | None:
        """Stay on the same name when the screen changes; `fresh`: it is another screen.

        On another screen the ring begins at the first thing. Where the name is gone, such as a
        button that can be touched no longer, it goes to what stands in its place.
        """
        if fresh:
            self._name, self._place = None, 0
        if not names:
            self._name = None
        elif self._name not in names:
            self._set(names, min(self._place, len(names) - 1))
        else:
            self._place = names.index(self._name)
        return self.name

    def _set(self, names: Sequence[str], place: int) -> None:
        self._place, self._name = place, names[place]
