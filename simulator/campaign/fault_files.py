"""Faults of files: an unreadable event, an old HQ database put back, a gateway's disk replaced."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from random import Random

from protocols.messages import Response
from protocols.wire import decode_event
from simulator.campaign.chain import Unit
from simulator.campaign.scene import Scene
from simulator.wire import Wire

_SPOILT_BYTES = 8


def corrupt_event_at_kiosk(scene: Scene, random: Random) -> Iterator[float]:
    """Bytes of an event that a kiosk has not sent yet are flipped on its disk."""
    unit = random.choice(scene.chain.kiosks)
    yield from _corrupt(scene, random, unit, scene.chain.lan)


def corrupt_event_at_gateway(scene: Scene, random: Random) -> Iterator[float]:
    """Bytes of an event that the gateway has not sent yet are flipped on its disk."""
    yield from _corrupt(scene, random, scene.chain.gateway, scene.chain.wan)


def restore_old_hq(scene: Scene, random: Random) -> Iterator[float]:
    """HQ's database is replaced by a backup that was taken some seconds earlier in the run."""
    chain = scene.chain
    file = chain.hq_data / "hq.sqlite3"
    backup = chain.folder / "backup.sqlite3"
    _back_up(file, backup)
    scene.did("backup taken")
    yield random.uniform(3.0, 8.0)
    scene.kill(chain.ingest)
    for ending in ("", "-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
    shutil.copyfile(backup, file)
    scene.hq_went_back = True
    scene.did("backup restored")
    chain.ingest.start()
    scene.did("start ingest")
    yield random.uniform(2.0, 4.0)


def swap_gateway_disk(scene: Scene, random: Random) -> Iterator[float]:
    """The gateway's disk is replaced by an empty one, while the line to HQ may be dead."""
    chain = scene.chain
    if random.random() < 0.5:  # then the old disk holds what nobody but the kiosks has
        chain.wan.cut()
        scene.did("cut wan")
        yield random.uniform(1.0, 4.0)
    scene.kill(chain.gateway)
    for each in chain.data_dir("gateway").iterdir():
        each.unlink()
    scene.did("disk of gateway swapped")
    yield random.uniform(0.0, 1.0)
    chain.gateway.start()
    scene.did("start gateway")
    yield random.uniform(0.5, 2.0)
    chain.wan.mend()
    yield random.uniform(1.0, 3.0)


def damage_outbox_of_kiosk(scene: Scene, random: Random) -> Iterator[float]:
    """A page of a kiosk's outbox is overwritten; what HQ had not yet may go with it."""
    yield from _damage(scene, random, random.choice(scene.chain.kiosks))


def damage_outbox_of_gateway(scene: Scene, random: Random) -> Iterator[float]:
    """A page of the gateway's outbox is overwritten; the kiosks still hold all of it."""
    yield from _damage(scene, random, scene.chain.gateway)


def _damage(scene: Scene, random: Random, unit: Unit) -> Iterator[float]:
    scene.kill(unit)
    outbox = scene.chain.outbox(unit.name)
    if unit in scene.chain.kiosks:
        scene.excused |= unsent(outbox)
        scene.damaged = True
    page = overwrite_page(outbox, random)
    scene.did(f"page {page} of {unit.name} overwritten")
    yield random.uniform(0.0, 1.0)
    unit.start()
    scene.did(f"start {unit.name}")
    yield random.uniform(3.0, 5.0)


def unsent(outbox: Path) -> set[str]:
    """Return the responses of which an outbox that nobody has open holds what HQ may lack."""
    with contextlib.closing(sqlite3.connect(outbox)) as file:
        rows = file.execute(
            "SELECT payload FROM events JOIN streams ON streams.id = events.stream"
            " WHERE events.seq > streams.committed"
        ).fetchall()
    events = [decode_event(payload) for (payload,) in rows]
    return {event.response for event in events if isinstance(event, Response)}


def overwrite_page(outbox: Path, random: Random) -> int:
    """Fill one page of an outbox with noise, the first excepted; return its number."""
    with contextlib.closing(sqlite3.connect(outbox, isolation_level=None)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (bytes_each,) = file.execute("PRAGMA page_size").fetchone()
        (pages,) = file.execute("PRAGMA page_count").fetchone()
    page = random.randint(2, pages)
    with outbox.open("r+b") as raw:
        raw.seek((page - 1) * bytes_each)
        raw.write(random.randbytes(bytes_each))
    return page


def _corrupt(scene: Scene, random: Random, unit: Unit, wire: Wire) -> Iterator[float]:
    wire.cut()
    scene.did("line cut")
    yield random.uniform(2.0, 5.0)
    scene.kill(unit)
    spoilt = spoil_newest(scene.chain.outbox(unit.name))
    if spoilt is not None:
        scene.corrupted += 1
        scene.excused.add(spoilt)
        scene.did(f"event of {spoilt} corrupted at {unit.name}")
    unit.start()
    yield random.uniform(0.0, 1.0)
    wire.mend()
    scene.did("line mended")
    yield random.uniform(1.0, 3.0)


def spoil_newest(outbox: Path) -> str | None:
    """Flip the first bytes of the newest response in an outbox that nobody has open.

    Return the response that it belonged to; None when there is none that HQ may lack.
    """
    with contextlib.closing(sqlite3.connect(outbox, isolation_level=None)) as file:
        rows = file.execute(
            "SELECT events.stream, events.seq, events.payload FROM events"
            " JOIN streams ON streams.id = events.stream"
            " WHERE events.seq > streams.committed AND events.seq = streams.head"
            " ORDER BY events.accepted_ms DESC, events.stream"
        ).fetchall()
        for stream, seq, payload in rows:
            event = decode_event(payload)
            if isinstance(event, Response):
                spoilt = bytes(each ^ 0xFF for each in payload[:_SPOILT_BYTES])
                file.execute(
                    "UPDATE events SET payload = ? WHERE stream = ? AND seq = ?",
                    (spoilt + payload[_SPOILT_BYTES:], stream, seq),
                )
                return event.response
    return None


def _back_up(file: Path, to: Path) -> None:
    source = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    with contextlib.closing(source), contextlib.closing(sqlite3.connect(to)) as target:
        source.backup(target)
