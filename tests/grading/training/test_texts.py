import json
import lzma
from pathlib import Path

import pytest

from grading.topics import TOPICS
from grading.training.texts import TrainingError, own_sentences, reviews


def test_own_sentences_are_labelled() -> None:
    for language in ("zh", "en"):
        found = own_sentences(language)
        assert len(found) > 500
        assert {one.grade for one in found} == {"S", "A", "B"}
        assert all(one.text.strip() for one in found)
        assert {topic for one in found for topic in one.topics} <= set(TOPICS)


def test_reviews_are_read_and_a_missing_file_is_named(tmp_path: Path) -> None:
    with lzma.open(tmp_path / "en_sentiment_dev.jsonl.xz", "wt") as file:
        file.write(json.dumps({"text": "good", "src": "made", "label": 1}) + "\n")
    (found,) = reviews(tmp_path, "en", "dev")
    assert (found.text, found.source, found.pleased) == ("good", "made", True)
    with pytest.raises(TrainingError, match="en_sentiment_train"):
        reviews(tmp_path, "en", "train")
