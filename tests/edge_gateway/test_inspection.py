import asyncio
import json
import os
from pathlib import Path

import pytest
from rich.console import Console

from edge_gateway import inspection
from edge_gateway.errors import GatewayError
from outbox import Outbox
from protocols.messages import Lane
from tests.edge_gateway.field import stream
from tests.edge_gateway.readers.test_serial_port import Cable
from tests.edge_gateway.readers.test_till import RECEIPT
from tests.edge_gateway.running import configured


def test_what_waits_is_shown_beside_the_running_gateway(tmp_path: Path) -> None:
    settings = configured(tmp_path)
    settings.data_dir.mkdir()
    outbox = Outbox.open(settings.data_dir / "outbox.db", device="g1", program="test")
    outbox.store(stream(lane=Lane.URGENT), 1, [b"a", b"b", b"c"], 1_000)
    outbox.commit_through(stream(lane=Lane.URGENT), 1)
    (line,) = inspection.streams(settings)
    assert (line.accepted, line.committed, line.waiting, line.oldest_ms) == (3, 1, 2, 1_000)
    console = Console(record=True, width=100)
    console.print(inspection.table([line], "g1", now_ms=61_000))
    text = console.export_text()
    assert "60 s" in text
    assert "2 waiting for HQ" in text
    outbox.close()


def test_without_an_outbox_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(GatewayError, match="no outbox yet"):
        inspection.streams(configured(tmp_path))


def test_receipts_of_a_file_are_json_lines() -> None:
    (line,) = inspection.receipts(RECEIPT, "escpos", "gb18030")
    assert json.loads(line)["number"] == "20261121-0418"
    with pytest.raises(GatewayError, match="telex"):
        list(inspection.receipts(RECEIPT, "telex", "gb18030"))
    for encoding in ("klingon", "hex", "undefined", "\udcff"):
        with pytest.raises(GatewayError, match="should be a text encoding such as gb18030"):
            list(inspection.receipts(RECEIPT, "escpos", encoding))


def test_a_port_is_listened_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    cable = Cable(tmp_path / "till")
    caplog.set_level("INFO")

    async def run() -> str:
        listening = asyncio.create_task(
            inspection.listen(str(cable.link), 9600, "escpos", "gb18030")
        )
        said = ""
        async with asyncio.timeout(5):
            while "open at 9600 baud" not in caplog.text:
                await asyncio.sleep(0.02)
            os.write(cable.far, RECEIPT)
            while not said:
                await asyncio.sleep(0.02)
                said = capsys.readouterr().out
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        return said

    assert json.loads(asyncio.run(run()))["total"] == "39.90"
