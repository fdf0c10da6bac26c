"""hq_server/evaluation/cost.py: processor time is counted, and a process of its own."""

from __future__ import annotations

import pytest

from hq_server.evaluation import cost
from hq_server.evaluation.cost import CostError, alone, speed


def test_every_text_is_done_in_every_round() -> None:
    done: list[str] = []
    texts = [str(number) for number in range(250)]
    assert speed(done.append, texts, 3) > 0
    assert sorted(done) == sorted(texts * 3)


def test_a_process_that_only_grades_says_what_it_took() -> None:
    found = alone(["好", "bad"])
    assert 0 < found.import_seconds <= found.first_verdict_seconds
    assert 5 < found.memory_mb < 500


def test_a_process_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost, "_ALONE", "raise SystemExit('no grading here')")
    with pytest.raises(CostError, match="no grading here"):
        alone(["好"])
