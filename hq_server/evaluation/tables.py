"""Tables of figures: figures as rows, graders as columns, beside each its target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from grading.evaluation import Figure
from hq_server.evaluation.targets import Target

STORELOOP = "storeloop"
# An interval narrower than this is shown to a tenth.
_NARROW = 5


class Value(msgspec.Struct, frozen=True, omit_defaults=True):
    """One figure, with its 95 % interval where it is a share of a sample."""

    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    of: int | None = None
    """What it was counted over."""


class Row(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One figure of several graders."""

    figure: str
    values: Mapping[str, Value]
    target: Target | None = None
    reached: bool | None = None
    sure: bool | None = None
    """The whole interval lies on the same side of the target."""


class Section(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One table."""

    title: str
    rows: Sequence[Row]
    tuned_on: bool = False
    """Grading was trained on these texts: what is reached here is no proof."""


def percent(figure: Figure, unit: str = "%") -> Value:
    """Return a share of 1 in percent, or a difference of shares in points."""
    value, low, high = (round(100 * one, 2) for one in (figure.value, figure.low, figure.high))
    return Value(value, unit, low, high, figure.of)


def row(
    figure: str,
    values: Mapping[str, Value],
    target: Target | None = None,
    judged: str = STORELOOP,
) -> Row:
    """Return a row; the column `judged` is held against the target. Counted over none: no value."""
    values = {name: value for name, value in values.items() if value.of != 0}
    value = values.get(judged)
    if value is None or target is None:
        return Row(figure=figure, values=values, target=target)
    ends = (value.value, *(end for end in (value.low, value.high) if end is not None))
    return Row(
        figure=figure,
        values=values,
        target=target,
        reached=target.met_by(value.value),
        sure=len({target.met_by(end) for end in ends}) == 1,
    )


def drawn(section: Section) -> Group:
    """Return a section as a headline and a table for a terminal."""
    columns = list(dict.fromkeys(name for each in section.rows for name in each.values))
    counted = any(_of(each) for each in section.rows)
    # Narrow gaps: a terminal of eighty columns holds every word whole.
    table = Table("figure", box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    for name in (*(["of"] if counted else []), *columns, "target"):
        table.add_column(name, justify="right")
    table.add_column("reached")
    for each in section.rows:
        shown = [_shown(each.values.get(name)) for name in columns]
        target = "" if each.target is None else str(each.target)
        of = [_of(each)] if counted else []
        table.add_row(_name(each), *of, *shown, target, _reached(each))
    return Group(Text(section.title, style="bold"), table, "")


def closing(sections: Sequence[Section]) -> Iterator[str]:
    """Yield in sentences which targets are reached; sets that were tuned on do not count."""
    judged = [
        (section.title.partition(":")[0], each)
        for section in sections
        for each in section.rows
        if each.reached is not None and not section.tuned_on
    ]
    missed = [(title, each) for title, each in judged if not each.reached]
    yield f"{len(judged) - len(missed)} of {len(judged)} targets reached, tuned-on sets aside."
    for title, each in missed:
        unsure = "" if each.sure else " (its interval holds the target)"
        yield f"Not reached: {title}, {each.figure}{unsure}."
    if any(not each.sure for _, each in judged):
        yield "A ? after yes or no: the target lies within the interval, so chance may decide."


def _name(each: Row) -> str:
    units = dict.fromkeys(value.unit for value in each.values.values() if value.low is None)
    return ", ".join((each.figure, *units))


def _of(each: Row) -> str:
    """What our figure was counted over: another grader may have said S more often."""
    ours = each.values.get(STORELOOP)
    return "" if ours is None or ours.of is None else f"{ours.of:,}"


def _reached(each: Row) -> str:
    if each.reached is None:
        return "" if each.target is None else "nothing to count"
    return ("yes" if each.reached else "no") + ("" if each.sure else "?")


def _shown(value: Value | None) -> str:
    if value is None:
        return "–"
    if value.low is None or value.high is None:
        digits = 0 if value.value >= 100 else 2 if value.value < 1 else 1
        return f"{value.value:,.{digits}f}"
    sign, to = ("+", " to ") if value.unit == "points" else ("", "–")
    digits = 1 if value.high - value.low < _NARROW else 0
    low, high = (f"{end:{sign}.{digits}f}" for end in (value.low, value.high))
    return f"{value.value:{sign}.1f} ({low}{to}{high})".replace("-", "−")
