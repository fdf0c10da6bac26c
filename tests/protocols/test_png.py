import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from protocols.png import MAX_SIDE_PIXELS, flaw


def picture(mode: str = "RGBA", size: tuple[int, int] = (32, 16), **how: object) -> bytes:
    file = BytesIO()
    Image.new(mode, size).save(file, "PNG", **how)
    return file.getvalue()


def rewritten(name: bytes, body: bytes) -> bytes:
    """Return a picture in which the chunk of that name says something else, with a good CRC."""
    whole, at = picture("L"), picture("L").index(name) - 4
    (length,) = struct.unpack_from(">I", whole, at)
    crc = zlib.crc32(name + body)
    chunk = struct.pack(">I4s", len(body), name) + body + struct.pack(">I", crc)
    return whole[:at] + chunk + whole[at + 12 + length :]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pictures_of_every_kind_are_well(mode: str) -> None:
    assert flaw(picture(mode)) is None
    assert flaw(picture(mode, size=(1, 1))) is None


def test_what_is_no_picture_is_refused() -> None:
    assert flaw(b"") == "it is not a PNG"
    assert flaw(b"GIF89a") == "it is not a PNG"
    assert flaw(picture()[:8]) == "it is damaged"


def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_unpacked() -> None:
    wide = picture("1", size=(MAX_SIDE_PIXELS + 1, 1))
    assert flaw(wide) == f"it has 1025x1 pixels; at most {MAX_SIDE_PIXELS} each way"
    bomb = zlib.compress(bytes(20_000_000), 9)
    assert flaw(rewritten(b"IDAT", bomb)) == "it is damaged"
    assert flaw(rewritten(b"IDAT", zlib.compress(b"short"))) == "it is damaged"


@pytest.mark.parametrize(
    "header",
    [
        struct.pack(">IIBBBBB", 32, 16, 9, 0, 0, 0, 0),
        struct.pack(">IIBBBBB", 32, 16, 8, 5, 0, 0, 0),
        struct.pack(">IIBBBBB", 32, 16, 8, 0, 1, 0, 0),
        struct.pack(">IIBBBBB", 0, 16, 8, 0, 0, 0, 0),
        b"short",
    ],
)
def test_a_header_that_png_does_not_know_is_refused(header: bytes) -> None:
    assert flaw(rewritten(b"IHDR", header))


def test_interlaced_is_refused_in_words() -> None:
    header = struct.pack(">IIBBBBB", 32, 16, 8, 0, 0, 0, 1)
    assert flaw(rewritten(b"IHDR", header)) == "it is interlaced: save it without"


@given(st.integers(8, len(picture("L")) - 1), st.integers(1, 255))
def test_a_changed_byte_is_always_seen(at: int, change: int) -> None:
    whole = bytearray(picture("L"))
    whole[at] ^= change
    assert flaw(bytes(whole))


@given(st.integers(0, len(picture("L")) - 1))
def test_a_cut_picture_is_always_seen(length: int) -> None:
    assert flaw(picture("L")[:length])


@given(st.binary())
def test_any_bytes_after_the_signature_give_an_answer(rest: bytes) -> None:
    assert flaw(b"\x89PNG\r\n\x1a\n" + rest)


def parts(*chunks: tuple[bytes, bytes], colour: int = 2) -> bytes:
    """Return a picture of 1 x 2 pixels of these parts, each with a good CRC."""
    header = (b"IHDR", struct.pack(">IIBBBBB", 1, 2, 8, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in (header, *chunks, (b"IEND", b""))
    )


PIXELS = (b"IDAT", zlib.compress(b"\0abc\4abc"))
BY_PALETTE = (b"IDAT", zlib.compress(b"\0\0\0\0"))


def test_what_the_kiosks_decoder_would_not_read_is_refused() -> None:
    assert flaw(parts(PIXELS)) is None
    assert flaw(parts((b"tEXt", b"any"), PIXELS)) is None
    assert flaw(parts((b"PLTE", b"abc"), BY_PALETTE, colour=3)) is None
    assert flaw(parts((b"IDAT", zlib.compress(b"\0abc\5abc")))) == "it is damaged"
    for palette in ((), ((b"PLTE", b"abcd"),), ((b"PLTE", bytes(771)),)):
        assert flaw(parts(*palette, BY_PALETTE, colour=3)) == "it is damaged"
    for strange in (b"IHDR", b"IEND", b"ABCD"):
        assert flaw(parts((strange, b"any"), PIXELS)) == (
            f"it has a part that no reader knows there: {strange!r}"
        )
