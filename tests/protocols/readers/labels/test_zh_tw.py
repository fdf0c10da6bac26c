from __future__ import annotations

from protocols.readers.labels.zh_tw import ZH_TW
from tests.protocols.readers.labels.language import assert_complete


def test_the_table_is_complete() -> None:
    assert_complete(ZH_TW)
