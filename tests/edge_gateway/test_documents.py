"""The manual names every setting and command, and its example is a settings file that loads."""

import re
import tomllib
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from edge_gateway.__main__ import command_line
from edge_gateway.settings import BoardSettings, Broker, Device, Listen, Reader, Settings
from edge_gateway.till_figures import figures
from edge_gateway.wait_radar.rules import Rule, rules
from tests.edge_gateway.field import Store

MANUAL = (Path(__file__).parents[2] / "docs" / "gateway.md").read_text(encoding="utf-8")
EXAMPLE = tomllib.loads(re.search(r"```toml\n(.*?)```", MANUAL, re.S).group(1))  # type: ignore[union-attr]


def keys(model: type[BaseModel]) -> set[str]:
    fields: dict[str, FieldInfo] = model.model_fields
    return set(fields)


def test_every_setting_is_in_the_example() -> None:
    assert keys(Settings) == set(EXAMPLE)
    assert keys(Listen) == set(EXAMPLE["listen"])
    assert keys(Broker) == set(EXAMPLE["broker"])
    assert keys(BoardSettings) == set(EXAMPLE["board"])
    assert keys(Device) - {"token"} == set(EXAMPLE["devices"][0])
    assert keys(Reader) == set(EXAMPLE["readers"][0])
    # `below` is said beside `above`: a rule has one of them.
    assert keys(Rule) - {"below"} == set(EXAMPLE["instructions"][0])
    assert Rule.model_validate(EXAMPLE["instructions"][0]) != rules()[0]


def test_every_figure_of_the_tills_is_explained(tmp_path: Path) -> None:
    named = {f"{one.name}_total" if one.grows else one.name for one in figures(
        Store(tmp_path).gateway.floor)}  # fmt: skip
    assert {name for name in named if f"`{name}`" in MANUAL} == named


def test_every_command_is_explained() -> None:
    named = {
        command.name or command.callback.__name__
        for command in command_line.registered_commands
        if command.callback is not None
    }
    assert {name for name in named if f"| `{name}` |" in MANUAL} == named
