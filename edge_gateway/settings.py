"""What the operator sets: one TOML file, any value of which an environment variable overrides.

`load` returns checked settings or raises a ConfigError with one sentence per mistake: the file,
the key, the value and what would be allowed.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, model_validator
from pydantic_settings import SettingsConfigDict

from configuration import ConfigError, TomlSettings, load_settings
from configuration.brokers import BrokerPlaces, Port
from edge_gateway.wait_radar.rules import Rule
from protocols.signing import check_verify_key

OUTBOX_FILE = "outbox.db"
_ANYWHERE = {"0.0.0.0", "::"}  # noqa: S104 (compared, not listened on)
ENV_PREFIX = "STORELOOP_GATEWAY_"
_SECRETS = {"password", "token", "token_hash", "pin_hash"}

FileStamp = tuple[int, int, int]
"""Inode, time of the last change in ns, size."""
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")]
# Kind, version, costs, salt, hash.
_ARGON2_HASH = re.compile(
    r"\$argon2(id|i|d)\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]{11,}\$[A-Za-z0-9+/]{6,}"
)
# Vendor and product in hex; the serial number as the device says it.
_USB_PORT = re.compile(r"usb:[0-9a-fA-F]{4}:[0-9a-fA-F]{4}(:.+)?")


def text_encoding(name: str) -> str:
    """Return the name when it is an encoding that makes text of whatever a till sends."""
    try:
        bytes(range(256)).decode(name, "replace")  # "hex" is a codec, but not of text
    except (LookupError, ValueError) as error:
        raise ValueError("should be a text encoding such as gb18030, big5 or utf-8") from error
    return name


def _argon2_hash(text: str) -> str:
    if not _ARGON2_HASH.fullmatch(text):
        raise ValueError("is no hash of a PIN: run `storeloop-gateway set-pin`, which writes it")
    return text


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("should be a time zone such as Asia/Shanghai")
    return name


def _kiosk_address(said: str) -> str:
    parts = urlsplit(said)
    if said and not (parts.scheme in {"ws", "wss"} and parts.hostname and not parts.query):
        raise ValueError('should be as kiosks use it, such as "ws://192.168.1.10:8081"')
    return said.rstrip("/")


def _bits(said: str) -> str:
    if not re.fullmatch("[78][NEO][12]", said):
        raise ValueError('should be 7 or 8 data bits, N, E or O, and 1 or 2 stop bits: "8N1"')
    return said


def _currency(said: str) -> str:
    if not re.fullmatch("[A-Z]{3}", said):
        raise ValueError('should be three capital letters such as "CNY"')
    return said


def _port(said: str) -> str:
    if not (said.startswith("/") or _USB_PORT.fullmatch(said)):
        raise ValueError(
            'should be a path such as "/dev/serial/by-id/usb-…" or "usb:VID:PID", as'
            " `storeloop-gateway ports` shows them"
        )
    return said


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Listen(_Section):
    """Where devices and the board's browser connect."""

    host: str = "127.0.0.1"
    port: Port = 8081
    address: Annotated[str, AfterValidator(_kiosk_address)] = ""
    """Where kiosks connect, when `host` does not tell."""

    @property
    def for_kiosks(self) -> str:
        """Return where kiosks connect, as ws://…; "" when nobody can know."""
        if self.address or self.host in _ANYWHERE:
            return self.address
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"ws://{host}:{self.port}"

    @property
    def loopback(self) -> bool:
        """Whether only this machine can connect."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


class Broker(BrokerPlaces):
    """How to reach the brokers towards HQ."""

    password: str | None = None


class BoardSettings(_Section):
    """The store manager's page."""

    pin_hash: Annotated[str, AfterValidator(_argon2_hash)] | None = None
    """From `storeloop-gateway set-pin`."""


class Device(_Section):
    """A kiosk or pad that may connect."""

    id: Name
    touchpoint: Name | None = None
    name: dict[str, str] = {}
    """By language: what the board calls its touchpoint."""
    token: Annotated[str, Field(min_length=16)] | None = None
    token_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    """SHA-256 of the token, in hex; from `storeloop-gateway new-token`."""

    @model_validator(mode="after")
    def _one_secret(self) -> Device:
        if (self.token is None) == (self.token_hash is None):
            raise ValueError("needs either token_hash (better) or token")
        return self

    @property
    def secret_hash(self) -> str:
        """Return the SHA-256 that a presented token must have."""
        return self.token_hash or hash_token(self.token or "")


class Driver(StrEnum):
    """What is on a serial port."""

    ESCPOS = "escpos"
    """A till's receipt printer, listened to."""
    SCANNER = "scanner"
    KEYPAD = "keypad"
    EM4100 = "em4100"
    PN532 = "pn532"
    CD5220 = "cd5220"
    """A customer display, listened to."""
    PAD = "pad"


# As these devices come from their makers.
_USUAL_BAUD = {Driver.PN532: 115_200, Driver.PAD: 115_200}
# Keys that mean nothing to the other drivers: who sets one there has forgotten `driver`.
_BELONGS: dict[str, tuple[Driver, ...]] = {
    "pass_to": (Driver.ESCPOS, Driver.CD5220),
    "currency": (Driver.ESCPOS,),
    "page_table": (Driver.ESCPOS,),
    "idle_s": (Driver.ESCPOS, Driver.SCANNER),
    "profile": (Driver.KEYPAD, Driver.SCANNER),
    "receipt_prefixes": (Driver.SCANNER,),
    "scores": (Driver.PAD,),
    "lockout_s": (Driver.PAD,),
}


class Reader(_Section):
    """A serial port at a till."""

    port: Annotated[str, AfterValidator(_port)]
    """/dev/serial/by-id/…, /dev/serial/by-path/… or usb:VID:PID[:SERIAL]."""
    till: Name
    name: Name | None = None
    """Who this is in logs, figures and at the board; the till when not set."""
    enabled: bool = True
    """False: it stays in the file and is left alone."""
    driver: Driver = Driver.ESCPOS
    baud: Annotated[int, Field(ge=300, le=4_000_000)] | None = None
    """9600, or 115200 for pn532 and pad, when not set."""
    bits: Annotated[str, AfterValidator(_bits)] = "8N1"
    """Data bits, parity (none, even, odd) and stop bits."""
    encoding: Annotated[str, AfterValidator(text_encoding)] = "gb18030"
    currency: Annotated[str, AfterValidator(_currency)] | None = None
    """What the till's receipts are in when they print none."""
    touchpoint: Name | None = None
    """Which touchpoint its receipts belong to; the till's own name when not set."""
    idle_s: Annotated[float, Field(ge=0.02, le=30)] | None = None
    """Silence that ends a receipt which was not cut, or a scan without an end."""
    page_table: Name = "epson"
    """Whose numbers the code pages of ESC t have."""
    profile: str | None = None
    """Of a keypad or scanner: a name that comes with the program, or a TOML file of one's own."""
    receipt_prefixes: tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] = ()
    """How codes of our own receipts begin, for a scanner to know them."""
    pass_to: Annotated[str, AfterValidator(_port)] | None = None
    """In series: the port of the printer that gets every byte, and whose answers go back."""
    ask_s: Annotated[float, Field(ge=0, le=600)] = 20.0
    """How long after the receipt the question stays."""
    scores: Annotated[
        tuple[Annotated[int, Field(ge=1, le=5)], ...], Field(min_length=1, max_length=32)
    ] = (1, 2, 3, 4, 5)
    """Of a pad: what its keys mean, from key 1 on."""
    lockout_s: Annotated[float, Field(ge=0, le=60)] = 1.5
    """Of a pad: for how long after a press no other counts."""
    _profile_stamp: FileStamp | None = PrivateAttr(default=None)
    # A reader whose own profile file has changed is another one: pydantic compares it, too.

    @model_validator(mode="after")
    def _fits(self) -> Reader:
        for key, drivers in _BELONGS.items():
            if key in self.model_fields_set and self.driver not in drivers:
                goes = f"driver{'s' if len(drivers) > 1 else ''} {' and '.join(drivers)}"
                raise ValueError(f"{key} goes with the {goes}, not with {self.driver}")
        if self.pass_to == self.port:
            raise ValueError("pass_to is the port itself: it should be the printer's")
        return self

    @property
    def has_profile_file(self) -> bool:
        """Whether its profile is a file of one's own."""
        return self.profile is not None and self.profile.endswith(".toml")

    @property
    def called(self) -> str:
        """Return its name."""
        return self.name or self.till

    @property
    def speed(self) -> int:
        """Return the bits a second."""
        return self.baud or _USUAL_BAUD.get(self.driver, 9600)

    @property
    def place(self) -> str:
        """Return the touchpoint whose ratings belong to this till's receipts."""
        return self.touchpoint or self.till


class Settings(TomlSettings):
    """All settings of one gateway."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, env_nested_delimiter="__")

    gateway: Name
    store: Name
    store_name: dict[str, str] = Field(default_factory=dict)
    data_dir: Path
    hq_verify_key: Annotated[str, AfterValidator(check_verify_key)] | None = None
    """From `storeloop-hq keys`: without it nothing that HQ tells the store is believed."""
    timezone: Annotated[str, AfterValidator(_known_zone)] = "Asia/Shanghai"
    max_megabytes: Annotated[int, Field(ge=4)] = 2_000
    """The outbox takes no more than this of the disk; nothing is ever deleted unsent (D8)."""
    listen: Listen = Listen()
    broker: Broker = Broker()
    board: BoardSettings = BoardSettings()
    devices: tuple[Device, ...] = ()
    readers: tuple[Reader, ...] = ()
    instructions: tuple[Rule, ...] = ()
    """What the store is told when a till measures too much; beside the shipped rules."""

    @model_validator(mode="after")
    def _consistent(self) -> Settings:
        for kind, names in (
            ("device id", [device.id for device in self.devices]),
            ("reader name", [reader.called for reader in self.readers]),
            ("reader port", _ports(self.readers)),
            ("instruction rule", [rule.rule for rule in self.instructions]),
        ):
            twice = {name for name in names if names.count(name) > 1}
            if twice:
                raise ValueError(f"{kind} {min(twice)} appears twice; each may appear once")
        if self.gateway in {device.id for device in self.devices}:
            raise ValueError(f"{self.gateway} names the gateway and a device; they must differ")
        known = {self.gateway, *(device.id for device in self.devices)}
        for reader in self.readers:
            if reader.driver is Driver.PAD and reader.called in known:
                raise ValueError(f"pad {reader.called} names a device that there is already")
        if not self.listen.loopback and self.board.pin_hash is None:
            raise ValueError(
                f"listen.host {self.listen.host} is open to the network, so the board needs a PIN:"
                " run `storeloop-gateway set-pin`, or listen on 127.0.0.1"
            )
        return self

    @property
    def zone(self) -> ZoneInfo:
        """Return the store's time zone."""
        return ZoneInfo(self.timezone)


def _ports(readers: Iterable[Reader]) -> list[str]:
    """Return every port that readers open."""
    used = [(reader.port, reader.pass_to) for reader in readers if reader.enabled]
    return [port for both in used for port in both if port is not None]


def hash_token(token: str) -> str:
    """Return the SHA-256 of a device's token, in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def load(path: Path) -> Settings:
    """Return the settings in `path`, with the environment's overrides; ConfigError if wrong."""
    return _with_whole_paths(load_settings(Settings, path, secrets=_SECRETS), path)


def stamp(path: Path) -> FileStamp | None:
    """Return what tells one state of a file from another; None when it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _with_profile(reader: Reader, folder: Path) -> Reader:
    if not reader.has_profile_file:
        return reader
    path = folder / str(reader.profile)
    whole = reader.model_copy(update={"profile": str(path)})
    whole._profile_stamp = stamp(path)
    return whole


def _with_whole_paths(settings: Settings, path: Path) -> Settings:
    """Take paths as seen from the settings file, and check that certificates are there."""
    folder = path.resolve().parent
    found: dict[str, Path] = {}
    for key in ("ca_file", "cert_file", "key_file"):
        value = getattr(settings.broker, key)
        if value is not None:
            found[key] = folder / value
            if not found[key].is_file():
                raise ConfigError([f"{path}: broker.{key} = {str(value)!r}: there is no such file"])
    readers = tuple(_with_profile(reader, folder) for reader in settings.readers)
    return settings.model_copy(
        update={
            "readers": readers,
            "data_dir": folder / settings.data_dir,
            "broker": settings.broker.model_copy(update=found),
        }
    )
