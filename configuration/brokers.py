"""Where the MQTT brokers are: the same settings at a gateway and at HQ."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

Port = Annotated[int, Field(ge=1, le=65535)]


def is_port(said: str) -> bool:
    """Return whether a text is the number of a TCP port."""
    return said.isascii() and said.isdecimal() and 1 <= int(said[:6]) <= 65535


def _address(said: str) -> str:
    host, colon, port = said.rpartition(":")
    if not (colon and host and is_port(port)):
        raise ValueError('should be host:port, such as "mqtt2.example.com:8883"')
    return said


class BrokerPlaces(BaseModel):
    """One broker, or several that know nothing of each other, and who we are to them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    port: Port = 1883
    others: tuple[Annotated[str, AfterValidator(_address)], ...] = ()
    """Further brokers as host:port, with the same users and certificates."""
    username: str | None = None
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None

    @model_validator(mode="after")
    def _certificate_and_key(self) -> BrokerPlaces:
        if (self.cert_file is None) != (self.key_file is None):
            raise ValueError("cert_file and key_file go together: set both or none")
        return self

    @property
    def addresses(self) -> tuple[tuple[str, int], ...]:
        """Host and port of every broker, each once."""
        others = (other.rpartition(":") for other in self.others)
        further = [(host.strip("[]"), int(port)) for host, _, port in others]
        return tuple(dict.fromkeys([(self.host, self.port), *further]))
