"""The fault campaign in short: one fault of each family, and one that must be seen to lose.

`make campaign` runs 200 of them. Real programs, a real broker that forgets everything when it is
killed; what a kiosk saved must be at HQ exactly once, at its highest revision (D1-D8).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from simulator.broker import free_port
from simulator.campaign import run, template
from simulator.campaign.campaign import Campaign, Order, lacking_here
from simulator.campaign.faults import FAULTS
from simulator.campaign.plan import DatabaseKind, Wishes, plan
from simulator.campaign.run import Report

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

SEED = 20261122
# One or two of each family, the longest first: the list of all is for `make campaign`.
SHORT = (
    "power-cut-hq",
    "full-disk-kiosk",
    "one-of-two-brokers",
    "clock-jump",
    "black-hole-wan",
    "kill-all",
    "new-gateway-disk",
    "corrupt-event-kiosk",
)
Play = Callable[..., Report]


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    """Run one fault of the fixed seed; all runs of a process share one template of HQ."""
    folder = tmp_path_factory.mktemp("campaign")
    with ExitStack() as clean_up:
        made = template.make(folder / "template", clean_up, with_server=False)

        def _play(fault: str, sabotage: str | None = None) -> Report:
            wishes = Wishes(
                fault=fault, database=DatabaseKind.SQLITE, short=True, sabotage=sabotage
            )
            drawn = plan(SEED, list(FAULTS), wishes)
            audit = sabotage is None
            return run.run(drawn, made, folder / fault, free_port(), audit=audit)

        yield _play


@pytest.mark.parametrize("fault", SHORT)
def test_what_was_saved_is_at_hq_once_whatever_fails(fault: str, play: Play) -> None:
    if fault in (lacking := lacking_here()):
        pytest.skip(f"needs {lacking[fault]}")
    report = play(fault)
    assert (report.why, report.missed) == ("", [])
    assert report.accepted > 20
    assert report.dead_letters == report.corrupted
    assert (report.lost, report.twice, report.wrong, report.reordered) == (0, 0, 0, 0)


def test_hq_that_commits_after_its_answer_is_seen_to_lose(play: Play) -> None:
    """D4 broken on purpose: without this, a campaign that sees nothing would look the same."""
    report = play("kill-ingest", "early-commit")
    assert report.lost > 0
    assert "lost" in report.why
    assert report.examples


def test_a_gateway_that_commits_after_its_answer_is_seen_to_lose(tmp_path: Path) -> None:
    """D3 broken on purpose, by way of the command: the exit code and the lines say so."""
    order = Order(
        runs=1,
        seed=SEED,
        jobs=1,
        keep=False,
        folder=tmp_path / "runs",
        report=tmp_path / "report.jsonl",
        wishes=Wishes(
            fault="kill-gateway", database=DatabaseKind.SQLITE, short=True, sabotage="early-ack"
        ),
    )
    assert Campaign(order, Console()).run() == 1
    (line,) = order.report.read_bytes().splitlines()
    assert msgspec.json.decode(line, type=Report).lost > 0
    assert (order.folder / f"run-{SEED}" / "logs" / "gateway.log").exists()
