"""python -m tests.grading.golden writes golden.jsonl: verdicts that each tier gives to the bit."""

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec

from grading.grader import grade
from grading.verdict import Context
from protocols.messages import Reason

HERE = Path(__file__).parent
GOLDEN = HERE / "golden.jsonl"
QUEUE = Reason(id="queue", topic="queue_checkout")
ALLERGY = Reason(id="allergy", topic="allergy", urgent=True)
TAPS = [
    Context(rating=rating, reasons=reasons)
    for rating in (None, 1, 3, 5)
    for reasons in ((), (QUEUE,), (ALLERGY, QUEUE))
]
ODD = [
    "",
    "♞♞",
    "очень плохо",
    "<script>alert(1)</script>",
    "過\u200b敏了",
    "好" * 5000,
    "a\x00b\u202e",
]


def verdicts() -> Iterator[str]:
    """Yield one line per text: what went in, and the verdict as it is stored."""
    sentences = (HERE / "sentences" / "held_out.jsonl").read_text("utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in sentences[::2]]
    for text, context in [
        *((text, Context()) for text in [*texts, *ODD]),
        *(("", context) for context in TAPS),
        *((text, Context(rating=1, language="zh")) for text in ODD),
    ]:
        yield json.dumps(text[:80]) + " " + msgspec.json.encode(grade(text, context)).decode()


if __name__ == "__main__":
    GOLDEN.write_text("\n".join(verdicts()) + "\n", "utf-8")
