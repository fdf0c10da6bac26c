"""Which devices may connect: those of gateway.toml, and kiosks that were set up with a code.

The latter lie in one small file beside the outbox, each change of it written whole or not at all.
The running gateway and `storeloop-gateway forget-device` both change it, one at a time.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from configuration.durable import write_durably
from edge_gateway.settings import Device, Settings
from protocols.briefs import Enrolment

logger = logging.getLogger(__name__)

DEVICES_FILE = "devices.json"


class Enrolled(msgspec.Struct, frozen=True, kw_only=True):
    """A kiosk that was set up with a code."""

    enrolment: Enrolment
    token_hash: str
    enrolled_ms: int
    """Wall clock at which its code was first used."""
    program: str = ""

    @property
    def as_device(self) -> Device:
        """Return it as a device of gateway.toml would be."""
        return Device(
            id=self.enrolment.device,
            touchpoint=self.enrolment.touchpoint,
            name=self.enrolment.touchpoint_name,
            token_hash=self.token_hash,
        )


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    devices: tuple[Enrolled, ...] = ()
    spent: dict[str, int] = {}
    """Hashes of codes that did their work, and until when somebody could try them."""


class Devices:
    """Everything that may connect."""

    def __init__(self, settings: Settings) -> None:
        """Read the file, if there is one."""
        self._of_settings = {device.id: device for device in settings.devices}
        self._path = settings.data_dir / DEVICES_FILE
        self._seen: tuple[int, int, int] | None = None
        self._kept = _Kept()
        self._enrolled: dict[str, Device] = {}
        self.damage: str | None = None
        """What is wrong with the file; it is moved aside when a kiosk is set up."""
        self.refresh()

    def get(self, device: str) -> Device | None:
        """Return a device; one of gateway.toml comes before one that was set up with a code."""
        return self._of_settings.get(device) or self._enrolled.get(device)

    def all(self) -> list[Device]:
        """Return all of them, those of gateway.toml first."""
        others = (one for id_, one in self._enrolled.items() if id_ not in self._of_settings)
        return [*self._of_settings.values(), *others]

    def enrolled(self) -> tuple[Enrolled, ...]:
        """Return the kiosks that were set up with a code."""
        return self._kept.devices

    def is_of_settings(self, device: str) -> bool:
        """Whether gateway.toml names it."""
        return device in self._of_settings

    def enrolled_with(self, code_hash: str) -> Enrolled | None:
        """Return the kiosk that was set up with this code."""
        found = (one for one in self._kept.devices if one.enrolment.code_hash == code_hash)
        return next(found, None)

    def is_spent(self, code_hash: str) -> bool:
        """Whether a kiosk that is known no more, or by another code, was set up with it."""
        return code_hash in self._kept.spent

    def enrol(self, one: Enrolled) -> None:
        """Let a kiosk connect from now on, in place of what had its id before.

        Raises OSError when the disk does not take it; then nothing has changed.
        """
        with self._changing() as before:
            others = tuple(
                kept for kept in before.devices if kept.enrolment.device != one.enrolment.device
            )
            spent = _spent(before, one.enrolment.device, one.enrolled_ms)
            spent.pop(one.enrolment.code_hash, None)
            self._write(_Kept(devices=(*others, one), spent=spent))

    def forget(self, device: str, now_ms: int) -> bool:
        """Let a kiosk that was set up with a code connect no more; False when there is none."""
        with self._changing() as before:
            others = tuple(one for one in before.devices if one.enrolment.device != device)
            if len(others) == len(before.devices):
                return False
            self._write(_Kept(devices=others, spent=_spent(before, device, now_ms)))
        return True

    def refresh(self) -> None:
        """Look at the file again, when it has changed."""
        seen = _stamp(self._path)
        if seen == self._seen:
            return
        try:
            self._take(self._read())
        except OSError as error:  # the next look may succeed
            logger.debug("%s: %s", self._path, error)
        else:
            self._seen = seen

    def _take(self, kept: _Kept) -> None:
        self._kept = kept
        self._enrolled = {one.enrolment.device: one.as_device for one in kept.devices}

    def _read(self) -> _Kept:
        try:
            kept = msgspec.json.decode(self._path.read_bytes(), type=_Kept)
        except FileNotFoundError:
            kept = _Kept()
        except (msgspec.MsgspecError, ValueError) as error:
            self.damage = str(error)
            logger.error("%s is damaged, its kiosks cannot connect: %a", self._path, self.damage)
            return _Kept()
        self.damage = None
        return kept

    @contextmanager
    def _changing(self) -> Iterator[_Kept]:
        """Hold the folder against other programs, and give what is in the file now."""
        folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            kept = self._read()
            if self.damage is not None:
                self._path.replace(self._path.with_name(f"{DEVICES_FILE}.damaged"))
            yield kept
        finally:
            os.close(folder)

    def _write(self, kept: _Kept) -> None:
        write_durably(self._path, msgspec.json.format(msgspec.json.encode(kept)) + b"\n")
        owner = self._path.parent.stat()
        with contextlib.suppress(PermissionError):  # root forgets a device; the gateway reads it
            os.chown(self._path, owner.st_uid, owner.st_gid)
        self._take(kept)


def _spent(kept: _Kept, device: str, now_ms: int) -> dict[str, int]:
    """Return the codes that did their work, with that of a device that is replaced."""
    spent = {code: until_ms for code, until_ms in kept.spent.items() if until_ms >= now_ms}
    for one in kept.devices:
        if one.enrolment.device == device:
            spent[one.enrolment.code_hash] = one.enrolment.expires_ms
    return spent


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
