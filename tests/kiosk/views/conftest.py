from collections.abc import Iterator

import pytest

from tests.kiosk.views.studio import Studio, open_studio


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """The stage alone, one for all tests of a module."""
    with open_studio(tmp_path_factory.mktemp("studio")) as opened:
        yield opened
