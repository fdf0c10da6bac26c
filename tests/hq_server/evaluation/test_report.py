"""hq_server/evaluation/report.py: what one run takes in, and what it leaves out.

tests/hq_server/test_grading_commands.py looks at the tables of a whole run.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hq_server.evaluation.report import Evaluation
from hq_server.text_files import TextFileError
from tests.hq_server.evaluation.test_labelled import LINE
from tests.hq_server.evaluation.test_reviews import packed, review


def test_what_is_left_out_is_told(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text(json.dumps(LINE), "utf-8")
    without, folder = list(Evaluation([path], None).left_out()), tmp_path / "reviews"
    folder.mkdir()
    packed(folder / "zh_sentiment_dev.jsonl.xz", review("online", 1))
    assert "--reviews" in without[0]
    assert list(Evaluation([path], folder).left_out()) == without[1:]


def test_every_file_is_read_before_anything_is_measured(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text(json.dumps(LINE), "utf-8")
    with pytest.raises(TextFileError, match=r"none\.jsonl: No such file"):
        Evaluation([path, tmp_path / "none.jsonl"], None)
    with pytest.raises(TextFileError, match="no reviews in it"):
        Evaluation([path], tmp_path)
