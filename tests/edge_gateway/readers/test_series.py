import asyncio
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random

import pytest

from edge_gateway.readers import series
from edge_gateway.settings import Reader
from protocols.messages import ReaderStanding
from tests.edge_gateway.readers.cable import Cable, until
from tests.edge_gateway.readers.station import RECEIPT, Station, stationed

PAPER_OUT = b"\x10\x04\x04\x72"


class Printer:
    """The far end of the printer's cable: what it was sent, taken by a thread."""

    def __init__(self, cable: Cable) -> None:
        self.got = bytearray()
        self._cable = cable
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        try:
            while data := os.read(self._cable.far, 65_536):
                self.got += data
        except OSError:
            return

    @contextmanager
    def printing(self) -> Iterator[None]:
        self._thread.start()
        yield


@pytest.fixture
def till(tmp_path: Path) -> Cable:
    return Cable(tmp_path / "till")


@pytest.fixture
def printer(tmp_path: Path) -> Cable:
    return Cable(tmp_path / "printer")


def joined(till: Cable, printer: Cable) -> Reader:
    return Reader(port=str(till.link), pass_to=str(printer.link), till="4", idle_s=0.3)


def test_every_byte_is_printed_and_the_receipt_is_read(till: Cable, printer: Cable) -> None:
    async def then(station: Station) -> None:
        await until(lambda: station.open("4"))
        os.write(till.far, RECEIPT)
        await until(lambda: station.numbers == ["20261121-0418"])
        assert printer.written() == RECEIPT

    stationed([joined(till, printer)], then)


def test_the_printers_answers_go_back_untouched_and_are_not_read(
    till: Cable, printer: Cable
) -> None:
    async def then(station: Station) -> None:
        await until(lambda: station.open("4"))
        os.write(printer.far, PAPER_OUT)
        back = bytearray()
        await until(lambda: back.__iadd__(till.written()) == PAPER_OUT)
        assert station.readers.lines["4"].counts.received_bytes == 0

    stationed([joined(till, printer)], then)


def test_a_parser_that_fails_stops_no_receipt_and_a_new_one_goes_on(
    till: Cable, printer: Cable, caplog: pytest.LogCaptureFixture
) -> None:
    """The store's key is out of reach for two receipts: whatever hashes a cashier raises."""
    failures = [OSError("the disk is gone")] * 2

    def identify(_number: str) -> str:
        if failures:
            raise failures.pop()
        return "0" * 16

    receipt = RECEIPT.replace(b"\n\n\x1dV", "\n收银员: 0042\n\n\x1dV".encode("gb18030"))

    async def then(station: Station) -> None:
        await until(lambda: station.open("4"))
        got = bytearray()

        def are_printed(count: int) -> bool:
            got.extend(printer.written())
            return got == receipt * count

        for sent in range(1, 4):
            os.write(till.far, receipt)
            await until(partial(are_printed, sent))
            await asyncio.sleep(0.1)  # one after the other, as shoppers come
        await until(lambda: station.numbers == ["20261121-0418"])

    stationed([joined(till, printer)], then, identify)
    assert not failures
    assert caplog.text.count("what came could not be read") == 1, "once, not once a receipt"
    assert "the disk is gone" not in caplog.text, "an error may quote what was read"


def test_noise_and_lengths_of_4_gib_pass_through_as_they_are(till: Cable, printer: Cable) -> None:
    noise = Random(7).randbytes(50_000) + b"\x1d8L\xff\xff\xff\xff" + RECEIPT * 3
    sink = Printer(printer)

    async def then(station: Station) -> None:
        await until(lambda: station.open("4"))
        with sink.printing():
            await asyncio.to_thread(os.write, till.far, noise)
            await until(lambda: len(sink.got) >= len(noise), 20)
        assert bytes(sink.got) == noise

    stationed([joined(till, printer)], then)


def test_a_loop_that_stands_still_holds_no_receipt_up(till: Cable, printer: Cable) -> None:
    async def then(station: Station) -> None:
        await until(lambda: station.open("4"))
        os.write(till.far, RECEIPT)
        give_up = time.monotonic() + 3
        got = b""
        while got != RECEIPT and time.monotonic() < give_up:
            got += printer.written()
            time.sleep(0.005)
        assert got == RECEIPT
        assert station.said == []
        await until(lambda: station.numbers == ["20261121-0418"])

    stationed([joined(till, printer)], then)


def test_what_the_parser_cannot_take_in_time_is_printed_all_the_same(
    till: Cable, printer: Cable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(series, "MAX_UNREAD_BYTES", 16_384)
    more = RECEIPT * 400
    sink = Printer(printer)

    async def then(station: Station) -> None:
        await until(lambda: station.open("4"))
        with sink.printing():
            writing = threading.Thread(target=os.write, args=(till.far, more))
            writing.start()
            give_up = time.monotonic() + 20
            while len(sink.got) < len(more) and time.monotonic() < give_up:
                time.sleep(0.01)
            assert bytes(sink.got) == more
        await until(lambda: len(station.said) > 100, 10)

    assert 100 < len(stationed([joined(till, printer)], then).said) < 300


def test_a_printer_that_is_switched_off_is_told_and_found_again(
    till: Cable, printer: Cable
) -> None:
    async def then(station: Station) -> None:
        await until(lambda: station.open("4"))
        printer.unplug()
        await until(lambda: not station.open("4"))
        (state,) = station.readers.states()
        assert state.standing is ReaderStanding.GONE
        assert str(printer.link) in state.trouble
        os.write(till.far, RECEIPT)
        await until(lambda: station.numbers == ["20261121-0418"])
        printer.plug()
        await until(lambda: station.open("4"), 3.0)
        assert printer.written() == b"", "what was not printed then is not printed now"
        os.write(till.far, RECEIPT)
        await until(lambda: len(station.numbers) == 2)
        assert printer.written() == RECEIPT

    stationed([joined(till, printer)], then)


def test_a_printer_that_takes_nothing_makes_the_till_wait(till: Cable, printer: Cable) -> None:
    async def then(station: Station) -> None:
        await until(lambda: station.open("4"))
        os.set_blocking(till.far, False)
        written = 0
        for _ in range(200):
            try:
                written += os.write(till.far, bytes(65_536))
            except BlockingIOError:
                await asyncio.sleep(0.005)
        assert written < 1_000_000, "neither the cable nor we take it all"
        got = len(printer.written())
        assert got > 0
        sink = Printer(printer)
        os.set_blocking(printer.far, True)
        with sink.printing():
            await until(lambda: got + len(sink.got) == written, 10)

    stationed([joined(till, printer)], then)
