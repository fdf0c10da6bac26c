"""The profile of a keypad or scanner: one that comes with the program, or a shop's own TOML file.

A file may begin with `like = "old_box"` and say only what is different. Bytes are written in hex.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from configuration import ConfigError, load_file
from edge_gateway.settings import text_encoding
from protocols.readers import framing
from protocols.readers.barcodes import SYMBOLOGIES
from protocols.readers.checksums import Checksum
from protocols.readers.events import NoAnswer
from protocols.readers.keypad_profiles import (
    KEYPADS,
    Framing,
    KeyAs,
    KeypadProfile,
    Meaning,
    rendered,
)
from protocols.readers.scanner_profiles import (
    ANY_END,
    LONGEST_AFFIX,
    SCANNERS,
    SILENCE,
    ScannerProfile,
)

P = TypeVar("P", KeypadProfile, ScannerProfile)
_TEMPLATES = ("ask", "ask_no_more", "poll")


def _hex(said: str) -> str:
    try:
        found = bytes.fromhex(said)
    except ValueError:
        raise ValueError('should be bytes in hex, such as "55 AA"') from None
    if len(found) > LONGEST_AFFIX:
        raise ValueError(f"should be {LONGEST_AFFIX} bytes at most")
    return said


def _suffix(said: str) -> str:
    return said if said in ("any", "silence") else _hex(said)


def _meaning(said: object) -> Meaning:
    if type(said) is int and 1 <= said <= 5:
        return said
    if said in list(NoAnswer):
        return NoAnswer(str(said))
    raise ValueError(f"should be a score from 1 to 5, or one of {', '.join(NoAnswer)}")


def _symbology(said: str) -> str:
    if said not in SYMBOLOGIES:
        raise ValueError(f"there is no such symbology; there are {', '.join(SYMBOLOGIES)}")
    return said


Hex = Annotated[str, AfterValidator(_hex)]
Offset = Annotated[int, Field(ge=-framing.LONGEST_FRAME_BYTES, lt=framing.LONGEST_FRAME_BYTES)]
Size = Annotated[int, Field(ge=1, le=framing.LONGEST_FRAME_BYTES)]
KeyMeaning = Annotated[Any, AfterValidator(_meaning)]
"""A score or a NoAnswer; one type, so that a mistake has one line."""
Key = Annotated[str, Field(min_length=1, max_length=3)]
Symbology = Annotated[str, AfterValidator(_symbology)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LengthFile(_Section):
    """`[frame.length]`: where a frame says how long it is."""

    at: Annotated[int, Field(ge=1, le=32)]
    size: Annotated[int, Field(ge=1, le=2)] = 1
    extra: Annotated[int, Field(ge=0, le=64)]
    little_endian: bool = False


class FrameFile(_Section):
    """`[frame]`: what a message looks like."""

    header: Annotated[Hex, Field(min_length=2)]
    tail: Hex = ""
    length: LengthFile | None = None
    size: Size | None = None
    checksum: Checksum = Checksum.NONE
    checksum_from: Annotated[int, Field(ge=0, le=32)] = 0
    checksum_behind_tail: bool = False
    escapes: dict[Hex, Hex] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _ends(self) -> FrameFile:
        if self.length is not None and self.size is not None:
            raise ValueError("length and size: one of them says where a frame ends")
        if self.length is None and self.size is None and not self.tail:
            raise ValueError("a frame needs a length, a size or a tail to end")
        if self.checksum_behind_tail and self.escapes:
            raise ValueError("checksum_behind_tail and escapes do not go together")
        return self

    def frame(self) -> framing.Frame:
        """Return it as parsers take it."""
        length = self.length
        return framing.Frame(
            header=bytes.fromhex(self.header),
            tail=bytes.fromhex(self.tail),
            length=None if length is None else framing.Length(**length.model_dump()),
            size=self.size,
            checksum=self.checksum,
            checksum_from=self.checksum_from,
            checksum_behind_tail=self.checksum_behind_tail,
            escapes=tuple(
                (bytes.fromhex(sent), bytes.fromhex(meant)) for sent, meant in self.escapes.items()
            ),
        )


class KeypadFile(_Section):
    """A keypad's own profile."""

    like: str | None = None
    framing: Framing | None = None
    frame: FrameFile | None = None
    keys: Annotated[dict[Key, KeyMeaning], Field(min_length=1)] | None = None
    key_as: KeyAs | None = None
    key_at: Offset | None = None
    match: dict[int, Hex | tuple[Hex, ...]] | None = None
    address_at: Offset | None = None
    address: Annotated[int, Field(ge=0, le=255)] | None = None
    ask: str | None = None
    ask_no_more: str | None = None
    poll: str | None = None
    poll_s: Annotated[float, Field(ge=0.1, le=60)] | None = None
    repeats: Annotated[int, Field(ge=1, le=5)] | None = None
    lockout_s: Annotated[float, Field(ge=0, le=30)] | None = None


class ScannerFile(_Section):
    """A scanner's own profile."""

    like: str | None = None
    prefix: Hex | None = None
    suffix: Annotated[str, AfterValidator(_suffix)] | None = None
    code_ids: dict[Key, Symbology] | None = None
    presentation: bool | None = None
    encoding: Annotated[str, AfterValidator(text_encoding)] | None = None
    private: tuple[Annotated[str, Field(min_length=1, max_length=32)], ...] | None = None


def keypad_profile(said: str | None) -> KeypadProfile:
    """Return the profile of a name or a file; ValueError says what is wrong with it."""
    if said is None or not _is_path(said):
        profile = _shipped(said or "ascii_digit", KEYPADS, "keypad")
        if profile.open:
            raise ValueError(
                f"profile {profile.name} needs {', '.join(profile.open)} from the maker: write a"
                f' TOML file that begins with like = "{profile.name}"'
            )
        return profile
    path = Path(said)
    file = _loaded(KeypadFile, path)
    base = _shipped(file.like or "ascii_digit", KEYPADS, "keypad", of=f"{path}: like")
    missing = [key for key in base.open if getattr(file, key) is None]
    if file.like is None and file.keys is None:
        missing.append("keys")
    if missing:
        raise ValueError("; ".join(f"{path}: {key} is missing" for key in missing))
    profile = replace(base, **_changes(file, base), name=path.stem, open=())
    complaints = _complaints(profile)
    if complaints:
        raise ValueError("; ".join(f"{path}: {complaint}" for complaint in complaints))
    return profile


def scanner_profile(said: str | None) -> ScannerProfile:
    """Return the profile of a name or a file; ValueError says what is wrong with it."""
    if said is None or not _is_path(said):
        return _shipped(said or "line", SCANNERS, "scanner")
    path = Path(said)
    file = _loaded(ScannerFile, path)
    base = _shipped(file.like or "line", SCANNERS, "scanner", of=f"{path}: like")
    given = {key: value for key, value in file.model_dump().items() if value is not None}
    given.pop("like", None)
    if "prefix" in given:
        given["prefix"] = bytes.fromhex(given["prefix"])
    if "suffix" in given:
        named = {"any": ANY_END, "silence": SILENCE}
        suffix = given["suffix"]
        given["suffix"] = named[suffix] if suffix in named else bytes.fromhex(suffix)
    if "code_ids" in given:
        given["code_ids"] = tuple(given["code_ids"].items())
    return replace(base, name=path.stem, **given)


def _is_path(said: str) -> bool:
    return "/" in said or said.endswith(".toml")


def _shipped(name: str, profiles: Mapping[str, P], kind: str, of: str = "profile") -> P:
    if name not in profiles:
        raise ValueError(
            f"{of} = {name!a}: there is no such {kind} profile; there are {', '.join(profiles)},"
            " or the path of a TOML file of your own"
        )
    return profiles[name]


M = TypeVar("M", bound=BaseModel)


def _loaded(kind: type[M], path: Path) -> M:
    try:
        return load_file(kind, path)
    except ConfigError as error:
        raise ValueError("; ".join(error.complaints)) from error


def _changes(file: KeypadFile, base: KeypadProfile) -> dict[str, Any]:
    """Return what a file says differently, as a profile takes it."""
    names = {field.name for field in fields(KeypadProfile)}
    given = {name: getattr(file, name) for name in file.model_fields_set if name in names}
    if file.frame is not None:
        given |= {"frame": file.frame.frame(), "framing": file.framing or Framing.FRAME}
    if file.keys is not None:
        given["keys"] = tuple(file.keys.items())
    if file.match is not None:
        given["match"] = tuple((dict(base.match) | _allowed(file.match)).items())
    return given


def _allowed(match: Mapping[int, str | tuple[str, ...]]) -> dict[int, tuple[bytes, ...]]:
    lists = {at: (said,) if isinstance(said, str) else said for at, said in match.items()}
    return {at: tuple(bytes.fromhex(one) for one in said) for at, said in lists.items()}


def _complaints(profile: KeypadProfile) -> list[str]:
    complaints = []
    if (profile.framing is Framing.FRAME) != (profile.frame is not None):
        complaints.append(f"framing = {str(profile.framing)!a}: goes with [frame] or not at all")
    if profile.repeats > 1 and not profile.lockout_s:
        complaints.append("lockout_s = 0: with repeats it says within what time they come")
    for name in _TEMPLATES:
        try:
            rendered(getattr(profile, name), profile)
        except ValueError as error:
            complaints.append(f"{name}: {error}")
    for key, _ in profile.keys:
        if not _is_key(key, profile.key_as):
            complaints.append(
                f"keys.{key}: with key_as = {str(profile.key_as)!a} a key is"
                + (" one sign" if profile.key_as is KeyAs.SIGN else " a number from 0 to 255")
            )
    return complaints


def _is_key(key: str, key_as: KeyAs) -> bool:
    if key_as is KeyAs.SIGN:
        return len(key) == 1 and key.isascii()
    return key.isascii() and key.isdigit() and str(int(key)) == key and int(key) < 256
