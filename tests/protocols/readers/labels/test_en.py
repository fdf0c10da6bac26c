from __future__ import annotations

from protocols.readers.labels.en import EN
from tests.protocols.readers.labels.language import assert_complete


def test_the_table_is_complete() -> None:
    assert_complete(EN)
