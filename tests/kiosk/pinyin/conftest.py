from collections.abc import Iterator

import pytest

from kiosk.errors import AssetMissing
from kiosk.pinyin.dictionary import Dictionary


@pytest.fixture(scope="session")
def words() -> Iterator[Dictionary]:
    """The dictionary that `make assets` built."""
    try:
        dictionary = Dictionary()
    except AssetMissing as error:
        pytest.skip(str(error))
    yield dictionary
    dictionary.close()
