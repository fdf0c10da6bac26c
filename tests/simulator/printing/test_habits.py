from __future__ import annotations

from datetime import UTC, datetime
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.readers.escpos import EscposReader
from protocols.readers.events import Printed, ReaderEvent
from simulator.printing import habits
from simulator.printing.jobs import receipt
from simulator.printing.layout import Layout
from simulator.printing.shop import random_sale
from simulator.printing.shops import ZH_CN

AT = datetime(2026, 11, 21, 18, 42, 7, tzinfo=UTC)


def job(number: str) -> bytes:
    return receipt(random_sale(Random(1), ZH_CN, number=number, at=AT), ZH_CN, Layout())


def numbers(events: list[ReaderEvent]) -> list[str | None]:
    return [one.number for one in events if isinstance(one, Printed)]


def reader() -> EscposReader:
    return EscposReader(encoding="gb18030", identify=str)


@given(st.integers(0, 2**32))
@settings(max_examples=25, deadline=None)
def test_whatever_a_till_does_its_next_receipt_is_read(seed: int) -> None:
    random = Random(seed)
    bad = random.choice(
        (
            habits.noise(random, job("0001"), share=0.01),
            habits.damaged(random, job("0001")),
            habits.cut_short(random, job("0001")),
            habits.late_listener(random, job("0001")),
            habits.garbage(random, 300),
        )
    )
    listening = reader()
    listening.feed(bad, 0.0)
    listening.idle(30.0)
    events = listening.feed(job("0002"), 40.0) + listening.idle(80.0)
    assert "0002" in numbers(events)


def test_half_frames_say_the_same() -> None:
    listening, events = reader(), list[ReaderEvent]()
    for piece in habits.half_frames(Random(5), job("0001") + job("0002"), longest=9):
        events += listening.feed(piece, 0.0)
    assert numbers(events + listening.idle(30.0)) == ["0001", "0002"]


def test_tills_without_manners_are_read_all_the_same() -> None:
    listening = reader()
    events = listening.feed(habits.without_initialise(habits.without_cut(job("0001"))), 0.0)
    assert numbers(events + listening.idle(30.0)) == ["0001"]
    listening = reader()
    twice = listening.feed(habits.printed_twice(job("0001")), 0.0) + listening.idle(30.0)
    assert numbers(twice) == ["0001", "0001"]


def test_a_wrong_speed_gives_no_receipt() -> None:
    assert habits.at_wrong_speed(b"AB\xff\x00", factor=1.0) == b"AB\xff\x00"
    for factor in (0.25, 0.5, 2.0):
        heard = habits.at_wrong_speed(job("0001"), factor=factor)
        listening = reader()
        assert "0001" not in numbers(listening.feed(heard, 0.0) + listening.idle(30.0))
