"""The manual names every setting and command, and its example is a settings file that loads."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import typer
from pydantic import BaseModel

from hq_server.__main__ import app
from hq_server.settings import (
    BrokerSettings,
    IngestSettings,
    Listen,
    PasswordSettings,
    Settings,
    load,
)

MANUAL = (Path(__file__).parents[2] / "docs" / "hq.md").read_text(encoding="utf-8")
FOUND = re.search(r"```toml\n(.*?)```", MANUAL, re.S)
assert FOUND
EXAMPLE = tomllib.loads(FOUND[1])


def keys(model: type[BaseModel]) -> set[str]:
    return set(model.model_fields)


def test_every_setting_is_in_the_example() -> None:
    assert keys(Settings) == set(EXAMPLE)
    assert keys(Listen) == set(EXAMPLE["listen"])
    assert keys(BrokerSettings) == set(EXAMPLE["broker"])
    assert keys(IngestSettings) == set(EXAMPLE["ingest"])
    assert keys(PasswordSettings) == set(EXAMPLE["passwords"])


def test_the_example_is_a_file_that_loads(tmp_path: Path) -> None:
    for name in ("ca.crt", "hq.crt", "hq.key"):
        (tmp_path / name).write_text("")
    file = tmp_path / "hq.toml"
    assert FOUND
    file.write_text(FOUND[1], "utf-8")
    assert load(file).broker.addresses == (
        ("mqtt1.example.com", 8883), ("mqtt2.example.com", 8883),
    )  # fmt: skip


def _commands(of: typer.Typer, before: str = "") -> set[str]:
    own = {
        before + (command.name or command.callback.__name__)
        for command in of.registered_commands
        if command.callback is not None
    }
    groups = [
        _commands(group.typer_instance, f"{group.name} ")
        for group in of.registered_groups
        if group.typer_instance is not None
    ]
    return own.union(*groups)


def test_every_command_is_explained() -> None:
    named = _commands(app)
    assert {"audit", "dead-letters show", "gateway add"} <= named
    assert {name for name in named if f"| `{name}` |" in MANUAL} == named
