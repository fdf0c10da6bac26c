"""hq_server/shopper/stages.py: done, now and next, for every status."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hq_server.cases.case import Status
from hq_server.cases.progress import Node, Progress
from hq_server.shopper.stages import When, stages
from tests.hq_server.conftest import NOW


def _progress(status: Status | None, *steps: str) -> Progress:
    nodes = tuple(
        Node(step=step, at=NOW + timedelta(minutes=n))
        for n, step in enumerate(("received", *steps))
    )
    return Progress(
        code="c", store="s1", touchpoint=None, channel="kiosk", nodes=nodes, status=status
    )


@pytest.mark.parametrize(
    ("status", "steps", "coming"),
    [
        (None, (), []),
        (Status.NEW, (), ["acknowledge", "resolve", "verify"]),
        (Status.NEW, ("acknowledge",), ["resolve", "verify"]),
        (Status.CONTACTED, ("acknowledge", "contact"), ["resolve", "verify"]),
        (Status.RESOLVED, ("acknowledge", "resolve"), ["verify"]),
        (Status.ACKNOWLEDGED, ("acknowledge", "resolve", "reopen"), ["resolve", "verify"]),
        (Status.VERIFIED, ("acknowledge", "resolve", "verify"), []),
        (Status.CLOSED, ("acknowledge", "resolve", "close"), []),
    ],
)
def test_what_comes_next(status: Status | None, steps: tuple[str, ...], coming: list[str]) -> None:
    found = stages(_progress(status, *steps))
    assert [each.step for each in found if each.when is When.NEXT] == coming
    now = [each.step for each in found if each.when is When.NOW]
    assert now == ([["received", *steps][-1]] if coming else [])
    assert all((each.at is None) == (each.when is When.NEXT) for each in found)


@pytest.mark.parametrize("status", Status)
def test_every_status_has_its_page(status: Status) -> None:
    assert stages(_progress(status))
