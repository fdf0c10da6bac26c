"""Faults of programs: killed, frozen, or with a clock that jumps."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from simulator.campaign import shifted_clock
from simulator.campaign.chain import Unit
from simulator.campaign.scene import Scene

_THREE_DAYS_SECONDS = 3 * 24 * 3600.0


def kill_kiosk(scene: Scene, random: Random) -> Iterator[float]:
    """kill -9 of a kiosk in the middle of a visit, two or three times."""
    for _ in range(random.choice((2, 3))):
        yield from _kill(scene, random.choice(scene.chain.kiosks), random)


def kill_gateway(scene: Scene, random: Random) -> Iterator[float]:
    """kill -9 of the gateway, two or three times."""
    for _ in range(random.choice((2, 3))):
        yield from _kill(scene, scene.chain.gateway, random)


def kill_broker(scene: Scene, random: Random) -> Iterator[float]:
    """kill -9 of the broker, which keeps nothing on disk, two or three times."""
    for _ in range(random.choice((2, 3))):
        yield from _kill(scene, scene.chain.broker, random)


def kill_ingest(scene: Scene, random: Random) -> Iterator[float]:
    """kill -9 of HQ's ingest, two or three times."""
    for _ in range(random.choice((2, 3))):
        yield from _kill(scene, scene.chain.ingest, random)


def kill_all(scene: Scene, random: Random) -> Iterator[float]:
    """kill -9 of every program of the chain at the same moment, started again in any order."""
    units = list(scene.chain.units)
    for unit in units:
        scene.kill(unit)
    yield random.uniform(0.2, 2.0)
    random.shuffle(units)
    for unit in units:
        unit.start()
        scene.did(f"start {unit.name}")
        yield random.uniform(0.0, 0.6)
    yield random.uniform(1.0, 3.0)


def freeze_broker(scene: Scene, random: Random) -> Iterator[float]:
    """The broker stands still for some seconds (SIGSTOP), is killed, and starts with nothing."""
    yield from _freeze(scene, scene.chain.broker, random, then_kill=True)


def freeze_hq(scene: Scene, random: Random) -> Iterator[float]:
    """HQ's ingest stands still for some seconds, and then goes on or is killed."""
    yield from _freeze(scene, scene.chain.ingest, random, then_kill=random.random() < 0.5)


def clock_for_one(scene: Scene, random: Random) -> None:
    """Give one program a clock that can be moved."""
    scene.target = random.choice(("kiosk-1", "gateway", "ingest"))
    scene.chain.give_clock(scene.target)


def jump_clock(scene: Scene, random: Random) -> Iterator[float]:
    """The wall clock of one program jumps by three days, to either side and back."""
    file = scene.chain.give_clock(scene.target)
    days = random.choice((-_THREE_DAYS_SECONDS, _THREE_DAYS_SECONDS))
    for offset in (days, 0.0, -days, 0.0):
        shifted_clock.set_offset(file, offset)
        scene.did(f"clock of {scene.target} at {offset:+.0f} s")
        yield random.uniform(1.0, 3.0)
        if random.random() < 0.4:
            unit = scene.chain.unit(scene.target)
            scene.kill(unit)
            unit.start()
            yield random.uniform(1.0, 2.0)


def second_ingest(scene: Scene, _random: Random) -> None:
    """Let two ingest processes share the partitions."""
    scene.chain.add_ingest()


def second_broker(scene: Scene, _random: Random) -> None:
    """Let there be two brokers that know nothing of each other."""
    scene.chain.add_broker()


def kill_one_ingest(scene: Scene, random: Random) -> Iterator[float]:
    """Of two ingest processes one is killed, two to four times, and comes back later."""
    for _ in range(random.choice((2, 3, 4))):
        yield from _kill(scene, random.choice((scene.chain.ingest, *scene.chain.ingests)), random)


def kill_one_broker(scene: Scene, random: Random) -> Iterator[float]:
    """Of two brokers one is killed, two to four times, and comes back with nothing."""
    for _ in range(random.choice((2, 3, 4))):
        yield from _kill(scene, random.choice((scene.chain.broker, *scene.chain.brokers)), random)


def _kill(scene: Scene, unit: Unit, random: Random) -> Iterator[float]:
    scene.kill(unit)
    yield random.uniform(0.0, 2.0)
    unit.start()
    scene.did(f"start {unit.name}")
    yield random.uniform(1.5, 4.0)


def _freeze(scene: Scene, unit: Unit, random: Random, *, then_kill: bool) -> Iterator[float]:
    unit.freeze()
    scene.did(f"freeze {unit.name}")
    yield scene.lasting(random.uniform(5.0, 15.0))
    if then_kill:
        scene.kill(unit)
        yield random.uniform(0.0, 1.0)
        unit.start()
        scene.did(f"start {unit.name}")
    else:
        unit.thaw()
        scene.did(f"thaw {unit.name}")
    yield random.uniform(1.0, 3.0)
