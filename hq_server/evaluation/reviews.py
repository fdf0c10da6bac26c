"""Public reviews: how often the polarity of a whole review is told, by where reviews are from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Literal

import msgspec

from grading.evaluation import share
from hq_server.evaluation import targets
from hq_server.evaluation.graders import Grader
from hq_server.evaluation.tables import Row, Section, percent, row
from hq_server.text_files import TextFileError, lines

# A slow grader takes this many of each source, chosen by the seed.
SAMPLE, SEED = 400, 7
_LANGUAGES = ("zh", "en")
_TRAIN = "_train."
_NAMES = {"online": "online shopping", "waimai": "takeaway", "cosm": "cosmetics"}


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """One review, which is pleased (1) or is not (0)."""

    id: str | int
    src: str
    label: Literal[0, 1]
    text: str


def read(folder: Path) -> dict[Path, list[Review]]:
    """Return the reviews of each file in a folder but for those that training reads."""
    if not folder.is_dir():
        raise TextFileError(folder, "no such folder")
    found = {
        path: list(lines(path, Review))
        for language in _LANGUAGES
        for path in sorted(folder.glob(f"{language}_sentiment_*.jsonl.xz"))
        if _TRAIN not in path.name
    }
    if not any(found.values()):
        raise TextFileError(folder, "no reviews in it, such as zh_sentiment_dev.jsonl.xz")
    return {path: each for path, each in found.items() if each}


def section(path: Path, found: Sequence[Review], graders: Sequence[Grader]) -> Section:
    """Return how often each grader tells the reviews of a file, by their source."""
    language = path.name[:2]
    able = [each for each in graders if language in each.languages]
    sources = dict.fromkeys(one.src for one in found)
    slow = "".join(f"; {each.name} of {SAMPLE} of each source" for each in able if each.slow)
    rows = [
        _row(name, [one for one in found if one.src == name], language, able) for name in sources
    ]
    return Section(title=f"{path.name}: public reviews, pleased or not{slow}", rows=rows)


def _row(source: str, found: Sequence[Review], language: str, graders: Sequence[Grader]) -> Row:
    fewer = Random(SEED).sample(found, min(SAMPLE, len(found)))  # noqa: S311 - a sample, no secret
    values = {}
    for each in graders:
        asked = fewer if each.slow else found
        told = [each.pleased(one.text, language) == bool(one.label) for one in asked]
        values[each.name] = percent(share(source, told))
    return row(_NAMES.get(source, source), values, targets.REVIEWS.get(source))
