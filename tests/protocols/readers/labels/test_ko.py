from __future__ import annotations

from protocols.readers.labels.ko import KO
from tests.protocols.readers.labels.language import assert_complete


def test_the_table_is_complete() -> None:
    assert_complete(KO)
