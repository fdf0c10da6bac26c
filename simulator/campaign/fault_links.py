"""Faults of lines: black holes and resets, in the store and towards HQ."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from simulator.campaign.scene import Scene
from simulator.wire import Wire

_BLACK_HOLE_SECONDS = 20.0
_RESETS = 20


def black_hole_lan(scene: Scene, random: Random) -> Iterator[float]:
    """Every byte between kiosks and gateway vanishes for 20 s, and then comes a reset."""
    yield from _black_hole(scene, "lan", scene.chain.lan, random)


def black_hole_wan(scene: Scene, random: Random) -> Iterator[float]:
    """Every byte between gateway and broker vanishes for 20 s, and then comes a reset."""
    yield from _black_hole(scene, "wan", scene.chain.wan, random)


def black_hole_hq(scene: Scene, random: Random) -> Iterator[float]:
    """Every byte between broker and ingest vanishes for 20 s, and then comes a reset."""
    yield from _black_hole(scene, "hq", scene.chain.hq_line, random)


def resets(scene: Scene, random: Random) -> Iterator[float]:
    """Twenty resets of every connection of one line or of all of them, within some seconds."""
    chain = scene.chain
    lines = {"lan": [chain.lan], "wan": [chain.wan], "hq": [chain.hq_line]}
    lines["all"] = [chain.lan, chain.wan, chain.hq_line]
    name = random.choice(tuple(lines))
    for _ in range(_RESETS):
        for wire in lines[name]:
            wire.reset()
        scene.did(f"reset {name}")
        yield random.uniform(0.05, 0.7)


def _black_hole(scene: Scene, name: str, wire: Wire, random: Random) -> Iterator[float]:
    wire.cut()
    scene.did(f"cut {name}")
    yield scene.lasting(_BLACK_HOLE_SECONDS)
    wire.mend()
    scene.did(f"mend {name}")
    yield random.uniform(1.0, 3.0)
