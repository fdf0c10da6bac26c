"""What grading costs: texts a second of one core, and what a process that only grades takes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hq_server.errors import HqError

_AT_ONCE = 100
# What a fresh process says of itself: seconds to import, seconds to the first verdict, bytes.
_ALONE = """
import json, sys, time
began = time.process_time()
from grading.grader import grade
from grading.verdict import Context
imported = time.process_time() - began
grade("好", Context())
first = time.process_time() - began
for text in json.load(sys.stdin):
    grade(text, Context())
status = open("/proc/self/status").read()
print(imported, first, int(status.split("VmHWM:")[1].split()[0]) * 1024 / 1e6)
"""


class CostError(HqError):
    """A process that only grades did not come to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """What a process that only grades takes: seconds of processor time, and memory at its most."""

    import_seconds: float
    first_verdict_seconds: float
    memory_mb: float


def speed(once: Callable[[str], object], texts: Sequence[str], rounds: int) -> float:
    """Return texts per second of processor time, in the best round of each hundred."""
    parts = [texts[at : at + _AT_ONCE] for at in range(0, len(texts), _AT_ONCE)]
    best = [float("inf")] * len(parts)
    for _ in range(rounds):
        for number, part in enumerate(parts):
            began = time.process_time()
            for text in part:
                once(text)
            best[number] = min(best[number], time.process_time() - began)
    return len(texts) / max(sum(best), 1e-9)


def alone(texts: Sequence[str]) -> Alone:
    """Grade texts in a process of its own and return what that took."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", _ALONE],
        input=json.dumps(list(texts)),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CostError(f"grading in a process of its own: {done.stderr.strip()[-300:]}")
    imported, first, memory = map(float, done.stdout.split())
    return Alone(import_seconds=imported, first_verdict_seconds=first, memory_mb=memory)
