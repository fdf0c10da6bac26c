"""Faults of disks: full by quota, full for real, and without power."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from simulator.campaign.chain import Unit
from simulator.campaign.scene import Scene

_QUOTA_MEGABYTES = 4
_NEARLY = 0.97
_RUSH_WITHIN_SECONDS = 90.0
_EDGE_DISK_MEGABYTES = 24
_HQ_DISK_MEGABYTES = 64


def small_quota_at_kiosk(scene: Scene, _random: Random) -> None:
    """Give the first kiosk the smallest quota there is."""
    scene.target = "kiosk-1"
    scene.chain.set_for("kiosk-1", STORELOOP_KIOSK_MAX_MEGABYTES=_QUOTA_MEGABYTES)


def small_quota_at_gateway(scene: Scene, _random: Random) -> None:
    """Give the gateway the smallest quota there is."""
    scene.target = "gateway"
    scene.chain.set_for("gateway", STORELOOP_GATEWAY_MAX_MEGABYTES=_QUOTA_MEGABYTES)


def rush_at_kiosk(scene: Scene, random: Random) -> Iterator[float]:
    """A rush fills a kiosk's outbox to its quota while the line to the gateway is dead."""
    scene.chain.lan.cut()
    scene.did("cut lan")
    yield from _rush_until_full(scene, scene.chain.kiosks[:1])
    scene.chain.lan.mend()
    scene.did("mend lan")
    yield random.uniform(1.0, 3.0)


def rush_at_gateway(scene: Scene, random: Random) -> Iterator[float]:
    """A rush at five kiosks fills the gateway's outbox to its quota while HQ is out of reach."""
    scene.chain.wan.cut()
    scene.did("cut wan")
    # One device may hold a share only: it takes all of them to fill it.
    yield from _rush_until_full(scene, scene.chain.kiosks)
    log = scene.chain.gateway.log
    yield from scene.until(
        lambda: b"the outbox takes nothing" in log.read_bytes(), "the gateway refused nothing"
    )
    scene.chain.wan.mend()
    scene.did("mend wan")
    yield random.uniform(1.0, 3.0)


def disk_for_kiosk(scene: Scene, _random: Random) -> None:
    """Put the first kiosk's folder on a small disk of its own."""
    scene.target = "kiosk-1"
    scene.disk = scene.chain.give_disk(scene.target, megabytes=_EDGE_DISK_MEGABYTES)


def disk_for_gateway(scene: Scene, _random: Random) -> None:
    """Put the gateway's folder on a small disk of its own."""
    scene.target = "gateway"
    scene.disk = scene.chain.give_disk(scene.target, megabytes=_EDGE_DISK_MEGABYTES)


def disk_for_hq(scene: Scene, _random: Random) -> None:
    """Put HQ's folder on a small disk of its own."""
    scene.target = "ingest"
    scene.disk = scene.chain.give_disk(scene.target, megabytes=_HQ_DISK_MEGABYTES)


def fill_disk_of_kiosk(scene: Scene, random: Random) -> Iterator[float]:
    """The disk of a kiosk is full to the last block for some seconds."""
    yield from _fill(scene, random)


def fill_disk_of_gateway(scene: Scene, random: Random) -> Iterator[float]:
    """The disk of the gateway is full to the last block for some seconds."""
    yield from _fill(scene, random)


def fill_disk_of_hq(scene: Scene, random: Random) -> Iterator[float]:
    """The disk of HQ's database is full to the last block for some seconds."""
    yield from _fill(scene, random)


def cut_power_of_kiosk(scene: Scene, random: Random) -> Iterator[float]:
    """A kiosk loses power, two or three times: what it had not synced is gone."""
    yield from _cut_power(scene, random)


def cut_power_of_gateway(scene: Scene, random: Random) -> Iterator[float]:
    """The gateway loses power, two or three times: what it had not synced is gone."""
    yield from _cut_power(scene, random)


def cut_power_of_hq(scene: Scene, random: Random) -> Iterator[float]:
    """HQ's ingest loses power, two or three times: what it had not synced is gone."""
    yield from _cut_power(scene, random)


def _cut_power(scene: Scene, random: Random) -> Iterator[float]:
    unit: Unit = scene.chain.unit(scene.target)
    for _ in range(random.choice((2, 3))):
        assert scene.disk is not None  # noqa: S101 (made by `prepare`)
        unit.freeze()
        rest = scene.disk.snapshot()
        scene.kill(unit)
        scene.did(f"power of {unit.name} cut")
        scene.disk.go_on_from(rest)
        yield random.uniform(0.0, 1.5)
        unit.start()
        scene.did(f"start {unit.name}")
        yield random.uniform(1.5, 4.0)


def _fill(scene: Scene, random: Random) -> Iterator[float]:
    assert scene.disk is not None  # noqa: S101 (made by `prepare`)
    scene.disk.fill()
    scene.did(f"disk of {scene.target} full")
    log = scene.chain.unit(scene.target).log
    begins = log.stat().st_size
    yield scene.lasting(random.uniform(8.0, 16.0))
    yield from scene.until(
        lambda: b"full" in log.read_bytes()[begins:].lower(),
        f"{scene.target} did not notice a full disk",
    )
    scene.disk.free()
    scene.did(f"disk of {scene.target} has room")
    yield random.uniform(1.0, 3.0)


def _rush_until_full(scene: Scene, kiosks: Sequence[Unit]) -> Iterator[float]:
    scene.chain.rush(kiosks)
    scene.did("rush")
    outbox = scene.chain.outbox(scene.target)
    yield from scene.until(
        lambda: _is_full(outbox),
        f"the outbox of {scene.target} was not full",
        within_seconds=_RUSH_WITHIN_SECONDS,
    )
    scene.chain.rush(kiosks)
    scene.did("rush over")


def _is_full(outbox: Path) -> bool:
    with contextlib.suppress(sqlite3.Error):
        file = sqlite3.connect(f"file:{outbox}?mode=ro", uri=True)
        with contextlib.closing(file):
            (pages,) = file.execute("PRAGMA page_count").fetchone()
            (bytes_each,) = file.execute("PRAGMA page_size").fetchone()
            return bool(pages * bytes_each >= _NEARLY * _QUOTA_MEGABYTES * 1_000_000)
    return False
