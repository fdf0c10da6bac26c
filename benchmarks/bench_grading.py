"""How fast grading is on one core, in processor time: python -m benchmarks.bench_grading."""

import importlib
import json
import resource
import time
from pathlib import Path

from grading.verdict import Context

SENTENCES = Path(__file__).parents[1] / "tests" / "grading" / "sentences"


def main() -> None:
    """Print texts per second, the time of the first import and the memory."""
    started = time.process_time()
    grade = importlib.import_module("grading.grader").grade
    grade("好", Context())
    print(f"import and first verdict: {time.process_time() - started:.3f} s of processor time")
    texts = [
        json.loads(line)["text"]
        for name in ("tune", "held_out")
        for line in (SENTENCES / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]
    for text in texts:
        grade(text, Context())
    best = 0.0
    for _ in range(5):
        started = time.process_time()
        for text in texts:
            grade(text, Context())
        best = max(best, len(texts) / (time.process_time() - started))
    mean = sum(map(len, texts)) / len(texts)
    print(f"{best:,.0f} texts/s with evidence; {len(texts)} texts of {mean:.0f} characters")
    started = time.process_time()
    for rating in range(20_000):
        grade("", Context(rating=1 + rating % 5))
    print(f"{20_000 / (time.process_time() - started):,.0f} taps without words/s")
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
