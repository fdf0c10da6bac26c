"""The steps of a shopper's page: what was done, where it stands, what comes next. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hq_server.cases.case import Status, Step
from hq_server.cases.progress import Progress


class When(StrEnum):
    """How a step stands."""

    DONE = "done"
    NOW = "now"
    NEXT = "next"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A step on the page; one that comes next has no time."""

    step: str
    when: When
    at: datetime | None = None


_WORKING = (Step.RESOLVE, Step.VERIFY)
_NEXT: Mapping[Status, tuple[Step, ...]] = {
    Status.NEW: (Step.ACKNOWLEDGE, *_WORKING),
    Status.ACKNOWLEDGED: _WORKING,
    Status.CONTACTED: _WORKING,
    Status.PROPOSED: _WORKING,
    Status.RESOLVED: (Step.VERIFY,),
    Status.VERIFIED: (),
    Status.CLOSED: (),
}


def stages(progress: Progress) -> list[Stage]:
    """Return the steps in order; NOW is the last that was done, while something comes next."""
    coming = _NEXT[progress.status] if progress.status is not None else ()
    done = {node.step for node in progress.nodes}
    # Taken charge of in the store is answered, though nobody has touched the case yet.
    ahead = [step for step in coming if not (step is Step.ACKNOWLEDGE and step in done)]
    found = [Stage(step=node.step, when=When.DONE, at=node.at) for node in progress.nodes]
    if ahead:
        last = found[-1]
        found[-1] = Stage(step=last.step, when=When.NOW, at=last.at)
    return found + [Stage(step=str(step), when=When.NEXT) for step in ahead]
