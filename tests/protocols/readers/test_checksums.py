import pytest

from protocols.readers.checksums import Checksum

CHECKED = b"123456789"  # the text that catalogues of checksums are made of


@pytest.mark.parametrize(
    ("checksum", "value"),
    [
        (Checksum.NONE, b""),
        (Checksum.SUM8, b"\xdd"),
        (Checksum.XOR8, b"\x31"),
        (Checksum.CRC16_MODBUS, b"\x37\x4b"),
        (Checksum.CRC16_CCITT, b"\x29\xb1"),
    ],
)
def test_each_gives_its_known_answer(checksum: Checksum, value: bytes) -> None:
    assert checksum.of(CHECKED) == value
    assert checksum.size == len(value)
