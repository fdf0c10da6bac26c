"""A wrong setting is named with file, key, value and what is allowed; a secret is never shown."""

from pathlib import Path
from typing import Annotated

import pytest
from pydantic import BaseModel, ConfigDict, Field
from pydantic_settings import SettingsConfigDict

from configuration import ConfigError, TomlSettings, load_settings


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid")

    port: Annotated[int, Field(ge=1, le=65535)] = 1
    password: Annotated[str, Field(min_length=8)] | None = None


class Settings(TomlSettings):
    model_config = SettingsConfigDict(env_prefix="STORELOOP_TEST_", env_nested_delimiter="__")

    name: str
    broker: Section = Section()
    readers: tuple[Section, ...] = ()


def loaded(folder: Path, text: str | bytes) -> Settings:
    file = folder / "it.toml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return load_settings(Settings, file, secrets={"password"})


def test_the_file_is_read_and_the_environment_overrides_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORELOOP_TEST_BROKER__PORT", "99")
    settings = loaded(tmp_path, 'name = "a"\n[broker]\nport = 5\n[[readers]]\nport = 7\n')
    assert (settings.name, settings.broker.port, settings.readers[0].port) == ("a", 99, 7)


def test_without_a_file_the_environment_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORELOOP_TEST_NAME", "a")
    assert load_settings(Settings, None, secrets=set()).name == "a"
    monkeypatch.setenv("STORELOOP_TEST_BROKER", "not json")
    with pytest.raises(ConfigError, match=r"^environment: .*broker"):
        load_settings(Settings, None, secrets=set())


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "name is missing"),
        ('name = "a"\nnaem = 1', "naem is not a setting; there are name, broker, readers"),
        ('name = "a"\n[broker]\nprot = 1', "broker.prot is not a setting; there are port, pass"),
        ('name = "a"\n[[readers]]\nx = 1', "readers[0].x is not a setting; there are port"),
        ('name = "a"\n[broker]\nport = 0', "broker.port = 0: should be greater"),
        ('name = "a"\n[broker]\npassword = "abc"', "broker.password = (hidden): should have"),
        ("name = 'a'\nbroker = 3", "broker = 3: "),
        ("name = ", "not TOML: "),
        (b"\xff\xfe", "not TOML: "),
        (b"name = " + b"[" * 100_000, "not TOML: nested too deeply"),
        (b"name = " + b"1" * 10_000, "not TOML: "),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    tmp_path: Path, text: str | bytes, complaint: str
) -> None:
    with pytest.raises(ConfigError) as wrong:
        loaded(tmp_path, text)
    (line,) = wrong.value.complaints
    assert line.startswith(f"{tmp_path / 'it.toml'}: {complaint}")
    assert "abc" not in line


def test_a_byte_order_mark_is_read_over(tmp_path: Path) -> None:
    assert loaded(tmp_path, b'\xef\xbb\xbfname = "a"\r\n').name == "a"


def test_every_mistake_has_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as wrong:
        loaded(tmp_path, "naem = 1\n[broker]\nport = 0\n")
    assert len(wrong.value.complaints) == 3


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for path, why in (
        (tmp_path / "absent.toml", "there is no such file"),
        (tmp_path, "is a directory"),
    ):
        with pytest.raises(ConfigError, match=why):
            load_settings(Settings, path, secrets=set())
