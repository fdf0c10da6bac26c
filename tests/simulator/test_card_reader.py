from pathlib import Path

import pytest
import serial

from protocols.readers.em4100 import Em4100Reader
from protocols.readers.events import CardPresented, ReaderEvent
from protocols.readers.pn532 import Pn532Reader
from simulator.card_reader import CardHabit, Pn532, Rdm6300, em4100_frame
from tests.simulator.played import opened

UID = "010063E9AE"


def identify(uid: str) -> str:
    return f"hmac of {len(uid)}"


def test_a_frame_as_a_real_reader_sends_it() -> None:
    assert em4100_frame(UID) == b"\x02010063E9AE25\x03"


def test_a_card_over_a_real_line(tmp_path: Path) -> None:
    cards = Rdm6300(tmp_path / "cards")
    with opened(tmp_path / "cards") as port:
        cards.hold(UID, habit=CardHabit.HALF)
        cards.hold(UID, times=20)
        events = port.read(Em4100Reader(identify=identify))
    assert events == [CardPresented(technology="em4100", card="hmac of 10")]
    cards.close()


@pytest.mark.parametrize("habit", list(CardHabit))
def test_a_bad_habit_costs_at_most_that_frame(habit: CardHabit) -> None:
    reader = Em4100Reader(identify=identify)
    events = reader.feed(em4100_frame(UID, habit), 0.0)
    lost = habit in (CardHabit.HALF, CardHabit.WRONG_CHECKSUM)
    assert len(events) == (0 if lost else 1)
    assert len(reader.feed(em4100_frame(UID), 9.0)) == 1


def test_a_chip_that_is_asked_over_a_real_line(tmp_path: Path) -> None:
    chip = Pn532(tmp_path / "nfc")
    reader = Pn532Reader(identify=identify)
    events: list[ReaderEvent] = []
    with serial.Serial(str(tmp_path / "nfc"), 115_200, timeout=0) as port:
        for step in range(40):
            chip.uid = "0416C6C2D73881" if 10 <= step < 20 else None
            events += reader.idle(step * 0.2)
            port.write(reader.to_send())
            port.flush()
            chip.answer()
            events += reader.feed(port.read(4096), step * 0.2)
    assert events == [CardPresented(technology="iso14443a", card="hmac of 14")]
    assert reader.counts.resyncs == reader.counts.dropped_bytes == 0
    chip.close()


def test_a_chip_that_was_not_woken_is_silent(tmp_path: Path) -> None:
    chip = Pn532(tmp_path / "nfc")
    with serial.Serial(str(tmp_path / "nfc"), timeout=0) as port:
        port.write(bytes.fromhex("0000FF04FCD44A0100E100"))
        port.flush()
        chip.answer()
        assert port.read(99) == b""
    chip.close()
