"""Settings of HQ: one TOML file, overridden by the environment, checked at once.

`STORELOOP_HQ_BROKER__HOST` overrides `host` in `[broker]`.
"""

from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
)
from pydantic_settings import SettingsConfigDict

from configuration import ConfigError, TomlSettings, load_settings
from configuration.brokers import BrokerPlaces, Port, is_port

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
_SECRETS = {"password", "database_url"}
# The port in postgresql://USER:PASSWORD@HOST:PORT/NAME, where SQLAlchemy looks for it.
_PORT = re.compile(r"postgresql[^:]*://(?:[^@]*@)?+(?:\[[^\]]*\]|[^/:?\[]*):(?P<port>[^/?]*)")


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Listen(_Section):
    """Where pages and API are served."""

    host: str = "127.0.0.1"
    port: Port = 8080
    trusted_proxies: tuple[str, ...] = ()

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            try:
                ip_network(each)
            except ValueError as error:
                raise ValueError(f"addresses such as 127.0.0.1 or 10.0.0.0/8: {error}") from error
        return value


class BrokerSettings(BrokerPlaces):
    """How to reach the brokers."""

    password: SecretStr | None = None
    tls: bool = False


class IngestSettings(_Section):
    """How this ingest process is called and how much it takes at once."""

    name: Name = "hq"
    messages_at_once: Annotated[int, Field(ge=1, le=100)] = 20
    bad_messages_kept_per_hour: Annotated[int, Field(ge=0, le=10_000)] = 20


class PasswordSettings(_Section):
    """What one password hash costs (argon2id)."""

    memory_kib: Annotated[int, Field(ge=8, le=4_194_304)] = 65536
    passes: Annotated[int, Field(ge=1, le=100)] = 3


class Settings(TomlSettings):
    """All settings of HQ."""

    model_config = SettingsConfigDict(env_prefix="STORELOOP_HQ_", env_nested_delimiter="__")

    data_dir: Path = Path("hq-data")
    database_url: SecretStr | None = None
    public_url: Annotated[str, Field(pattern=r"^https?://[^\s/]+/?$")] = "http://127.0.0.1:8080"
    time_zone: str = "Asia/Shanghai"
    language: Literal["zh-CN", "en"] = "zh-CN"
    listen: Listen = Listen()
    broker: BrokerSettings = BrokerSettings()
    ingest: IngestSettings = IngestSettings()
    passwords: PasswordSettings = PasswordSettings()

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("a time zone name such as Asia/Shanghai is allowed")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: SecretStr | None) -> SecretStr | None:
        allowed = ("sqlite:///", "postgresql+psycopg://", "postgresql://")
        if value is not None and not value.get_secret_value().startswith(allowed):
            raise ValueError("sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME is allowed")
        found = value and _PORT.match(value.get_secret_value())
        if found and found["port"] and not is_port(found["port"]):
            raise ValueError("the port of a database is a number from 1 to 65535")
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of calendars and pages."""
        return ZoneInfo(self.time_zone)

    @property
    def database(self) -> str:
        """The database's URL, with the driver that HQ uses."""
        if self.database_url is None:
            return f"sqlite:///{self.data_dir / 'hq.sqlite3'}"
        url = self.database_url.get_secret_value()
        return url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def sqlite_file(self) -> Path | None:
        """The file of an SQLite database; None when the database is none, or has no file."""
        url = self.database
        name = url.removeprefix("sqlite:///").partition("?")[0]
        return Path(name) if name not in (url, "", ":memory:") else None

    @property
    def secure_cookies(self) -> bool:
        """Whether browsers reach the pages by HTTPS."""
        return self.public_url.startswith("https://")


def load(file: Path | None) -> Settings:
    """Return the settings in `file` and the environment; ConfigError names what is wrong.

    Relative paths lie beside the file.
    """
    settings = load_settings(Settings, file, secrets=_SECRETS)
    folder = file.resolve().parent if file else Path()
    found: dict[str, Path] = {}
    for key in ("ca_file", "cert_file", "key_file"):
        named: Path | None = getattr(settings.broker, key)
        if named is None:
            continue
        found[key] = folder / named
        if not found[key].is_file():
            where = f"{file or 'environment'}: broker.{key} = {str(named)!r}"
            raise ConfigError([f"{where}: there is no such file"])
    broker = settings.broker.model_copy(update=found)
    update = {"data_dir": folder / settings.data_dir, "broker": broker}
    return settings.model_copy(update=update)
