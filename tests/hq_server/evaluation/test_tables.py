"""hq_server/evaluation/tables.py: what is reached, how surely, and how it is shown."""

from __future__ import annotations

import io

from rich.console import Console

from hq_server.evaluation.tables import STORELOOP, Row, Section, Value, closing, drawn, row
from hq_server.evaluation.targets import Target


def one(value: float, low: float, high: float, of: int = 40) -> Row:
    return row("grade", {STORELOOP: Value(value, "%", low, high, of)}, Target(85))


def shown(*rows: Row) -> str:
    console = Console(file=io.StringIO(), width=120)
    console.print(drawn(Section(title="a [b]: c", rows=rows)))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_target_within_the_interval_leaves_a_question() -> None:
    sure, lucky, unlucky, missed = (
        one(95, 90, 98), one(88, 80, 93), one(84, 80, 88), one(70, 65, 75),
    )  # fmt: skip
    assert [(each.reached, each.sure) for each in (sure, lucky, unlucky, missed)] == [
        (True, True), (True, False), (False, False), (False, True),
    ]  # fmt: skip
    words = [line.split()[-1] for line in shown(sure, lucky, unlucky, missed).splitlines()[3:7]]
    assert words == ["yes", "yes?", "no?", "no"]


def test_what_is_counted_over_none_has_no_value() -> None:
    none = one(0, 0, 100, of=0)
    assert none.values == {}
    assert none.reached is None
    assert "nothing to count" in shown(none)


def test_values_are_shown_as_they_were_measured() -> None:
    assert "88.8 (82–93)" in shown(one(88.79, 81.8, 93.3))
    assert "93.3 (92.6–94.0)" in shown(one(93.3, 92.6, 94.0))
    assert " 40 " in shown(one(88.79, 81.8, 93.3))
    apart = row("grade", {"en less zh": Value(-3.04, "points", -9.5, 1.2)})
    assert "−3.0 (−10 to +1)" in shown(apart)
    cost = row("import", {STORELOOP: Value(0.094, "s")}, Target(0.3, at_most=True))
    text = shown(cost)
    assert (cost.reached, cost.sure) == (True, True)
    assert "a [b]: c" in text
    assert "import, s" in text
    assert "0.09" in text
    assert " of " not in text


def test_the_closing_words_name_what_is_missed_but_not_of_what_was_tuned_on() -> None:
    held_out = Section(title="held: 3 texts", rows=[one(95, 90, 98), one(84, 80, 88)])
    tuned = Section(title="tune: 3 texts", rows=[one(70, 65, 75)], tuned_on=True)
    said = list(closing([held_out, tuned]))
    assert said[0].startswith("1 of 2 targets reached")
    assert said[1] == "Not reached: held, grade (its interval holds the target)."
    assert len(said) == 3
    assert list(closing([tuned])) == ["0 of 0 targets reached, tuned-on sets aside."]
