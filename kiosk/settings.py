"""What the operator sets: one TOML file, any value of which an environment variable overrides.

`load` returns checked settings or raises a ConfigError with one sentence per mistake: the file,
the key, the value and what would be allowed. Relative paths are relative to the file.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator
from pydantic_settings import SettingsConfigDict

from configuration import ConfigError, TomlSettings, load_settings
from kiosk.keypad import SerialKeys, UsbKeys
from kiosk.pin import is_pin_hash
from kiosk.sealing import check_public_key
from kiosk.texts import LANGUAGES, screen_texts
from protocols.errors import MessageError
from protocols.icons import CHIP_ICONS
from protocols.signing import check_verify_key
from protocols.survey import Survey
from protocols.survey_check import complaint
from protocols.wire import decode_survey

ENV_PREFIX = "STORELOOP_KIOSK_"
_SECRETS = {"token", "staff_pin_hash"}
_SUCH_AS = "such as ws://192.168.1.10:8081"

DEFAULT_SURVEY = decode_survey((resources.files("kiosk") / "surveys" / "default.json").read_bytes())

Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")]
Pixels = Annotated[int, Field(ge=320, le=7680)]
Share = Annotated[int, Field(ge=0, le=100)]


def _known_language(language: str) -> str:
    if language not in LANGUAGES:
        raise ValueError(f"should be one of {', '.join(LANGUAGES)}")
    return language


def _hash_of_a_pin(said: str) -> str:
    if not is_pin_hash(said):
        raise ValueError("should be written by `storeloop-kiosk set-pin`")
    return said


def _web_address(address: str) -> str:
    if not address.startswith(("https://", "http://")) or len(address) > 200:
        raise ValueError("should begin with https:// or http:// and have at most 200 characters")
    return address


def link_address(address: str) -> str:
    """Return where a gateway listens when it is said as ws:// or wss://, else raise ValueError."""
    if not address.startswith(("ws://", "wss://")):
        raise ValueError(f"should begin with ws:// or wss://, {_SUCH_AS}")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"{_lowered(error)}; it should be {_SUCH_AS}") from error
    if not parts.hostname or port == 0 or not address.isprintable() or " " in address:
        raise ValueError(f"should name a host and a port of 1 to 65535, {_SUCH_AS}")
    if parts.query or parts.fragment or parts.username is not None:
        raise ValueError(f"should hold nothing but host, port and path, {_SUCH_AS}")
    return address.rstrip("/")


def _lowered(error: ValueError) -> str:
    said = str(error)
    return said[:1].lower() + said[1:]


WebAddress = Annotated[str, AfterValidator(_web_address)]


class Settings(TomlSettings):
    """All settings of one kiosk."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX)

    device: Name
    store: Name
    store_name: dict[str, str] = Field(default_factory=dict)
    touchpoint: Name
    touchpoint_name: dict[str, str] = Field(default_factory=dict)
    gateway_url: Annotated[str, AfterValidator(link_address)] = "ws://127.0.0.1:8081"
    token: Annotated[str, Field(min_length=16, max_length=200)]
    data_dir: Path
    survey: Path | None = None
    """A survey file; the one that comes with the kiosk when not set."""
    max_megabytes: Annotated[int, Field(ge=4)] = 512
    """The outbox takes no more than this of the disk (D8)."""
    hq_public_key: Annotated[str, AfterValidator(check_public_key)] | None = None
    """Without it the kiosk never asks for a telephone number."""
    hq_verify_key: Annotated[str, AfterValidator(check_verify_key)] | None = None
    """With it the kiosk checks who signed what the gateway hands on from HQ."""
    track_url: WebAddress | None = None
    """Where a shopper follows a case; the case code is put behind it."""
    note_url: WebAddress | None = None
    """Where a shopper writes on the phone."""
    width: Pixels = 1080
    height: Pixels = 1920
    fullscreen: bool = False
    language: Annotated[str, AfterValidator(_known_language)] = "zh-CN"

    staff_pin_hash: Annotated[str, AfterValidator(_hash_of_a_pin)] | None = None
    """Of the staff menu; without it there is no menu."""
    keypad: UsbKeys = Field(default_factory=UsbKeys)
    keypad_port: str | None = None
    """A serial keypad, such as /dev/serial/by-id/…"""
    keypad_speed: Annotated[int, Field(ge=300, le=921_600)] = 9600
    keypad_bytes: SerialKeys = Field(default_factory=SerialKeys)
    keypad_pause: Annotated[float, Field(ge=0, le=2)] = 0.05
    """Seconds within which a second press of the same key does not count."""
    receipt_digits: bool = False
    """Whether shoppers may type the last digits of their receipt: where the tills are read."""
    receipt_scanner: bool = False
    """Whether a scanner that types, as a keyboard does, reads receipts here."""
    speech: bool = False
    speech_loudest: Share = 60
    """What the staff menu calls 100 %."""
    printer: Path | None = None
    """Where a receipt printer is, such as /dev/usb/lp0."""
    backlight: Path | None = None
    """Where the panel's light is, such as /sys/class/backlight/10-0045."""
    screen_off: Annotated[tuple[str, ...], Field(max_length=32)] = ()
    screen_on: Annotated[tuple[str, ...], Field(max_length=32)] = ()
    """Commands that make the panel dark and light it again; both or none."""

    @model_validator(mode="after")
    def _light_and_dark(self) -> Settings:
        if bool(self.screen_off) != bool(self.screen_on):
            raise ValueError("screen_off and screen_on go together: set both or none")
        return self

    @model_validator(mode="after")
    def _scanner_and_keypad(self) -> Settings:
        if self.receipt_scanner and (typed := self.keypad.typed()):
            raise ValueError(f"receipt_scanner types what keypad takes for keys: {typed}")
        return self

    @property
    def outbox_path(self) -> Path:
        """Return where the kiosk keeps what shoppers said."""
        return self.data_dir / "outbox.db"

    @property
    def codes_path(self) -> Path:
        """Return where the kiosk keeps the case codes that it may give out."""
        return self.data_dir / "codes.db"

    @property
    def briefs_path(self) -> Path:
        """Return the folder of what HQ tells this kiosk."""
        return self.data_dir / "briefs"

    def load_survey(self) -> Survey:
        """Return the survey that this kiosk asks; ConfigError when the file is none."""
        if self.survey is None:
            return DEFAULT_SURVEY
        try:
            survey = decode_survey(self.survey.read_bytes())
        except OSError as error:
            raise ConfigError([f"{self.survey}: {error.strerror or error}"]) from error
        except MessageError as error:
            raise ConfigError([f"{self.survey}: {error}"]) from error
        if wrong := complaint(survey, LANGUAGES, screen_texts(), icons=CHIP_ICONS):
            raise ConfigError([f"{self.survey}: {wrong}"])
        return survey


def load(path: Path) -> Settings:
    """Return the settings in `path`, with the environment's overrides; ConfigError if wrong."""
    settings = load_settings(Settings, path, secrets=_SECRETS)
    beside = path.absolute().parent
    survey = beside / settings.survey if settings.survey else None
    return settings.model_copy(update={"data_dir": beside / settings.data_dir, "survey": survey})
