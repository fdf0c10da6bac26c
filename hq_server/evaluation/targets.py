"""What the product promises of grading: every target of `evaluate` and of the benchmark of grading.

Shares are percent. They are compared with the strict score, not with the lenient one.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Target(msgspec.Struct, frozen=True, omit_defaults=True):
    """A figure's least or greatest value that keeps a promise."""

    value: float
    at_most: bool = False

    def met_by(self, value: float) -> bool:
        """Tell whether a value keeps the promise."""
        return value <= self.value if self.at_most else value >= self.value

    def __str__(self) -> str:
        number = f"{self.value:,g}".replace("-", "−")
        return f"{'≤' if self.at_most else '≥'} {number}"


# Missing an S costs more than looking at one too many: its recall comes before its precision.
LABELLED: Mapping[str, Target] = {
    "grade": Target(88),
    "S recall": Target(95),
    "S precision": Target(80),
    "department": Target(88),
    "topic micro-F1": Target(85),
    "sentiment within 1": Target(95),
    "opposed aspects": Target(80),
}
# English less Chinese, in points.
LANGUAGES: Mapping[str, Target] = {"grade": Target(-8)}
# By the source of the reviews. Labels of public reviews are wrong in several of a hundred: models
# a thousand times the size end at 94 to 95 and at 90.
REVIEWS: Mapping[str, Target] = {"online": Target(93.5), "waimai": Target(89)}
REDACTION = Target(99.5)
# Texts a second of one core's processor time.
VERDICTS = Target(5_000)
VERDICTS_WITH_EVIDENCE = Target(3_000)
IMPORT_SECONDS = Target(0.3, at_most=True)
MEMORY_MB = Target(60, at_most=True)
