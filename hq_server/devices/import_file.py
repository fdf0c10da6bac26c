"""Stores and gateways from one TOML file, all of it or nothing.

[[stores]]
id = "s-zhengzhou"
name = { "zh-CN" = "郑州金水店", en = "Zhengzhou Jinshui" }   # or one text
region = "Henan"
opens = "08:00"
closes = "22:00"
touchpoints = { till-3 = { "zh-CN" = "3 号收银台", en = "Till 3" } }

[[gateways]]
id = "s-zhengzhou-gateway"
store = "s-zhengzhou"
"""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from configuration import ConfigError, load_file
from hq_server.database import Database
from hq_server.devices import service
from hq_server.errors import HqError

Text = Annotated[str, Field(min_length=1, max_length=200)]
Name = dict[str, Text] | Text


class _StoreRow(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str
    name: Name
    region: Annotated[str, Field(max_length=200)] = ""
    opens: time = time(8)
    closes: time = time(22)
    touchpoints: dict[str, Name] = {}

    @field_validator("opens", "closes", mode="before")
    @classmethod
    def _hour(cls, value: object) -> object:
        return time.fromisoformat(value) if isinstance(value, str) else value


class _GatewayRow(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str
    store: str


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    stores: list[_StoreRow] = []
    gateways: list[_GatewayRow] = []


def import_file(database: Database, path: Path, now: datetime) -> tuple[int, int]:
    """Register what the file lists; return how many stores and gateways it had."""
    found = load_file(_File, path)
    with database.writing() as connection:
        for number, row in enumerate(found.stores):
            store = service.Store(
                id=row.id,
                names=_names(row.name),
                region=row.region,
                opens=row.opens,
                closes=row.closes,
                touchpoints={key: _names(name) for key, name in row.touchpoints.items()},
            )
            with _place(path, f"stores[{number}]", row.id):
                service.add_store(connection, store, now)
        for number, gateway in enumerate(found.gateways):
            with _place(path, f"gateways[{number}]", gateway.id):
                service.add_gateway(connection, gateway.id, gateway.store, now)
    return len(found.stores), len(found.gateways)


def _names(name: Name) -> dict[str, str]:
    return {"zh-CN": name} if isinstance(name, str) else name


class _place:
    """Says where in the file an error is."""

    def __init__(self, path: Path, key: str, value: str) -> None:
        self._where = f"{path}: {key} = {value!r}"

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, HqError):
            raise ConfigError([f"{self._where}: {error}"]) from error
