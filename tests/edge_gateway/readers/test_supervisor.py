import asyncio
import os
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest

from edge_gateway import events as ev
from edge_gateway.metrics import ReaderCollector
from edge_gateway.settings import Reader
from protocols.messages import ReaderStanding
from protocols.readers.events import Scanned
from tests.edge_gateway.readers.cable import Cable, until
from tests.edge_gateway.readers.station import RECEIPT, Station, stationed


def till(cable: Cable, name: str, **more: object) -> Reader:
    return Reader.model_validate({"port": str(cable.link), "till": name, **more})


def test_standing_is_told_at_the_start_and_on_each_change(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "till")

    async def then(station: Station) -> None:
        await until(lambda: bool(station.told) and station.told[-1][0].standing == "reading")
        cable.unplug()
        await until(lambda: station.told[-1][0].standing == "gone", 0.5)
        cable.plug()
        await until(lambda: station.told[-1][0].standing == "reading", 3.0)

    station = stationed([till(cable, "4", ask_s=5)], then)
    told = [one for one in station.events if isinstance(one, ev.ReadersChanged)]
    assert told[-1].ask_s == {"4": 5.0}
    assert len(told) <= 5, "only changes are told"


def test_changed_settings_move_one_reader_and_disturb_no_other(tmp_path: Path) -> None:
    first, second, third = (Cable(tmp_path / name) for name in "123")

    async def then(station: Station) -> None:
        readers = station.readers
        await until(lambda: station.open("1", "2"))
        kept = readers.lines["1"]
        await readers.take([till(first, "1"), till(third, "2"), till(second, "3")])
        await until(lambda: station.open("1", "2", "3"))
        assert readers.lines["1"] is kept
        assert kept.openings == 1
        for cable in (first, second, third):
            os.write(cable.far, RECEIPT)
        await until(lambda: len(station.said) == 3)
        spoke = [one.reader for one in station.events if isinstance(one, ev.ReaderSpoke)]
        assert sorted(spoke) == ["1", "2", "3"]
        await readers.take([till(third, "2", enabled=False)])
        assert readers.states() == ()
        await until(lambda: station.told[-1] == ())

    stationed([till(first, "1"), till(second, "2")], then)


def test_two_gateways_on_one_port_and_the_second_waits_for_it(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "till")

    async def then(station: Station) -> None:
        await until(lambda: station.open("4"))
        other = Station()
        waiting = asyncio.create_task(other.readers.run([till(cable, "4")]))
        await until(lambda: bool(other.told) and "is in use by" in other.told[-1][0].trouble)
        assert other.told[-1][0].standing is ReaderStanding.GONE
        await station.readers.take([])
        await until(lambda: other.open("4"), 4.0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    stationed([till(cable, "4")], then)


def test_what_no_such_reader_is_told_is_nothing(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "till")

    async def then(station: Station) -> None:
        await until(lambda: station.open("4"))
        station.readers.tell(ev.PromptKeypad("nobody", True))
        station.readers.tell(ev.PromptKeypad("4", True))
        await asyncio.sleep(0.02)
        assert cable.written() == b""

    stationed([till(cable, "4")], then)


def test_a_keypad_is_sent_its_prompt_and_what_takes_it_back(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "box")
    profile = tmp_path / "box.toml"
    profile.write_text(
        'keys = { 5 = 5 }\nask = "02 41 03"\nask_no_more = "02 43 03"\n', encoding="utf-8"
    )

    async def then(station: Station) -> None:
        await until(lambda: station.open("4"))
        await until(lambda: bool(station.told))
        [told] = [one for one in station.events if isinstance(one, ev.ReadersChanged)]
        assert told.asks == {"4"}
        sent = bytearray()
        station.readers.tell(ev.PromptKeypad("4", True))
        await until(lambda: sent.__iadd__(cable.written()) == b"\x02A\x03")
        os.write(cable.far, b"5")
        await until(lambda: bool(station.said))
        station.readers.tell(ev.PromptKeypad("4", False))
        await until(lambda: sent.__iadd__(cable.written()) == b"\x02A\x03\x02C\x03")

    station = stationed([till(cable, "4", driver="keypad", profile=str(profile))], then)
    assert [type(one).__name__ for one in station.said] == ["KeyPressed"]
    assert station.said[0].score == 5  # type: ignore[union-attr]


def test_a_scan_without_an_end_is_told_at_once(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "scanner")

    async def then(station: Station) -> None:
        await until(lambda: station.open("4"))
        for half in (b"690123", b"4567892"):  # the line is slow, the code is one
            os.write(cable.far, half)
            await asyncio.sleep(0.05)
        await until(lambda: bool(station.said), 1.0)
        [said] = station.said
        assert isinstance(said, Scanned)
        assert said.code.text == "6901234567892"

    stationed([till(cable, "4", driver="scanner")], then)


def test_why_changed_settings_are_not_taken_stands_beside_each_reader(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "till")

    async def then(station: Station) -> None:
        await until(lambda: station.open("4"))
        station.readers.complain("gateway.toml: readers[0].baud: a whole number is needed")
        await until(lambda: "settings not taken" in station.told[-1][0].trouble)
        assert station.told[-1][0].standing is ReaderStanding.READING
        station.readers.complain("")
        await until(lambda: station.told[-1][0].trouble == "")

    stationed([till(cable, "4")], then)


def test_each_readers_figures_are_for_prometheus(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "till")

    async def then(station: Station) -> None:
        await until(lambda: station.open("4"))
        os.write(cable.far, RECEIPT)
        await until(lambda: bool(station.said))
        registry = CollectorRegistry(auto_describe=False)
        registry.register(ReaderCollector(station.readers.lines.values))
        page = generate_latest(registry).decode()
        of_reader = 'storeloop_gateway_reader_{}{{reader="4"}} {}.0'
        assert of_reader.format("bytes_total", len(RECEIPT)) in page
        assert of_reader.format("messages_total", 1) in page
        assert of_reader.format("openings_total", 1) in page
        standing = 'storeloop_gateway_reader_standing{reader="4",standing="reading"} 1.0'
        assert standing in page

    stationed([till(cable, "4")], then)
