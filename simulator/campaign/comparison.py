"""Compares the shoppers' own list with what HQ holds, response by response.

HQ may have more than the list by what was on its way to the list when a kiosk was killed; it may
never have less.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from simulator.campaign.saved_list import SavedRevision


@dataclass(frozen=True, slots=True, kw_only=True)
class HqResponse:
    """What HQ holds of a response."""

    response: str
    rev: int
    rating: int | None
    note: str | None
    """Hash, as in the shoppers' list."""
    grade: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Where the list and HQ disagree; response ids."""

    lost: tuple[str, ...] = ()
    """Saved, but HQ lacks it or has an earlier revision only."""
    excused: tuple[str, ...] = ()
    """As `lost`, but the campaign itself destroyed the only copy."""
    twice: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    """The same revision with another score, note or grade."""
    unlisted: tuple[str, ...] = ()
    """HQ has a response or a revision that is not on the list: saved as the kiosk was killed."""

    @property
    def complete(self) -> bool:
        """Whether HQ has all it should have."""
        return not (self.lost or self.twice or self.wrong)


def compare(
    saved: Mapping[str, SavedRevision],
    held: Iterable[HqResponse],
    excused: Collection[str] = (),
) -> Verdict:
    """Return where the shoppers' list, by response id, and HQ's rows disagree."""
    rows = list(held)
    counts = Counter(row.response for row in rows)
    at_hq = {row.response: row for row in rows}
    behind = {
        name for name, mine in saved.items() if name not in at_hq or at_hq[name].rev < mine.rev
    }
    return Verdict(
        lost=tuple(sorted(behind - set(excused))),
        excused=tuple(sorted(behind & set(excused))),
        twice=tuple(sorted(name for name, count in counts.items() if count > 1)),
        wrong=tuple(
            sorted({r.response for r in rows if r.response in saved and _differs(saved, r)})
        ),
        unlisted=tuple(
            sorted(
                row.response
                for row in at_hq.values()
                if row.response not in saved or row.rev > saved[row.response].rev
            )
        ),
    )


def _differs(saved: Mapping[str, SavedRevision], row: HqResponse) -> bool:
    mine = saved[row.response]
    if row.rev < mine.rev:
        return False  # that is a loss
    if row.rating != mine.rating or (mine.urgent and row.grade != "S"):
        return True
    return row.rev == mine.rev and row.note != mine.note


def fell_back(before: Mapping[str, int], after: Mapping[str, int]) -> set[str]:
    """Return the responses whose revision at HQ went back between two looks, or vanished."""
    return {name for name, rev in before.items() if after.get(name, 0) < rev}
