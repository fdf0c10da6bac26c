"""python -m grading.training DATA_FOLDER: fit the models and write their weights and their card."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

from grading.model import Table
from grading.rulebook import built_in
from grading.training import chances, models, pleased
from grading.training.texts import TrainingError, digest, labelled, own_sentences, reviews
from grading.words import LANGUAGES

LIMITS = [
    "Polarity is learnt from public reviews of goods, hotels and meals: what is said in a store "
    "is judged by the lexicon and by the heads first.",
    "The heads (grade, intent, topics) are learnt from sentences written for this purpose, some "
    "thirty-five thousand in Chinese and twenty-five thousand in English, by few writers: what "
    "shoppers really write is learnt from the corrections of a chain's own staff.",
    "Labels of public reviews are wrong in several of a hundred; no model does better than that.",
]


def main() -> None:
    """Train, and print what the card says."""
    parser = argparse.ArgumentParser(prog="grading.training", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the *_sentiment_*.jsonl.xz files are")
    parser.add_argument("--out", type=Path, help="folder for the weights (the package's own)")
    parser.add_argument(
        "--also", type=Path, action="append", default=[], help="labelled texts, one JSON a line"
    )
    parser.add_argument("--heads-only", action="store_true", help="leave the polarity as it is")
    given = parser.parse_args()
    own = Path(str(resources.files("grading") / "weights"))
    out: Path = given.out or own
    out.mkdir(parents=True, exist_ok=True)
    try:
        card = train(given.folder, out, given.also, heads_only=given.heads_only)
    except TrainingError as error:
        sys.exit(f"grading.training: {error}")
    text = json.dumps(card, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    (out / "card.json").write_text(text, "utf-8")
    sys.stdout.write(text)


def train(
    folder: Path, out: Path, also: Sequence[Path] = (), *, heads_only: bool = False
) -> dict[str, object]:
    """Write the weights into `out` and return the model card."""
    dev: dict[str, object] = {}
    kept_back: dict[str, object] = {}
    for language in LANGUAGES:
        path = out / f"{language}_polarity.bin"
        if not heads_only:
            path.write_bytes(models.polarity(folder, language))
        dev[language] = models.accuracy(
            path.read_bytes(), language, reviews(folder, language, "dev")
        )
        sentences = own_sentences(language) + labelled(also, language)
        heads = models.heads(language, sentences)
        (out / f"{language}_heads.bin").write_bytes(heads)
        clauses = pleased.pleased(language, sentences, Table(heads))
        (out / f"{language}_pleased.bin").write_bytes(clauses)
        factors, kept_back[language] = chances.fit(language, sentences, Table(path.read_bytes()))
        (out / f"{language}_chances.json").write_bytes(factors)
    return _card(folder, out, also, dev, kept_back)


def _card(
    folder: Path,
    out: Path,
    also: Sequence[Path],
    dev: Mapping[str, object],
    kept_back: Mapping[str, object],
) -> dict[str, object]:
    return {
        "limits": LIMITS,
        "lexicon": built_in().lexicon_version,
        "trained on": {path.name: digest(path) for path in sorted(folder.glob("*_train.jsonl.xz"))},
        "also trained on": {path.name: digest(path) for path in also},
        "own sentences": {language: len(own_sentences(language)) for language in LANGUAGES},
        "polarity of dev reviews, percent right": dev,
        "own sentences by models that had not seen them, percent": kept_back,
        "weights": {
            path.name: {
                "bytes": path.stat().st_size,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
            for path in sorted([*out.glob("*.bin"), *out.glob("*_chances.json")])
        },
    }


if __name__ == "__main__":
    main()
