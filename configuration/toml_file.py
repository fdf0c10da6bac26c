"""Reads a program's settings and says in one line per mistake what is wrong with them."""

from __future__ import annotations

import tomllib
from collections.abc import Set
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from configuration.errors import ConfigError
from configuration.sentences import one_line, sentences


class TomlSettings(BaseSettings):
    """What a program's `Settings` derives from; unknown keys are refused."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True)
    of_file: ClassVar[dict[str, Any]] = {}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment override the file."""
        return init_settings, env_settings, InitSettingsSource(settings_cls, cls.of_file)


S = TypeVar("S", bound=TomlSettings)
M = TypeVar("M", bound=BaseModel)


def load_settings(kind: type[S], path: Path | None, *, secrets: Set[str]) -> S:
    """Return the settings in `path` (None: the environment alone), or raise ConfigError.

    `secrets` are the keys whose values are never shown.
    """
    read = {} if path is None else _read_toml(path)
    of_file: type[S] = type(kind.__name__, (kind,), {"of_file": read})
    named = path or "environment"
    try:
        return of_file.model_validate({})
    except ValidationError as error:
        lines = [f"{named}: {line}" for line in sentences(kind, error, secrets)]
        raise ConfigError(lines) from error
    except (ValueError, RecursionError) as error:
        # An environment variable that should hold JSON and does not.
        raise ConfigError([f"environment: {one_line(str(error))}"]) from error


def load_file(kind: type[M], path: Path) -> M:
    """Return what a TOML file of another kind holds, such as a list of stores; or ConfigError."""
    try:
        return kind.model_validate(_read_toml(path))
    except ValidationError as error:
        lines = [f"{path}: {line}" for line in sentences(kind, error, set())]
        raise ConfigError(lines) from error


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        # Some editors put a byte order mark before UTF-8.
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError as error:
        raise ConfigError([f"{path}: there is no such file"]) from error
    except IsADirectoryError as error:
        raise ConfigError([f"{path}: is a directory, not a file of settings"]) from error
    except OSError as error:
        raise ConfigError([f"{path}: {error.strerror or error}"]) from error
    except RecursionError as error:
        raise ConfigError([f"{path}: not TOML: nested too deeply"]) from error
    except ValueError as error:  # no TOML, no UTF-8, or a number with thousands of digits
        raise ConfigError([f"{path}: not TOML: {one_line(str(error))}"]) from error
