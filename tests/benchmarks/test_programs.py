"""Each benchmark runs from its one command and leaves a table and lines of JSON; no figure counts
here: what else this machine does would decide the test."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from benchmarks.__main__ import QUICK
from benchmarks.brokers import MOSQUITTO
from benchmarks.figures import Figure
from tests.architecture.sources import ROOT

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(400)]

NEEDS_MOSQUITTO = {"many-gateways"}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder on the checkout's disk: pytest's own may lie in memory, which is refused."""
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "build") as made:
        yield Path(made)


@pytest.mark.parametrize("name", QUICK)
def test_a_benchmark_prints_a_table_and_json_lines(name: str, folder: Path) -> None:
    if name in NEEDS_MOSQUITTO and MOSQUITTO is None:
        pytest.skip("needs the Debian package mosquitto")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", name, *QUICK[name], "--data", str(folder)],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin:/usr/sbin", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    figures = [msgspec.json.decode(line, type=Figure) for line in lines]
    assert figures
    assert {figure.benchmark for figure in figures} == {name}
    assert all(figure.seed == 7 for figure in figures)
    assert "limit of the machine" in done.stdout
    kept = (folder / "build/benchmarks" / f"{name}.jsonl").read_text()
    assert kept.splitlines() == lines
    assert not list(folder.glob(f"{name}-*")), "its files are gone"
