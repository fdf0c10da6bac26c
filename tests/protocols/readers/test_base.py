from __future__ import annotations

from protocols.readers.base import Reader
from protocols.readers.escpos import EscposReader


def test_the_receipt_reader_is_a_reader() -> None:
    reader: Reader = EscposReader(encoding="gb18030", identify=str)
    assert reader.feed(b"", 0.0) == reader.idle(9.0) == reader.close() == []
