import asyncio
import json
import os
from pathlib import Path

import pytest

from edge_gateway.errors import GatewayError
from edge_gateway.reader_tools import (
    Shown,
    account,
    bytes_of,
    decoded,
    listen,
    parser_of,
    pieces,
    reader_of,
)
from edge_gateway.readers.recording import _MAGIC, _PIECE, _SIZE, wish
from edge_gateway.readers.sealing import key_pair, seal
from protocols.pad import frames
from tests.edge_gateway.readers.cable import Cable
from tests.edge_gateway.readers.station import RECEIPT


def test_the_receipts_of_a_file_are_json_lines() -> None:
    parser = parser_of(reader_of({"port": "/captured/file"}))
    (line,) = decoded(parser, pieces(RECEIPT))
    said = json.loads(line)
    assert (said["event"], said["kind"]) == ("printed", "receipt")
    assert said["number"] == "20261121-0418"
    assert "lines" not in said
    assert account(parser.counts).startswith(f"{len(RECEIPT)} bytes, 0 of them dropped; 1 messages")


@pytest.mark.parametrize(
    ("values", "more", "said"),
    [
        ({"driver": "telex"}, [], "driver = 'telex': should be 'escpos'"),
        ({"encoding": "klingon"}, [], "should be a text encoding such as gb18030"),
        ({"encoding": "hex"}, [], "should be a text encoding such as gb18030"),
        ({"encoding": "\udcff"}, [], "should be a text encoding such as gb18030"),
        ({"port": "COM3"}, [], 'should be a path such as "/dev/serial/by-id/usb-'),
        ({}, ["bits=9X9"], "bits = '9X9'"),
        ({}, ["page_table"], "should be KEY=VALUE"),
        ({}, ["colour=red"], "colour is not a setting"),
        ({}, ["idle_s=fast"], "idle_s = 'fast': a number is needed"),
    ],
)
def test_a_wrong_option_is_named(values: dict[str, str], more: list[str], said: str) -> None:
    with pytest.raises(GatewayError) as error:
        reader_of({"port": "/captured/file", **values}, more)
    assert said in str(error.value)


def test_any_key_of_a_reader_may_be_set() -> None:
    reader = reader_of({"port": "/captured/file"}, ["idle_s=0.5", "currency=CNY", 'bits = "7E1"'])
    assert (reader.idle_s, reader.currency, reader.bits) == (0.5, "CNY", "7E1")


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(GatewayError, match="No such file"):
        bytes_of(tmp_path / "gone.bin")


def test_a_port_is_listened_to(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "till")
    shown, told = list[str](), list[str]()

    async def run() -> None:
        reader = reader_of({"port": str(cable.link)})
        listening = asyncio.create_task(listen(reader, Shown(show=shown.append, tell=told.append)))
        async with asyncio.timeout(5):
            while "reading" not in told:
                await asyncio.sleep(0.01)
            os.write(cable.far, RECEIPT)
            while not shown:
                await asyncio.sleep(0.01)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)

    asyncio.run(run())
    assert json.loads(shown[0])["total"] == "39.90"
    assert told[-1].endswith("0 cut off"), "the account, at the end"


def test_a_recording_is_read_with_its_key_and_with_no_other(tmp_path: Path) -> None:
    private, public = key_pair()
    made = wish(tmp_path, "4", public, 5, 1_000)
    data = _MAGIC + b"".join(
        _SIZE.pack(len(sealed)) + sealed
        for half in (RECEIPT[:40], RECEIPT[40:])
        for sealed in [seal(made.public_key, _PIECE.pack(1_000, len(half)) + half)]
    )
    parser = parser_of(reader_of({"port": "/captured/file"}))
    (line,) = decoded(parser, pieces(data, private))
    assert json.loads(line)["number"] == "20261121-0418"
    with pytest.raises(GatewayError, match="another key"):
        list(pieces(data, key_pair()[0]))


CARD = b"\x02010063E9AE25\x03"
CAPTURES = {
    "escpos": (RECEIPT, "printed"),
    "scanner": (b"6901234567892\r\n", "scanned"),
    "keypad": (b"4", "key_pressed"),
    "em4100": (CARD, "card_presented"),
    "cd5220": ("\x1bQA大米       39.90\r".encode("gb18030"), "item_shown"),
    "pad": (frames.encode(frames.PRESS, 1, 1, 5_000, 0, 4, 0, 0, 40), "key_pressed"),
    # As libnfc logs it: an ACK, and one card with a UID of four bytes.
    "pn532": (
        bytes.fromhex("0000FF00FF00 0000FF0CF4D54B01010004080 40416C6C2FA00".replace(" ", "")),
        None,
    ),
}


@pytest.mark.parametrize("driver", CAPTURES)
def test_every_driver_reads_a_file(driver: str) -> None:
    data, event = CAPTURES[driver]
    parser = parser_of(reader_of({"port": "/captured/file", "driver": driver}))
    said = [json.loads(line)["event"] for line in decoded(parser, pieces(data))]
    assert said == [event] or event is None
    assert "0063E9AE" not in "".join(decoded(parser, pieces(data)))
