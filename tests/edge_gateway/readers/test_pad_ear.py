from hypothesis import given, settings
from hypothesis import strategies as st

from edge_gateway.readers.pad_ear import PadEar
from protocols.pad import frames
from protocols.pad.frames import Frames
from protocols.readers.events import KeyPressed

HELLO = frames.encode(frames.HELLO, b"12345678", 7, 1, 1, 3, 1, 5_000, 1, 1)


def press(seq: int, key: int) -> bytes:
    return frames.encode(frames.PRESS, seq, 1, 5_000 + seq, 0, key, 0, 0, 40)


def test_presses_are_shown_once_and_never_acknowledged() -> None:
    ear = PadEar((1, 2, 3, 4, 5))
    ear.idle(0.0)
    said = ear.feed(HELLO, 0.1)
    for _ in range(3):  # as the pad does, as long as nobody has them
        said += ear.feed(press(2, 5) + press(3, 9), 0.2)
    assert said == [KeyPressed(key="5", score=5), KeyPressed(key="9", score=None)]
    sent = Frames().receive(ear.to_send())
    assert frames.WELCOME in {kind for kind, _ in sent}
    # The pad said itself that a gateway has number 1, and it is told nothing more than that.
    assert {fields[1] for kind, fields in sent if kind == frames.ACK} <= {1}
    assert ear.counts.messages == 7
    ear.close()


def test_a_capture_without_its_beginning_is_shown_too() -> None:
    ear = PadEar((1, 2, 3, 4, 5))
    assert ear.feed(b"boot text\r\n" + press(812, 1), 0.0) == [KeyPressed(key="1", score=1)]
    assert ear.counts.damaged == 1


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(max_size=60) | st.just(press(7, 3)) | st.just(HELLO), max_size=8))
def test_whatever_comes_nothing_is_raised(pieces: list[bytes]) -> None:
    ear = PadEar((1, 2, 3, 4, 5))
    for number, piece in enumerate(pieces):
        ear.feed(piece, number / 10)
        ear.idle(number / 10)
        ear.to_send()
    ear.close()
    assert ear.counts.received_bytes == sum(map(len, pieces))
