"""The table sums up the runs of a fault and hides no failure."""

import io

from rich.console import Console

from simulator.campaign.run import Report
from simulator.campaign.table import COLUMNS, lines, table


def report(fault: str, *, lost: int = 0, recovery: float = 1.0, accepted: int = 10) -> Report:
    return Report(
        seed=1,
        fault=fault,
        database="sqlite",
        kiosks=2,
        ok=lost == 0,
        accepted=accepted,
        lost=lost,
        recovery_seconds=recovery,
    )


REPORTS = [report("resets"), report("kill-all", lost=2), report("resets", recovery=9.5)]


def test_each_fault_has_a_line_and_all_of_them_another() -> None:
    summed = {line.fault: line for line in lines(REPORTS)}
    assert list(summed) == ["kill-all", "resets", "all"]
    assert (summed["resets"].runs, summed["resets"].accepted) == (2, 20)
    assert summed["resets"].longest_recovery_seconds == 9.5
    assert (summed["kill-all"].lost, summed["kill-all"].failed) == (2, 1)
    assert (summed["all"].runs, summed["all"].lost, summed["all"].failed) == (3, 2, 1)


def test_a_campaign_without_runs_has_an_empty_sum() -> None:
    assert [(line.runs, line.accepted) for line in lines([])] == [(0, 0)]


def test_the_table_names_what_could_not_be_run() -> None:
    console = Console(file=io.StringIO(), width=200)
    console.print(table(REPORTS, {"power-cut-hq": "root, ext4 and loop devices"}))
    assert isinstance(console.file, io.StringIO)
    said = console.file.getvalue()
    for words in (*COLUMNS, "power-cut-hq", "not run", "needs root, ext4", "9.5 s"):
        assert words in said
