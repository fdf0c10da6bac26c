import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from edge_gateway import settings_watch
from edge_gateway.settings import Reader
from edge_gateway.settings_watch import SettingsWatch
from tests.edge_gateway.readers.cable import until
from tests.edge_gateway.running import configured

READER = '[[readers]]\nport = "/dev/{port}"\ntill = "4"\n'


class Taken:
    """What a watch told."""

    def __init__(self) -> None:
        self.readers: list[tuple[Reader, ...]] = []
        self.complaints: list[str] = []

    async def take(self, readers: tuple[Reader, ...]) -> None:
        self.readers.append(readers)

    @property
    def ports(self) -> list[list[str]]:
        return [[reader.port for reader in readers] for readers in self.readers]


def watched(folder: Path, then: Callable[[SettingsWatch, Taken, Path], Awaitable[None]]) -> None:
    settings, file, taken = configured(folder), folder / "gateway.toml", Taken()

    async def run() -> None:
        watch = SettingsWatch(file, settings, taken.take, taken.complaints.append)
        task = asyncio.create_task(watch.run())
        await then(watch, taken, file)
        task.cancel()

    asyncio.run(run())


def test_changed_readers_are_taken_and_a_wrong_file_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(settings_watch, "LOOK_EVERY_S", 0.02)
    caplog.set_level(logging.INFO)

    async def then(_watch: SettingsWatch, taken: Taken, file: Path) -> None:
        good = file.read_text(encoding="utf-8")
        file.write_text(good + READER.format(port="a"), encoding="utf-8")
        await until(lambda: taken.ports == [["/dev/a"]])
        file.write_text(good + READER.format(port="b") + "baud = 'fast'\n", encoding="utf-8")
        await until(lambda: len(taken.complaints) == 1)
        assert "readers[0].baud = 'fast': a whole number is needed" in taken.complaints[0]
        file.write_text(
            good + READER.format(port="b") + "baud = 'fast'\n# saved again\n", encoding="utf-8"
        )
        await asyncio.sleep(0.1)
        assert caplog.text.count("changed settings are not taken") == 1, "once per episode"
        file.write_text(good + READER.format(port="c") + 'page_table = "x"\n', encoding="utf-8")
        await until(lambda: len(taken.complaints) == 2)
        assert "there are" in taken.complaints[1]
        file.write_text("max_megabytes = 3000\n" + good + READER.format(port="b"), encoding="utf-8")
        await until(lambda: taken.ports[1:] == [["/dev/b"]])
        assert taken.complaints[2] == ""
        assert "max_megabytes: taken at the next start" in caplog.text
        file.unlink()
        await asyncio.sleep(0.05)
        assert len(taken.complaints) == 3

    watched(tmp_path, then)


def test_a_changed_profile_file_makes_its_reader_anew_and_one_that_comes_late_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings_watch, "LOOK_EVERY_S", 0.02)

    async def then(_watch: SettingsWatch, taken: Taken, file: Path) -> None:
        with file.open("a", encoding="utf-8") as more:
            more.write(READER.format(port="a") + 'driver = "keypad"\nprofile = "mine.toml"\n')
        await until(lambda: len(taken.complaints) == 1)
        assert "there is no such file" in taken.complaints[0]
        profile = tmp_path / "mine.toml"
        profile.write_text('like = "old_box"\n', encoding="utf-8")
        await until(lambda: len(taken.readers) == 1)
        assert taken.complaints[1:] == [""]
        profile.write_text('like = "new_box"  # this one\n', encoding="utf-8")
        await until(lambda: len(taken.readers) == 2)
        assert taken.readers[0] != taken.readers[1]
        await asyncio.sleep(0.1)
        assert len(taken.readers) == 2

    watched(tmp_path, then)


def test_a_hangup_signal_looks_at_once(tmp_path: Path) -> None:
    async def then(watch: SettingsWatch, taken: Taken, file: Path) -> None:
        with file.open("a", encoding="utf-8") as more:
            more.write(READER.format(port="a"))
        watch.ask()
        await until(lambda: bool(taken.ports), 1.0)
        assert taken.ports == [["/dev/a"]]

    watched(tmp_path, then)
