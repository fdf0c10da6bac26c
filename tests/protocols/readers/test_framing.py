from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.readers.base import Counts
from protocols.readers.checksums import Checksum
from protocols.readers.framing import LONGEST_FRAME_BYTES, Frame, Length, built, frames

COUNTED = Frame(
    header=b"\xaa\x55",
    length=Length(at=2, extra=4),
    checksum=Checksum.SUM8,
    checksum_from=2,
)
LITTLE = Frame(
    header=b"\xf0",
    length=Length(at=1, size=2, extra=5, little_endian=True),
    checksum=Checksum.CRC16_MODBUS,
)
FIXED = Frame(header=b"\x7e", tail=b"\x0d", size=6, checksum=Checksum.XOR8, checksum_from=1)
STX_ETX = Frame(header=b"\x02", tail=b"\x03")
LRC = Frame(
    header=b"\x02",
    tail=b"\x03",
    checksum=Checksum.XOR8,
    checksum_from=1,
    checksum_behind_tail=True,
)
INSIDE = Frame(header=b"\x02", tail=b"\x03", checksum=Checksum.CRC16_CCITT, checksum_from=1)
ESCAPED = Frame(
    header=b"\x7e",
    tail=b"\x7e",
    checksum=Checksum.XOR8,
    checksum_from=1,
    escapes=((b"\x7d\x02", b"\x7e"), (b"\x7d\x01", b"\x7d")),
)
ALL = {
    "counted": COUNTED,
    "little": LITTLE,
    "fixed": FIXED,
    "stx_etx": STX_ETX,
    "lrc": LRC,
    "inside": INSIDE,
    "escaped": ESCAPED,
}


def cut(data: bytes, frame: Frame, sizes: list[int]) -> tuple[list[bytes], Counts]:
    counts, pending, found, at = Counts(), bytearray(), list[bytes](), 0
    for size in sizes:
        pending += data[at : at + size]
        at += size
        found += frames(pending, frame, counts, last=False)
        assert len(pending) <= LONGEST_FRAME_BYTES
    pending += data[at:]
    found += frames(pending, frame, counts, last=False)
    found += frames(pending, frame, counts, last=True)
    assert not pending
    return found, counts


def body(frame: Frame) -> bytes:
    return b"\x31\x32\x33" if frame is FIXED else b"\x31\x32\x33\x34"


def test_known_answers() -> None:
    assert built(COUNTED, b"\x01\x03") == bytes.fromhex("AA 55 02 01 03 06")
    assert built(STX_ETX, b"4") == b"\x024\x03"
    assert built(LRC, b"4") == b"\x024\x03\x37"
    assert built(ESCAPED, b"\x7e\x7d") == bytes.fromhex("7E 7D 02 7D 01 03 7E")
    assert built(LITTLE, b"\x05").startswith(b"\xf0\x01\x00\x05")


def test_each_frame_is_cut_out_whole_with_noise_around_it() -> None:
    for name, frame in ALL.items():
        sent = built(frame, body(frame))
        found, counts = cut(b"\xfe\xfe" + sent + b"\xfe" + sent, frame, [])
        assert [body(frame) in one for one in found] == [True, True], name
        assert counts.dropped_bytes == 3, name


def test_a_frame_without_its_escapes() -> None:
    found, _ = cut(built(ESCAPED, b"\x7e\x7d\x01"), ESCAPED, [])
    assert found[0][1:4] == b"\x7e\x7d\x01"


def test_a_wrong_checksum_is_no_frame() -> None:
    for name, frame in ALL.items():
        if frame.checksum is Checksum.NONE:
            continue
        sent = bytearray(built(frame, body(frame)))
        sent[sent.index(b"\x32")] ^= 0x40
        found, counts = cut(bytes(sent) + built(frame, body(frame)), frame, [])
        assert len(found) == 1, name
        assert counts.damaged >= 1, name


def test_a_tail_may_stand_in_the_checksum() -> None:
    bodies = [bytes([first, second]) for first in range(60) for second in range(40)]
    awkward = [one for one in bodies if b"\x03" in built(INSIDE, one)[3:-1]]
    assert awkward
    for one in awkward:
        assert len(cut(built(INSIDE, one), INSIDE, [])[0]) == 1


def test_a_length_beyond_reason_swallows_nothing() -> None:
    sent = built(COUNTED, b"\x31\x32")
    found, counts = cut(b"\xaa\x55\xff" + sent, COUNTED, [])
    assert len(found) == 1
    assert counts.dropped_bytes == 3
    pending = bytearray(b"\xf0\xff\xff" + built(LITTLE, b"\x31"))
    assert len(list(frames(pending, LITTLE, Counts(), last=False))) == 1  # without waiting


def test_what_is_cut_off_is_given_up_in_silence() -> None:
    sent = built(COUNTED, b"\x31\x32")
    found, counts = cut(sent[:-1], COUNTED, [])
    assert found == []
    assert (counts.damaged, counts.resyncs, counts.dropped_bytes) == (1, 1, len(sent) - 1)


KINDS = st.sampled_from(sorted(ALL))
PIECE = st.one_of(
    st.sampled_from([b"\xaa\x55", b"\x02", b"\x03", b"\x7e", b"\x7d", b"\xf0", b"\x0d", b"\xaa"]),
    st.sampled_from([built(frame, body(frame)) for frame in ALL.values()]),
    st.binary(max_size=6),
)


@given(KINDS, st.lists(PIECE, max_size=12).map(b"".join), st.lists(st.integers(0, 9), max_size=40))
@settings(max_examples=150)
def test_pieces_change_nothing(name: str, data: bytes, sizes: list[int]) -> None:
    frame = ALL[name]
    assert cut(data, frame, sizes) == cut(data, frame, []) == cut(data, frame, [1] * len(data))


@given(KINDS, st.data())
@settings(max_examples=150)
def test_what_is_built_is_read(name: str, data: st.DataObject) -> None:
    frame = ALL[name]
    sizes = (3, 3) if frame is FIXED else (1, 20)
    content = data.draw(st.binary(min_size=sizes[0], max_size=sizes[1]))
    if frame is STX_ETX or frame is LRC:
        content = content.replace(b"\x03", b"\x04").replace(b"\x02", b"\x04")
    found, _ = cut(built(frame, content), frame, [])
    assert content in found[0]
    assert len(found) == 1


@given(KINDS, st.integers(0, 30), st.integers(1, 255), st.binary(max_size=8))
@settings(max_examples=150)
def test_a_damaged_frame_costs_only_itself(name: str, at: int, flip: int, noise: bytes) -> None:
    frame = ALL[name]
    good = built(frame, body(frame))
    sent = bytearray(good)
    sent[at % len(sent)] ^= flip
    pending, counts = bytearray(sent + noise), Counts()
    list(frames(pending, frame, counts, last=True))
    pending += good
    assert [one for one in frames(pending, frame, counts, last=False) if body(frame) in one]
