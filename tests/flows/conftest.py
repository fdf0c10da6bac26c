"""A chain for each test, ended whatever happens."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.whole_chain import WholeChain


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[WholeChain]:
    made = WholeChain(tmp_path)
    try:
        yield made
    finally:
        made.close()
