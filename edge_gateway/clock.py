"""The gateway's clock: boot id, milliseconds since boot, wall time and how far to trust it (D9)."""

from __future__ import annotations

import ctypes
import time
from pathlib import Path

from protocols.messages import Clock, ClockQuality

# adjtimex(2) returns this while no time service has set the kernel's clock.
_TIME_ERROR = 5
# struct timex is 208 bytes on 64-bit Linux; zeroed, it asks and changes nothing.
_TIMEX_BYTES = 512
# Asking the kernel costs a foreign call, and the answer changes once in days.
_ASK_AGAIN_MS = 30_000


class SystemClock:
    """Reads the machine's clocks."""

    def __init__(self) -> None:
        self.boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        self._quality = _quality()
        self._asked_ms = _since_boot_ms()

    def now(self) -> Clock:
        """Return the present moment."""
        mono_ms = _since_boot_ms()
        if mono_ms - self._asked_ms > _ASK_AGAIN_MS:
            self._quality, self._asked_ms = _quality(), mono_ms
        return Clock(
            boot=self.boot,
            mono_ms=mono_ms,
            wall_ms=max(0, time.time_ns() // 1_000_000),
            quality=self._quality,
        )


def _since_boot_ms() -> int:
    # CLOCK_BOOTTIME goes on while the machine sleeps; CLOCK_MONOTONIC does not.
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def _quality() -> ClockQuality:
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    except (OSError, AttributeError):
        return ClockQuality.UNSYNCED
    synced = 0 <= state < _TIME_ERROR
    return ClockQuality.SYNCED if synced else ClockQuality.UNSYNCED
