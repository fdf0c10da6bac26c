from __future__ import annotations

from firmware.pad.hardware import Uptime

PERIOD = 1 << 30  # MicroPython's ticks begin again here


def ticks_diff(later: int, earlier: int) -> int:
    return (later - earlier + PERIOD // 2) % PERIOD - PERIOD // 2


def test_milliseconds_go_on_when_the_counter_begins_again() -> None:
    true_ms = PERIOD - 50_000
    uptime = Uptime(lambda: true_ms % PERIOD, ticks_diff)
    began = true_ms
    for _ in range(60):
        true_ms += 86_400_000
        assert uptime.now_ms() == true_ms - began
    assert uptime.now_ms() > 4 * PERIOD
