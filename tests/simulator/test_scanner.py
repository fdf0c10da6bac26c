from pathlib import Path

import pytest

from tests.kiosk.enrolment.running import running

pytestmark = pytest.mark.screen


def test_what_is_scanned_arrives_as_it_was_printed(tmp_path: Path) -> None:
    with running(tmp_path) as new:
        new.tap("field:gateway")
        new.scanner.scan("Ws://[a%3A]:80_x?y&z=~")
        new.until(lambda: new.app.picture.trouble is not None)
        assert new.app.picture.gateway == "Ws://[a%3A]:80_x?y&z=~"
