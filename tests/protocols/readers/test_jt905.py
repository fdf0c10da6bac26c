from protocols.readers.base import Counts
from protocols.readers.framing import frames
from protocols.readers.jt905 import COMMAND_AT, CONTENT_AT, DEVICE_AT, FRAME, package

# Written out by hand: device 06, maker 00, command 00E9 (none that exists), option 01.
# The length counts device to content: 5. XOR: 00^05^06^00^00^E9^01.
BY_HAND = bytes.fromhex("55AA 0005 06 00 00E9 01 EB 55AA")


def test_the_frame_by_hand() -> None:
    assert package(device=0x06, maker=0, command=0x00E9, content=b"\x01") == BY_HAND


def test_two_frames_share_no_mark() -> None:
    pending, counts = bytearray(BY_HAND + BY_HAND), Counts()
    found = list(frames(pending, FRAME, counts, last=False))
    assert found == [BY_HAND, BY_HAND]
    assert (found[0][DEVICE_AT], found[0][CONTENT_AT]) == (0x06, 0x01)
    assert found[0][COMMAND_AT:CONTENT_AT] == b"\x00\xe9"


def test_a_frame_without_content() -> None:
    sent = package(device=0x11, maker=0, command=0)
    assert sent == bytes.fromhex("55AA 0004 11 00 0000 15 55AA")
    assert list(frames(bytearray(sent), FRAME, Counts(), last=False)) == [sent]
