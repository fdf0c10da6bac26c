import time

from kiosk.clock import MachineClock


def test_boot_stays_and_time_goes_on() -> None:
    clock = MachineClock()
    first, second = clock.now(), clock.now()
    assert first.boot == second.boot == MachineClock().now().boot
    assert 0 < first.mono_ms <= second.mono_ms
    assert abs(first.wall_ms - time.time() * 1000) < 60_000
