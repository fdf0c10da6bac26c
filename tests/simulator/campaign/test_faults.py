"""Every fault is described where a reader looks, and its moments come from the seed alone."""

from pathlib import Path

import pytest

from simulator.campaign.campaign import again, lacking_here
from simulator.campaign.faults import FAULTS
from simulator.campaign.run import Report

PAGE = Path(__file__).parents[3] / "docs" / "campaign.md"


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_documented_and_says_what_it_does(name: str) -> None:
    assert FAULTS[name].says.endswith(".")
    assert f"`{name}`" in PAGE.read_text(encoding="utf-8")


def test_what_cannot_be_run_here_says_what_it_needs() -> None:
    for name, lacking in lacking_here().items():
        assert FAULTS[name].needs
        assert lacking


def test_a_run_is_repeated_by_its_seed_fault_and_database() -> None:
    report = Report(seed=41, fault="resets", database="postgresql", kiosks=2)
    said = again(report, short=True, sabotage=None)
    assert said == (
        "storeloop-sim campaign --runs 1 --seed 41 --fault resets --database postgresql"
        " --keep --short"
    )
    assert again(report, short=False, sabotage="early-ack").endswith("--sabotage early-ack")
