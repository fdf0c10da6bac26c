"""The fault campaign in short: one fault of each family, and one that must be seen to lose.

`make campaign` runs 200 of them. Real programs, a real broker that forgets everything when it is
killed; what a kiosk saved must be at HQ exactly once, at its highest revision (D1-D8).
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from simulator.campaign.campaign import Campaign, Order, lacking_here
from simulator.campaign.plan import DatabaseKind, Wishes
from simulator.campaign.run import Report

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

SEED = 20261122
# One of each family: the whole list is for `make campaign`.
GROUPS = {
    "programs": ("kill-all", "broker-frozen"),
    "lines": ("black-hole-wan", "resets"),
    "disks": ("power-cut-gateway", "full-disk-kiosk"),
    "files": ("new-gateway-disk", "old-hq-database", "corrupt-event-kiosk"),
    "clocks-and-many": ("clock-jump", "one-of-two-ingests", "one-of-two-brokers"),
}


def run(folder: Path, **wishes: str) -> Report:
    order = Order(
        runs=1,
        seed=SEED,
        jobs=1,
        keep=False,
        folder=folder / "runs",
        report=folder / "report.jsonl",
        wishes=Wishes(database=DatabaseKind.SQLITE, short=True, **wishes),
    )
    code = Campaign(order, Console()).run()
    (line,) = order.report.read_bytes().splitlines()
    report = msgspec.json.decode(line, type=Report)
    assert code == (0 if report.ok else 1)
    return report


@pytest.mark.parametrize("group", GROUPS)
def test_what_was_saved_is_at_hq_once_whatever_fails(group: str, tmp_path: Path) -> None:
    lacking = lacking_here()
    faults = [fault for fault in GROUPS[group] if fault not in lacking]
    if not faults:
        pytest.skip(f"needs {lacking[GROUPS[group][0]]}")
    for fault in faults:
        report = run(tmp_path / fault, fault=fault)
        assert report.why == ""
        assert report.accepted > 20
        assert report.dead_letters == report.corrupted
        assert (report.lost, report.twice, report.wrong, report.reordered) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("sabotage", "fault"), [("early-ack", "kill-gateway"), ("early-commit", "kill-ingest")]
)
def test_the_campaign_sees_what_is_acknowledged_before_its_commit(
    sabotage: str, fault: str, tmp_path: Path
) -> None:
    report = run(tmp_path, fault=fault, sabotage=sabotage)
    assert report.lost > 0
    assert "lost" in report.why
    assert report.examples
