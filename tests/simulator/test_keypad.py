from dataclasses import replace
from pathlib import Path

import pytest

from protocols.readers import jt905
from protocols.readers.events import KeyPressed
from protocols.readers.keypad import KeypadReader
from protocols.readers.keypad_profiles import KEYPADS, Framing
from simulator.keypad import KeyHabit, Keypad, press_pieces
from tests.simulator.played import opened

# Commands of no evaluator that exists.
TAXI = replace(
    KEYPADS["jt905"],
    open=(),
    match=((jt905.DEVICE_AT, (b"\x06", b"\x11")), (jt905.COMMAND_AT, (b"\x00\xe9",))),
    key_at=jt905.CONTENT_AT,
    keys=(("1", 5), ("2", 3), ("3", 1)),
    ask="55AA 0004 {address} 00 0101 {checksum} 55AA",
    ask_no_more="55AA 0004 {address} 00 0102 {checksum} 55AA",
)
PROFILES = {**KEYPADS, "jt905": TAXI}


def test_a_press_and_a_question_over_a_real_line(tmp_path: Path) -> None:
    keypad = Keypad(tmp_path / "keypad", TAXI)
    reader = KeypadReader(profile=TAXI)
    assert not keypad.asking
    reader.ask(open=True)
    with opened(tmp_path / "keypad") as port:
        port.send(reader.to_send())
        assert keypad.asking
        reader.ask(open=False)
        port.send(reader.to_send())
        assert not keypad.asking
        keypad.press("3", KeyHabit.NOISE)
        assert port.read(reader) == [KeyPressed(key="3", score=1, address=6)]
    keypad.close()


@pytest.mark.parametrize("habit", [None, *KeyHabit])
@pytest.mark.parametrize("name", sorted(PROFILES))
def test_a_bad_habit_costs_at_most_that_press(name: str, habit: KeyHabit | None) -> None:
    profile = PROFILES[name]
    reader = KeypadReader(profile=profile)
    presses = [
        event
        for piece in press_pieces(profile, "2", habit)
        for event in reader.feed(piece, 0.0)
        if isinstance(event, KeyPressed)
    ]
    presses += [event for event in reader.idle(5.0) if isinstance(event, KeyPressed)]
    # What a line says around its key is checked by nothing.
    checked = profile.framing is not Framing.LINE
    lost = habit is KeyHabit.HALF or (habit is KeyHabit.WRONG_CHECKSUM and checked)
    assert [press.key for press in presses] == ([] if lost else ["2"])
    again = [event for piece in press_pieces(profile, "1") for event in reader.feed(piece, 9.0)]
    assert [event.key for event in again if isinstance(event, KeyPressed)] == ["1"]
