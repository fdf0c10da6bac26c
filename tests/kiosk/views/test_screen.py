import pytest

from tests.kiosk.glass import Glass

pytestmark = pytest.mark.screen


def test_step_that_leads_on_is_the_widest_and_stands_last(glass: Glass) -> None:
    glass.tap("face:5")
    boxes = glass.app.targets()
    skip, write, onward = (boxes[name] for name in ("skip", "write", "next"))
    assert skip[0] < write[0] < onward[0]
    assert onward[2] > skip[2]
    assert onward[2] > write[2]
