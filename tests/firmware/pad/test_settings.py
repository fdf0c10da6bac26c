from __future__ import annotations

import json
from pathlib import Path

import pytest

from firmware.pad.settings import Settings, read


def test_what_the_file_says_counts_and_the_rest_is_usual(tmp_path: Path) -> None:
    path = tmp_path / "pad.json"
    path.write_text(json.dumps({"keys": [20, 21, 22], "uart": 1, "colour": "red"}), "utf-8")
    settings = read(str(path))
    assert (settings.keys, settings.uart, settings.baud) == ([20, 21, 22], 1, 115_200)
    assert not hasattr(settings, "colour")


@pytest.mark.parametrize(
    "said", ["", "{", "[]", '{"keys": "2"}', '{"keys": [true], "uart": null, "baud": "fast"}']
)
def test_a_damaged_file_makes_a_usual_pad(tmp_path: Path, said: str) -> None:
    path = tmp_path / "pad.json"
    path.write_text(said, "utf-8")
    assert vars(read(str(path))) == vars(Settings())
    assert vars(read(str(tmp_path / "none"))) == vars(Settings())
