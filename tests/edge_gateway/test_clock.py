from pathlib import Path

from edge_gateway.clock import SystemClock


def test_time_goes_on_and_the_boot_is_the_machines() -> None:
    clock = SystemClock()
    first, second = clock.now(), clock.now()
    assert second.mono_ms >= first.mono_ms
    assert first.boot == Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    assert first.wall_ms > 1_700_000_000_000
