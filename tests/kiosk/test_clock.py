import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo

import pytest

from kiosk.clock import MachineClock, local_zone


def test_boot_stays_and_time_goes_on() -> None:
    clock = MachineClock()
    first, second = clock.now(), clock.now()
    assert first.boot == second.boot == MachineClock().now().boot
    assert 0 < first.mono_ms <= second.mono_ms
    assert abs(first.wall_ms - time.time() * 1000) < 60_000


def test_zone_is_the_environments_or_the_machines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = next(path for root in TZPATH if (path := Path(root) / "Asia" / "Shanghai").exists())
    monkeypatch.setenv("TZ", ":Europe/Berlin")
    assert local_zone(rules) == ZoneInfo("Europe/Berlin")
    monkeypatch.delenv("TZ")
    moment = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert moment.astimezone(local_zone(rules)).hour == 20
    damaged = tmp_path / "localtime"
    damaged.write_bytes(b"no rules")
    assert local_zone(damaged) == local_zone(tmp_path / "none") == ZoneInfo("UTC")
