from __future__ import annotations

from protocols.readers.labels.de import DE
from tests.protocols.readers.labels.language import assert_complete


def test_the_table_is_complete() -> None:
    assert_complete(DE)
