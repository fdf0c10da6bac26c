import asyncio
import os
import time
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from edge_gateway import events as ev
from edge_gateway.readers import line
from edge_gateway.readers.drivers import Surroundings
from edge_gateway.settings import Driver, Reader
from protocols.messages import ReaderStanding
from protocols.readers.events import Doubt, Suspected
from tests.edge_gateway.readers.cable import Cable, until
from tests.edge_gateway.readers.station import RECEIPT, Station, stationed

SHANGHAI = ZoneInfo("Asia/Shanghai")


def till(cable: Cable) -> Reader:
    return Reader(port=str(cable.link), till="4", touchpoint="till-4", idle_s=0.2)


def heard(path: Path, *chunks: bytes, wanted: int = 1) -> Station:
    """Let a till print into a cable; return what was told."""
    cable = Cable(path)

    async def then(station: Station) -> None:
        await until(lambda: station.open("4"))
        for chunk in chunks:
            os.write(cable.far, chunk)
        await until(lambda: len(station.said) >= wanted)

    return stationed([till(cable)], then)


def test_a_printed_receipt_is_read_from_the_wire(tmp_path: Path) -> None:
    station = heard(tmp_path / "till", RECEIPT)
    assert station.numbers == ["20261121-0418"]
    (event,) = [one for one in station.events if isinstance(one, ev.ReaderSpoke)]
    assert (event.reader, event.till, event.touchpoint) == ("4", "4", "till-4")


def test_bytes_in_any_pieces_give_the_same_receipt(tmp_path: Path) -> None:
    pieces = [RECEIPT[n : n + 7] for n in range(0, len(RECEIPT), 7)]
    assert heard(tmp_path / "till", *pieces).numbers == ["20261121-0418"]


def test_silence_ends_a_receipt_that_was_not_cut(tmp_path: Path) -> None:
    assert heard(tmp_path / "till", RECEIPT[:-3]).numbers == ["20261121-0418"]


@pytest.mark.parametrize("waiting", [True, False])
def test_a_gateway_that_was_held_up_does_not_take_it_for_silence(
    tmp_path: Path, waiting: bool
) -> None:
    """A receipt in whose middle the machine stands still: its rest waits, or comes after it."""
    cable = Cable(tmp_path / "till")
    middle = RECEIPT.index(b"\n", 30)

    async def then(station: Station) -> None:
        await until(lambda: station.open("4"))
        await asyncio.sleep(0.4)  # the ticks run
        os.write(cable.far, RECEIPT[:middle])
        received = station.readers.lines["4"].counts
        await until(lambda: received.received_bytes == middle)
        if waiting:
            os.write(cable.far, RECEIPT[middle:])
        time.sleep(1.0)  # the loop stands still: that is the point
        if not waiting:
            await asyncio.sleep(0.05)
            os.write(cable.far, RECEIPT[middle:])
        await until(lambda: bool(station.numbers))
        assert len(station.said) == 1

    assert stationed([till(cable)], then).numbers == ["20261121-0418"]


def test_a_pads_seconds_are_true_whatever_the_gateway_does() -> None:
    """Its presses are dated by them; of silences only those count that somebody listened to."""
    passed = {}
    for driver in (Driver.PAD, Driver.ESCPOS):
        clock = line.clock_of(driver)
        before = clock.now()
        clock.expect("tick", 0.1)
        time.sleep(0.4)
        passed[driver] = clock.now() - before
    assert passed[Driver.PAD] >= 0.4
    assert passed[Driver.ESCPOS] < 0.2


def test_an_unplugged_till_ends_its_receipt_and_is_gone(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "till")

    async def then(station: Station) -> None:
        await until(lambda: station.open("4"))
        os.write(cable.far, RECEIPT[:-3])
        await until(lambda: station.readers.lines["4"].counts.received_bytes > 0)
        cable.unplug()
        await until(lambda: bool(station.said))
        (state,) = station.readers.states()
        assert state.standing is ReaderStanding.GONE
        assert "unplugged" in state.trouble

    stationed([till(cable)], then)


def test_the_tills_clock_is_compared_with_ours(tmp_path: Path) -> None:
    printed = (datetime.now(SHANGHAI) - timedelta(minutes=7)).strftime("%Y-%m-%d %H:%M:%S")
    receipt = RECEIPT.replace(b"\n\n\x1dV", f"\n{printed}\n\n\x1dV".encode())

    async def then(station: Station) -> None:
        await until(lambda: station.open("4"))
        os.write(cable.far, receipt)
        await until(lambda: bool(station.said))
        (state,) = station.readers.states()
        assert state.skew_s == pytest.approx(-420, abs=5)
        assert state.messages == 1
        assert state.last_ms is not None

    cable = Cable(tmp_path / "till")
    stationed([till(cable)], then)


def test_the_first_message_is_told_at_once_and_not_with_the_figures(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "till")

    async def then(station: Station) -> None:
        await until(lambda: station.open("4"))
        os.write(cable.far, RECEIPT)
        await until(lambda: bool(station.told) and station.told[-1][0].messages == 1)
        assert station.told[-1][0].damaged == 0

    stationed([till(cable)], then)


def test_a_parser_that_failed_leaves_no_doubt_behind(tmp_path: Path) -> None:
    around = Surroundings(identify=str)
    one = line.Line(
        till(Cable(tmp_path / "till")),
        around,
        line.Listener(said=lambda *_: None, changed=lambda: None),
        SHANGHAI,
    )
    one._port.open = True
    one._take([Suspected(doubt=Doubt.ENCODING, guess="big5")])
    assert one.state().standing is ReaderStanding.SUSPECT
    one._renew_parser()
    assert one.state().standing is ReaderStanding.READING


def test_bytes_that_no_device_of_this_kind_sends_are_shown_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "SILENT_S", 0.0)
    cable = Cable(tmp_path / "reader")
    reader = Reader(port=str(cable.link), till="4", driver=Driver.EM4100)

    async def then(station: Station) -> None:
        await until(lambda: station.open("4"))
        os.write(cable.far, RECEIPT * 10)
        await until(lambda: "nothing that this driver knows" in station.told[-1][0].trouble)
        assert station.told[-1][0].standing is ReaderStanding.READING
        assert station.said == []

    stationed([reader], then)


def test_an_encoding_that_is_set_wrongly_makes_the_reader_suspect(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "till")
    receipt = "雲杉超市 城北店\n單號: 20261121-0418\n白米 5kg  1  39.90\n合計: 39.90\n現金: 50.00\n"

    async def then(station: Station) -> None:
        await until(lambda: station.open("4"))
        os.write(cable.far, b"\x1b@" + receipt.encode("big5") + b"\n\x1dV\x01")
        await until(
            lambda: bool(station.told) and station.told[-1][0].standing is ReaderStanding.SUSPECT
        )
        assert station.told[-1][0].trouble == "encoding: big5 would read well"

    stationed([till(cable)], then)


def test_a_wrong_speed_makes_the_reader_suspect_and_gives_no_receipt(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "till")
    noise = bytes(byte | 0x80 for byte in Random(7).randbytes(300))

    async def then(station: Station) -> None:
        await until(lambda: station.open("4"))
        for _ in range(4):
            os.write(cable.far, noise)
            await asyncio.sleep(0.5)  # each becomes a job of its own
        await until(
            lambda: bool(station.told) and station.told[-1][0].standing is ReaderStanding.SUSPECT
        )
        assert station.told[-1][0].trouble.startswith("speed, bits or driver")
        assert station.numbers == []
        os.write(cable.far, RECEIPT)  # somebody has set the till right
        await until(
            lambda: bool(station.told) and station.told[-1][0].standing is ReaderStanding.READING
        )

    stationed([till(cable)], then)
