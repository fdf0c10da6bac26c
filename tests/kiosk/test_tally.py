from dataclasses import replace
from datetime import date

from kiosk.tally import Tally
from protocols.messages import Mark, Misuse
from tests.kiosk.test_journal import visit

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
MARKS = (Mark(misuse=Misuse.MASH, weight=0),)


def test_a_visit_counts_once_however_often_it_is_revised() -> None:
    tally = Tally()
    for rev in (1, 2, 3):
        tally.saw(visit(rev), MONDAY)
    assert (tally.responses, tally.marked) == (1, 0)


def test_a_mark_counts_once_whenever_it_comes() -> None:
    tally = Tally()
    tally.saw(visit(1), MONDAY)
    for rev in (2, 3):
        tally.saw(replace(visit(rev), marks=MARKS), MONDAY)
    tally.saw(replace(visit(1), response="r2", marks=MARKS), MONDAY)
    assert (tally.responses, tally.marked) == (2, 2)


def test_a_new_day_begins_at_nothing() -> None:
    tally = Tally()
    tally.saw(replace(visit(1), marks=MARKS), MONDAY)
    tally.saw(replace(visit(1), response="r2"), TUESDAY)
    assert (tally.responses, tally.marked) == (1, 0)
