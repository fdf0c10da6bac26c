"""The kiosk's clock: boot id, milliseconds since boot, wall time and how far to trust it (D9)."""

from __future__ import annotations

import ctypes
import os
import time
from pathlib import Path
from zoneinfo import ZoneInfo

from protocols.messages import Clock, ClockQuality

# adjtimex(2) returns this while no time service has set the kernel's clock.
_TIME_ERROR = 5
# struct timex is 208 bytes on 64-bit Linux; zeroed, it asks and changes nothing.
_TIMEX_BYTES = 512


def local_zone(localtime: Path = Path("/etc/localtime")) -> ZoneInfo:
    """Return the machine's time zone: TZ's, or its localtime file's; UTC when it has neither."""
    try:
        if name := os.environ.get("TZ"):
            return ZoneInfo(name.removeprefix(":"))
        with localtime.open("rb") as rules:
            return ZoneInfo.from_file(rules)
    except (OSError, ValueError, KeyError):
        return ZoneInfo("UTC")


class MachineClock:
    """Reads the machine's clocks."""

    def __init__(self) -> None:
        self._boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        self._kernel = ctypes.CDLL(None)

    def now(self) -> Clock:
        """Return the present moment."""
        return Clock(
            boot=self._boot,
            # CLOCK_BOOTTIME goes on while the machine sleeps; CLOCK_MONOTONIC does not.
            mono_ms=time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000,
            wall_ms=max(0, time.time_ns() // 1_000_000),
            quality=self._quality(),
        )

    def _quality(self) -> ClockQuality:
        state = self._kernel.adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
        return ClockQuality.SYNCED if 0 <= state < _TIME_ERROR else ClockQuality.UNSYNCED
