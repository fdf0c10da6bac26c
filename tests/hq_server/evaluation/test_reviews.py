"""hq_server/evaluation/reviews.py: which files are read, by what they are counted."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from grading.evaluation import Answer
from hq_server.evaluation import reviews
from hq_server.evaluation.graders import Grader
from hq_server.text_files import TextFileError

OURS = Grader(name="storeloop", answer=lambda _: Answer(grade="B"), pleased=lambda *_: True)
SLOW = Grader(
    name="slow",
    answer=lambda _: Answer(grade="B"),
    pleased=lambda text, _: text == "good",
    languages=("zh",),
    slow=True,
)


def packed(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_bytes(lzma.compress("\n".join(map(json.dumps, rows)).encode()))
    return path


def review(src: str, label: int, text: str = "good") -> dict[str, Any]:
    return {"id": "1", "src": src, "label": label, "text": text, "cat": "x"}


def test_reviews_are_counted_by_source(tmp_path: Path) -> None:
    online = [review("online", 1)] * 300 + [review("online", 0)] * 200
    packed(tmp_path / "zh_sentiment_dev.jsonl.xz", *online, review("elsewhere", 1))
    packed(tmp_path / "zh_sentiment_train.jsonl.xz", {"not": "read"})
    packed(tmp_path / "en_sentiment_dev.jsonl.xz", review("uci_en", 1))
    found = reviews.read(tmp_path)
    zh, en = (reviews.section(path, rows, [OURS, SLOW]) for path, rows in found.items())
    assert [each.figure for each in zh.rows] == ["online shopping", "elsewhere"]
    ours, slow = (zh.rows[0].values[name] for name in ("storeloop", "slow"))
    assert (ours.value, ours.of, slow.of) == (60, 500, reviews.SAMPLE)
    assert zh.rows[0].reached is False
    assert zh.rows[1].target is None
    assert list(en.rows[0].values) == ["storeloop"]
    again = reviews.section(*next(iter(found.items())), [SLOW])
    assert again.rows[0].values["slow"] == slow


def test_a_folder_without_reviews_and_a_wrong_line_are_told(tmp_path: Path) -> None:
    with pytest.raises(TextFileError, match="none: no such folder"):
        reviews.read(tmp_path / "none")
    with pytest.raises(TextFileError, match="no reviews in it"):
        reviews.read(tmp_path)
    path = packed(tmp_path / "zh_sentiment_dev.jsonl.xz", review("online", 1), review("online", 2))
    with pytest.raises(TextFileError, match=rf"{path.name}, line 2: .*\$\.label"):
        reviews.read(tmp_path)
