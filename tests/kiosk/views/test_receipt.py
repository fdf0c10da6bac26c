"""kiosk/views/receipt.py: digits go with the visit, and a scan does too; on a real kiosk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.events import State
from protocols.messages import Asking, ReceiptSaid
from tests.kiosk.glass import Glass, kiosk_on_glass

pytestmark = pytest.mark.screen

CODE = "https://fb.example.cn/s/RM03/20261121/0387?t=8f3a"


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Glass]:
    """A kiosk where tills are read."""
    folder: Path = tmp_path_factory.mktemp("receipts")
    with kiosk_on_glass(folder, receipt_digits=True, receipt_scanner=True) as glass:
        yield glass


def test_digits_typed_go_with_the_visit(kiosk: Glass) -> None:
    kiosk.tap("face:2", "receipt", *(f"digit:{digit}" for digit in "1038"))
    assert "done" in kiosk.app.targets()
    kiosk.tap("erase")
    assert "done" not in kiosk.app.targets()
    kiosk.tap("digit:7", "digit:8", "done")
    assert kiosk.app.picture.receipt == "0378"
    kiosk.tap("skip")
    kiosk.until(lambda: bool(kiosk.thanked))
    assert kiosk.responses()[-1].receipt_said == ReceiptSaid(text="10378")
    kiosk.tap("finish")
    assert kiosk.app.picture.receipt == ""


def test_what_a_scanner_types_before_the_first_touch_goes_with_the_visit(kiosk: Glass) -> None:
    from simulator.scanner import Scanner  # noqa: PLC0415 (needs the surface)

    Scanner(kiosk.app).scan(CODE)
    kiosk.until(lambda: kiosk.app.picture.receipt == "8f3a")
    assert kiosk.app.flow_state == State.ATTRACT
    kiosk.tap("face:5", "skip")
    kiosk.until(lambda: len(kiosk.thanked) > 1)
    assert kiosk.responses()[-1].receipt_said == ReceiptSaid(text=CODE, scanned=True)
    kiosk.tap("finish")


def test_the_kiosk_knows_when_somebody_pays(kiosk: Glass) -> None:
    kiosk.app._journal._hear(Asking(open=True))
    kiosk.until(lambda: kiosk.app.picture.selling)
    kiosk.app._journal._hear(Asking(open=False))
    kiosk.until(lambda: not kiosk.app.picture.selling)
    assert kiosk.app.flow_state == State.ATTRACT
