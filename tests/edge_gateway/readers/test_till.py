import asyncio
import os
from collections import Counter
from pathlib import Path

import pytest

from edge_gateway import events as ev
from edge_gateway.readers.till import Till, parser, receipt_event
from edge_gateway.settings import Reader
from protocols.readers.receipt import ReceiptKind, ReceiptRead
from tests.edge_gateway.readers.test_serial_port import Cable, until

RECEIPT = (
    b"\x1b@"
    + "云杉超市 城北店\n单号: 20261121-0418\n东北大米 5kg  1  39.90\n合计: 39.90\n".encode(
        "gb18030"
    )
    + b"\n\n\x1dV\x01"
)


class Sink:
    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.events: list[ev.Event] = []

    def post(self, event: ev.Event) -> None:
        self.events.append(event)


def heard(path: Path, *chunks: bytes, pause_s: float = 0.0, wanted: int = 1) -> Sink:
    """Let a till print into a cable; return what the gateway heard."""
    cable, sink = Cable(path), Sink()
    till = Till(Reader(port=str(path), till="4", touchpoint="till-4", idle_s=0.2), sink)

    async def run() -> None:
        task = asyncio.create_task(till.run())
        await until(lambda: till.open)
        for chunk in chunks:
            os.write(cable.far, chunk)
            await asyncio.sleep(pause_s)
        await until(lambda: len(sink.events) + sink.counts["job_passed_over"] >= wanted)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
    return sink


def test_a_printed_receipt_is_read_from_the_wire(tmp_path: Path) -> None:
    (event,) = heard(tmp_path / "till", RECEIPT).events
    assert isinstance(event, ev.ReceiptRead)
    assert (event.till, event.touchpoint) == ("4", "till-4")
    assert (event.number, event.total, event.damaged) == ("20261121-0418", "39.90", False)


def test_bytes_in_any_pieces_give_the_same_receipt(tmp_path: Path) -> None:
    pieces = [RECEIPT[n : n + 7] for n in range(0, len(RECEIPT), 7)]
    (event,) = heard(tmp_path / "till", *pieces, pause_s=0.001).events
    assert isinstance(event, ev.ReceiptRead)
    assert event.number == "20261121-0418"


def test_silence_ends_a_receipt_that_was_not_cut(tmp_path: Path) -> None:
    sink = heard(tmp_path / "till", RECEIPT[:-3])
    assert isinstance(sink.events[0], ev.ReceiptRead)


def test_noise_before_a_receipt_does_not_cost_it(tmp_path: Path) -> None:
    sink = heard(tmp_path / "till", bytes(range(128, 256)) + b"\n\x1dV\x01", RECEIPT, pause_s=0.3)
    numbers = [one.number for one in sink.events if isinstance(one, ev.ReceiptRead)]
    assert numbers == ["20261121-0418"]


@pytest.mark.parametrize("kind", [kind for kind in ReceiptKind if kind is not ReceiptKind.RECEIPT])
def test_what_is_no_sale_is_passed_over(kind: ReceiptKind) -> None:
    read = ReceiptRead(
        number="1", total="2.00", currency=None, printed_at=None, items=1, kind=kind, damaged=False
    )
    assert receipt_event(read, Reader(port="p", till="4")) is None


def test_an_unknown_driver_is_named() -> None:
    with pytest.raises(ValueError, match="there is no driver telex; there is: escpos"):
        parser("telex", "utf-8", 1.0)
