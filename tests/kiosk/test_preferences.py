import logging
from pathlib import Path

import pytest

from kiosk.preferences import Preferences, keep, load

SET = Preferences(speech=True, volume=40, brightness=70)


def test_what_was_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "staff.json"
    assert load(path) == Preferences()
    keep(path, SET)
    assert load(path) == SET


def test_torn_at_any_byte_it_falls_back_to_the_settings_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "staff.json"
    keep(path, SET)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            assert load(path) == Preferences()
        assert len(caplog.records) == 1


@pytest.mark.parametrize("wrong", ['{"volume": 101}', '{"brightness": 0}', '{"speech": 1}', "[]"])
def test_value_that_cannot_be_is_not_taken(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "staff.json"
    path.write_text(wrong, "utf-8")
    assert load(path) == Preferences()


def test_disk_that_takes_nothing_leaves_the_old_ones(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        keep(tmp_path / "gone" / "staff.json", SET)
