import asyncio
import os
import time
from pathlib import Path

import pytest

from edge_gateway.readers import recording
from edge_gateway.readers.recording import Recorder, is_sealed, stop, unsealed, wish, wishes
from edge_gateway.readers.sealing import key_pair
from edge_gateway.settings import Reader
from tests.edge_gateway.readers.cable import Cable, until
from tests.edge_gateway.readers.station import RECEIPT, Station, stationed

DAY_MS = 24 * 3600 * 1000


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def recorded(folder: Path, private: str) -> bytes:
    [file] = (folder / recording.FOLDER).iterdir()
    data = file.read_bytes()
    assert is_sealed(data)
    return b"".join(piece for _, piece in unsealed(data, private))


def test_what_a_port_brings_is_sealed_and_shown_as_recorded(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "till")
    reader = Reader(port=str(cable.link), till="4")
    private, public = key_pair()

    async def then(station: Station) -> None:
        await until(lambda: station.open("4"))
        os.write(cable.far, b"before\n")
        await until(lambda: station.readers.lines["4"].counts.received_bytes == 7)
        wish(tmp_path, "4", public, 5, now_ms())
        await until(lambda: station.told[-1][0].recording_until_ms is not None)
        os.write(cable.far, RECEIPT)
        await until(lambda: "20261121-0418" in station.numbers)
        # The settings are changed meanwhile: the recording goes on.
        await station.readers.take([reader.model_copy(update={"ask_s": 3.0})])
        await until(lambda: station.open("4"))
        os.write(cable.far, b"more")
        await until(lambda: station.readers.lines["4"].counts.received_bytes == 4)
        stop(tmp_path, None)
        await until(lambda: station.told[-1][0].recording_until_ms is None)
        os.write(cable.far, b"after")
        await asyncio.sleep(0.05)

    stationed([reader], then, recorder=Recorder(tmp_path))
    assert recorded(tmp_path, private) == RECEIPT + b"more"
    [file] = (tmp_path / recording.FOLDER).iterdir()
    assert "单号".encode("gb18030") not in file.read_bytes()
    assert (tmp_path / recording.FOLDER).stat().st_mode & 0o777 == 0o700


def test_a_restart_goes_on_in_the_same_file(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "till")
    reader = Reader(port=str(cable.link), till="4")
    private, public = key_pair()
    wish(tmp_path, "4", public, 5, now_ms())
    for data in (b"first", b"second"):

        async def then(station: Station, data: bytes = data) -> None:
            await until(lambda: station.open("4"))
            os.write(cable.far, data)
            await until(lambda: station.readers.lines["4"].counts.received_bytes == len(data))

        stationed([reader], then, recorder=Recorder(tmp_path))
    assert recorded(tmp_path, private) == b"firstsecond"


def test_a_recording_ends_by_its_time_and_never_lasts_longer_than_a_day(tmp_path: Path) -> None:
    _, public = key_pair()
    made = wish(tmp_path, "4", public, 1, 1_000)
    assert made.until_ms == 61_000
    assert recording._holds(made, 60_999)
    assert not recording._holds(made, 61_000)
    assert not recording._holds(made, 999), "the clock went back behind its beginning"
    endless = wish(tmp_path, "4", public, 10**6, 1_000)
    assert not recording._holds(endless, 1_000 + DAY_MS)
    assert wishes(tmp_path) == (endless,), "one for each reader"


def test_a_recording_has_a_bounded_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MAX_BYTES", 100_000)
    private, public = key_pair()
    running = recording._Recording(wish(tmp_path, "4", public, 5, now_ms()), tmp_path / "a.sealed")
    for _ in range(20):
        running.add(bytes(20_000))
    assert running.ended
    assert running.path.stat().st_size <= 100_000
    assert sum(len(piece) for _, piece in unsealed(running.path.read_bytes(), private)) >= 60_000


def test_a_recording_that_cannot_be_written_ends_and_the_reader_reads_on(tmp_path: Path) -> None:
    (tmp_path / recording.FOLDER).write_text("no folder", "utf-8")
    _, public = key_pair()
    wish(tmp_path, "4", public, 5, now_ms())
    cable = Cable(tmp_path / "till")

    async def then(station: Station) -> None:
        await until(lambda: station.open("4"))
        os.write(cable.far, RECEIPT)
        await until(lambda: "20261121-0418" in station.numbers)
        assert station.readers.lines["4"].record is None

    stationed([Reader(port=str(cable.link), till="4")], then, recorder=Recorder(tmp_path))
    running = recording._Recording(wish(tmp_path, "4", public, 5, now_ms()), tmp_path / "no" / "a")
    running.add(bytes(40_000))
    assert running.ended


def test_what_a_power_cut_left_unfinished_is_passed_over(tmp_path: Path) -> None:
    private, public = key_pair()
    running = recording._Recording(wish(tmp_path, "4", public, 5, now_ms()), tmp_path / "a.sealed")
    running.add(b"whole")
    running.flush()
    running.add(b"torn")
    running.flush()
    data = running.path.read_bytes()
    for cut in (1, 3, 20):
        assert [piece for _, piece in unsealed(data[:-cut], private)] == [b"whole"]


def test_a_damaged_wish_records_nothing(tmp_path: Path) -> None:
    (tmp_path / recording.WISH_FILE).write_bytes(b"[{")
    recorder = Recorder(tmp_path)
    recorder.look([], now_ms())
    recorder.close()
    assert not (tmp_path / recording.FOLDER).exists()
    (tmp_path / recording.WISH_FILE).write_bytes(
        b'[{"reader":"4","public_key":"k","begun_ms":1,"until_ms":2,"file":"../../etc/x.sealed"}]'
    )
    with pytest.raises(ValueError, match="regex"):
        wishes(tmp_path)
