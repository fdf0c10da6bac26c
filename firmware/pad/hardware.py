"""What a pad asks of whatever it runs on: `board.py` is a microcontroller, `bench.py` a program."""

from firmware.pad.ring import Flash

TYPE_CHECKING = False
if TYPE_CHECKING:  # MicroPython has neither
    from collections.abc import Callable

# Lamps.
DARK, ASKING, THANKS, FULL = 0, 1, 2, 3

# Kinds.
PROGRAM, RP2040, ESP32 = 0, 1, 2


class Uptime:
    """Milliseconds since the start, from a counter that begins again every few days."""

    def __init__(
        self, ticks_ms: "Callable[[], int]", ticks_diff: "Callable[[int, int], int]"
    ) -> None:
        self._ticks_ms = ticks_ms
        self._ticks_diff = ticks_diff
        self._last = ticks_ms()
        self._sum_ms = 0

    def now_ms(self) -> int:
        """Return them; ask at least once a day, or days are lost."""
        now = self._ticks_ms()
        self._sum_ms += self._ticks_diff(now, self._last)
        self._last = now
        return self._sum_ms


class Hardware:
    """Keys, lamp, beeper, clock, chance, flash and line of a pad.

    What raises here is what each kind of pad has to have: MicroPython has no `abc` to say so.
    """

    uid = bytes(8)
    """Burnt into the chip."""
    kind = PROGRAM
    debounce_ms = 20
    lockout_ms = 1_500
    flash: Flash

    def now_ms(self) -> int:
        """Return milliseconds since the start; never jumps, never begins again."""
        raise NotImplementedError

    def random(self) -> int:
        """Return 32 bits of true chance, never 0."""
        raise NotImplementedError

    def keys(self) -> int:
        """Return which keys are down: bit 0 for key 1."""
        raise NotImplementedError

    def light(self, lamp: int) -> None:
        """Let the lamp be dark, white (asking), green (thanks) or amber (full)."""
        raise NotImplementedError

    def beep(self, times: int) -> None:
        """Begin to beep; never waits."""
        raise NotImplementedError

    def kept(self, seq: int, key: int) -> None:
        """A press is safe on flash; nothing is to be done about it on a board."""

    def receive(self) -> "bytes | None":
        """Return what the line brought, b"" when nothing; None when it has ended for good."""
        raise NotImplementedError

    def send(self, data: bytes) -> None:
        """Write what the line takes at once; the rest is lost, as on any line."""
        raise NotImplementedError

    def rest(self) -> None:
        """Wait for a few milliseconds, or until the line brings something."""
        raise NotImplementedError
