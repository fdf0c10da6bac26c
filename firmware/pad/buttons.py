"""Keys of the pad: from what the pins say to presses, without bounce, mashing or a stuck key."""

# A tap is shorter; who leans on a key is thanked all the same, after this long.
LONGEST_HOLD_MS = 400
# More than this within a minute, and no new ask between them: children, or one who is bored.
MOST_A_MINUTE = 12
_MINUTE_MS = 60_000


class Buttons:
    """Debounced keys, one press at a time (P30 to P32)."""

    def __init__(self, debounce_ms: int, lockout_ms: int) -> None:
        self.debounce_ms = debounce_ms
        self.lockout_ms = lockout_ms
        self._seen = 0
        self._seen_ms = 0
        self._steady = 0
        self._down_ms = 0
        self._spent = True
        """What is down was a press already, or is none: all must be let go first."""
        self._free_ms = 0

    def poll(self, down: int, now_ms: int) -> "tuple[int, int] | None":
        """Take which keys are down, bit 0 for key 1; return key and held ms once it is a press."""
        if down != self._seen:
            self._seen, self._seen_ms = down, now_ms
        if self._seen != self._steady and now_ms - self._seen_ms >= self.debounce_ms:
            return self._changed(now_ms)
        if not self._spent and self._steady and now_ms - self._down_ms >= LONGEST_HOLD_MS:
            return self._pressed(now_ms)
        return None

    def _changed(self, now_ms: int) -> "tuple[int, int] | None":
        before, self._steady = self._steady, self._seen
        if before == 0:
            self._down_ms = self._seen_ms
            self._spent = not _one_key(self._steady) or now_ms < self._free_ms
        elif self._steady:  # another key beside it: a mash, and none of them is meant
            self._spent = True
        elif not self._spent:
            self._steady = before
            pressed = self._pressed(now_ms)
            self._steady = 0
            return pressed
        return None

    def _pressed(self, now_ms: int) -> "tuple[int, int]":
        self._spent = True
        self._free_ms = now_ms + self.lockout_ms
        key = 1
        while not self._steady >> (key - 1) & 1:
            key += 1
        return key, min(now_ms - self._down_ms, 65_535)


class Pace:
    """Whether presses come faster than shoppers do (P33)."""

    def __init__(self) -> None:
        self._lately: list[int] = []

    def sold(self) -> None:
        """A new ask came: another shopper stands here."""
        self._lately = []

    def pressed(self, now_ms: int) -> bool:
        """Take a press; return whether there were too many of them within a minute."""
        self._lately = [ms for ms in self._lately if now_ms - ms < _MINUTE_MS] + [now_ms]
        self._lately = self._lately[-MOST_A_MINUTE - 1 :]
        return len(self._lately) > MOST_A_MINUTE


def _one_key(down: int) -> bool:
    return down != 0 and down & (down - 1) == 0
