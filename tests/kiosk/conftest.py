from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kiosk.glass import Glass, kiosk_on_glass


@pytest.fixture
def glass(tmp_path: Path) -> Iterator[Glass]:
    """The whole kiosk, on an offscreen surface."""
    with kiosk_on_glass(tmp_path) as running:
        yield running
