"""The checksums of serial devices, by the names that profiles use."""

from __future__ import annotations

from binascii import crc_hqx
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import reduce
from operator import xor


class Checksum(StrEnum):
    """How a frame proves that it is whole; the first three are weak."""

    NONE = "none"
    SUM8 = "sum8"
    XOR8 = "xor8"
    CRC16_MODBUS = "crc16_modbus"
    """Polynomial 8005 reflected, begins with FFFF, low byte first."""
    CRC16_CCITT = "crc16_ccitt"
    """Polynomial 1021, begins with FFFF, high byte first (CRC-16/IBM-3740)."""

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return len(_BYTES[self](b""))

    def of(self, data: bytes) -> bytes:
        """Return the checksum of `data` as it stands in a frame."""
        return _BYTES[self](data)


def _none(_data: bytes) -> bytes:
    return b""


def _sum8(data: bytes) -> bytes:
    return bytes([sum(data) & 0xFF])


def _xor8(data: bytes) -> bytes:
    return bytes([reduce(xor, data, 0)])


def _modbus(data: bytes) -> bytes:
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc.to_bytes(2, "little")


def _ccitt(data: bytes) -> bytes:
    return crc_hqx(data, 0xFFFF).to_bytes(2, "big")


_BYTES: Mapping[Checksum, Callable[[bytes], bytes]] = {
    Checksum.NONE: _none,
    Checksum.SUM8: _sum8,
    Checksum.XOR8: _xor8,
    Checksum.CRC16_MODBUS: _modbus,
    Checksum.CRC16_CCITT: _ccitt,
}
