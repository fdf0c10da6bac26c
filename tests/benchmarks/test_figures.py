from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from benchmarks import figures
from benchmarks.errors import BenchmarkError
from benchmarks.figures import Budget, Figure, Limit, Results
from benchmarks.machine import file_system, machine
from benchmarks.report import markdown, write


@pytest.fixture
def results(tmp_path: Path) -> Results:
    return Results(benchmark="gateway", seed=7, data=tmp_path, keep_in=tmp_path / "kept")


def test_a_figure_is_a_line_of_json_with_limit_budget_and_machine(
    results: Results, capsys: pytest.CaptureFixture[str]
) -> None:
    results.add("speed", 30_000, "events/s", limit=Limit("disk", 60_000), budget=Budget(40_000))
    line = capsys.readouterr().out
    found = msgspec.json.decode(line, type=Figure)
    assert (found.ratio, found.met) == (0.5, False)
    assert found.machine.cores >= 1
    assert (results.keep_in / "gateway.jsonl").read_text() == line


@pytest.mark.parametrize(("value", "met"), [(59, True), (60, True), (61, False)])
def test_a_budget_of_at_most_is_kept_from_below(results: Results, value: float, met: bool) -> None:
    assert results.add("memory", value, "MB", budget=Budget(60, at_most=True)).met is met


def test_the_newest_run_counts(results: Results) -> None:
    results.add("10 gateways", 1, "events/s")
    newer = replace(results, run="later")
    newer.add("20 gateways", 2, "events/s")
    newer.add("memory", 3, "MB")
    newest = {one.figure: one.value for one in figures.latest(results.keep_in)}
    assert newest == {"20 gateways": 2, "memory": 3}


def test_a_folder_in_memory_is_refused() -> None:
    in_memory = Path("/dev/shm")  # noqa: S108
    if not in_memory.is_dir() or file_system(in_memory) != "tmpfs":
        pytest.skip("needs a folder in memory")
    with pytest.raises(BenchmarkError, match="in memory"):
        machine(in_memory)


def test_the_page_gets_the_tables_between_its_marks(results: Results, tmp_path: Path) -> None:
    results.add("speed", 30_000, "events/s", budget=Budget(40_000))
    page = tmp_path / "page.md"
    marks = "<!-- figures of {} -->\nold\n<!-- end of figures -->\n"
    page.write_text(f"before\n{marks.format('gateway')}between\n{marks.format('drain')}after\n")
    assert write(page, results.figures) == ["gateway"]
    text = page.read_text()
    assert "| speed | 30,000 | events/s |  |  | ≥ 40,000 | no |" in text
    assert text.count("old") == 1  # nothing is known of drain
    assert write(page, results.figures) == ["gateway"]
    assert page.read_text() == text


def test_a_page_without_marks_is_refused(results: Results, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing")
    with pytest.raises(BenchmarkError):
        write(page, results.figures)


def test_a_table_says_what_it_was_measured_on(results: Results) -> None:
    results.add("speed", 1, "events/s")
    assert results.figures[0].machine.cpu in markdown(results.figures)
    assert results.figures[0].commit in markdown(results.figures)


def test_a_percentile_of_a_hundred() -> None:
    values = [float(value) for value in range(100, 0, -1)]
    assert figures.percentile(values, 0.5) == 51
    assert figures.percentile(values, 0.99) == 100
    assert figures.percentile([], 0.5) == 0
