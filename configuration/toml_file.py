"""Reads a program's settings and says in one line per mistake what is wrong with them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from configuration.errors import ConfigError

_LONGEST_VALUE_SHOWN = 80


class TomlSettings(BaseSettings):
    """What a program's `Settings` derives from; unknown keys are refused."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True)

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
        toml = TomlConfigSettingsSource(settings_cls, settings_cls.model_config.get("toml_file"))
        return init_settings, env_settings, toml


S = TypeVar("S", bound=TomlSettings)
M = TypeVar("M", bound=BaseModel)


def load_settings(kind: type[S], path: Path | None, *, secrets: Set[str]) -> S:
    """Return the settings in `path` (None: the environment alone), or raise ConfigError.

    `secrets` are the keys whose values are never shown.
    """
    if path is not None:
        _read_toml(path)  # for its mistakes; the source below reads it again
    of_file: type[S] = type(
        kind.__name__, (kind,), {"model_config": SettingsConfigDict(toml_file=path)}
    )
    named = path or "environment"
    try:
        return of_file.model_validate({})
    except ValidationError as error:
        lines = [f"{named}: {_sentence(kind, one, secrets)}" for one in error.errors()]
        raise ConfigError(lines) from error
    except ValueError as error:  # an environment variable that should hold JSON and does not
        raise ConfigError([f"environment: {error}"]) from error


def load_file(kind: type[M], path: Path) -> M:
    """Return what a TOML file of another kind holds, such as a list of stores; or ConfigError."""
    try:
        return kind.model_validate(_read_toml(path))
    except ValidationError as error:
        lines = [f"{path}: {_sentence(kind, one, set())}" for one in error.errors()]
        raise ConfigError(lines) from error


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError as error:
        raise ConfigError([f"{path}: there is no such file"]) from error
    except OSError as error:
        raise ConfigError([f"{path}: {error.strerror or error}"]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: not TOML: {error}"]) from error


def _sentence(kind: type[BaseModel], error: ErrorDetails, secrets: Set[str]) -> str:
    key = _key(error["loc"])
    if error["type"] == "missing":
        return f"{key} is missing"
    if error["type"] == "extra_forbidden":
        return f"{key} is not a setting; there are {', '.join(_known(kind, error['loc']))}"
    message = error["msg"].removeprefix("Value error, ")
    if not key:
        return message
    return f"{key} = {_shown(error['loc'], error['input'], secrets)}: {message}"


def _key(location: tuple[int | str, ...]) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return "".join(parts).removeprefix(".")


def _known(kind: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Return the keys that the section of `location` takes."""
    for part in location[:-1]:
        if isinstance(part, str) and part in kind.model_fields:
            kind = next(_sections(kind.model_fields[part].annotation), kind)
    return list(kind.model_fields)


def _sections(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _sections(inner)


def _shown(location: tuple[int | str, ...], value: Any, secrets: Set[str]) -> str:
    if isinstance(value, dict | BaseModel):
        return "(section)"
    if isinstance(value, SecretStr) or any(part in secrets for part in location):
        return "(hidden)"
    return ascii(value)[:_LONGEST_VALUE_SHOWN]
