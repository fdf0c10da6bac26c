import socket
from datetime import datetime, timedelta, timezone
from pathlib import Path

from kiosk.figures import Figures, addresses, free_bytes
from kiosk.standing import Standing
from protocols.messages import Lane

AT = datetime(2026, 11, 22, 15, 0, tzinfo=timezone(timedelta(hours=8)))
MINUTE_MS = 60_000


def figures(standing: Standing, *, free: int | None = 12_340_000_000) -> Figures:
    return Figures(
        program="storeloop-kiosk 1",
        device="kiosk-1",
        store="s1",
        touchpoint="till-4",
        survey="default 3",
        standing=standing,
        addresses=("eth0 192.0.2.7",),
        free_bytes=free,
        at=AT,
    )


def test_every_figure_is_said_in_both_languages() -> None:
    told_ms = round(AT.timestamp() * 1000) - 5 * MINUTE_MS
    standing = Standing(
        waiting={Lane.URGENT: 1, Lane.BULK: 20},
        linked=True,
        committed_at_ms=told_ms,
        visits_today=200,
        doubted_today=6,
    )
    rows = dict(figures(standing).rows("en"))
    assert rows["Waiting for HQ"] == "urgent 1 · other 20"
    assert rows["Link with the gateway"] == "stands"
    assert rows["HQ last confirmed"] == "14:55:00"
    assert rows["Doubted today"] == "6 of 200 (3%)"
    assert rows["Free on the disk"] == "12.3 GB"
    assert rows["Network addresses"] == "eth0 192.0.2.7"
    assert {"s1 · till-4", "kiosk-1", "default 3", "storeloop-kiosk 1"} <= set(rows.values())
    chinese = figures(standing).rows("zh-CN")
    assert len(chinese) == len(rows)
    assert dict(chinese)["待总部确认"] == "紧急 1 · 普通 20"


def test_what_is_not_known_is_not_made_up() -> None:
    rows = dict(figures(Standing(), free=None).rows("en"))
    assert rows["Waiting for HQ"] == "urgent ? · other ?"
    for name in ("Link with the gateway", "HQ last confirmed", "Doubted today"):
        assert rows[name] == "not known"
    assert rows["Free on the disk"] == "?"
    fresh = dict(figures(Standing(linked=False)).rows("en"))
    assert fresh["HQ last confirmed"] == "not since the start"
    assert fresh["Doubted today"] == "0 of 0 (0%)"


def test_confirmed_yesterday_has_its_day() -> None:
    told_ms = round(AT.timestamp() * 1000) - 24 * 60 * MINUTE_MS
    rows = dict(figures(Standing(linked=True, committed_at_ms=told_ms)).rows("en"))
    assert rows["HQ last confirmed"] == "11-21 15:00"


def test_addresses_are_ones_that_this_machine_can_listen_at() -> None:
    for line in addresses():
        name, address = line.split()
        assert name
        with socket.socket() as listening:
            listening.bind((address, 0))


def test_disk_says_what_is_free(tmp_path: Path) -> None:
    assert (free_bytes(tmp_path) or 0) > 0
    assert free_bytes(tmp_path / "gone") is None
