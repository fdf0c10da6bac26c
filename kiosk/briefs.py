"""What HQ tells this kiosk: the last good document of each kind, on disk, checked before it counts.

The gateway has checked the signature already; with HQ's key among the settings the kiosk checks
it again, so that nobody between the two can put words on the screen.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from configuration import write_durably
from kiosk.texts import LANGUAGES, screen_texts
from protocols import wire
from protocols.briefs import FOR_KIOSKS, BriefKind, Problems, Promises
from protocols.errors import MessageError
from protocols.messages import Brief
from protocols.signing import verify
from protocols.survey import Survey
from protocols.survey_check import complaint
from protocols.wire import BriefBody, decode_brief_body

logger = logging.getLogger(__name__)

_DIGEST_BYTES = 16


class Briefs:
    """The documents held; one thread at a time may `take`, any may read."""

    def __init__(self, folder: Path, *, store: str, verify_key: str | None) -> None:
        """Load what lies in `folder`; what cannot be read or is not well signed is left there."""
        self._folder = folder
        self._store, self._verify_key = store, verify_key
        self._held: dict[BriefKind, tuple[Brief, BriefBody]] = {}
        self._faults: dict[BriefKind, tuple[str, str]] = {}
        self._unkept_logged = False
        for kind in FOR_KIOSKS:
            self._load(kind)

    @property
    def versions(self) -> dict[BriefKind, str]:
        """Return which version of each kind is held."""
        return {kind: brief.version for kind, (brief, _) in self._held.items()}

    @property
    def survey(self) -> Survey | None:
        """Return the survey that HQ wants asked."""
        body = self._body(BriefKind.SURVEY)
        return body if isinstance(body, Survey) else None

    @property
    def problems(self) -> Problems | None:
        """Return the store's open problems."""
        body = self._body(BriefKind.PROBLEMS)
        return body if isinstance(body, Problems) else None

    @property
    def promises(self) -> Promises | None:
        """Return within what time answers are promised."""
        body = self._body(BriefKind.PROMISES)
        return body if isinstance(body, Promises) else None

    def take(self, brief: Brief) -> BriefBody | None:
        """Hold a document and return what it says; None when it is no news, or not good."""
        body = self._good(brief)
        held = self._held.get(brief.kind)
        if body is None or (held is not None and held[0] == brief):
            return None
        self._keep(brief, held[0] if held else None)
        self._held[brief.kind] = (brief, body)
        logger.info("%s %a from HQ", brief.kind, brief.version)
        return body

    def _body(self, kind: BriefKind) -> BriefBody | None:
        held = self._held.get(kind)
        return None if held is None else held[1]

    def _load(self, kind: BriefKind) -> None:
        for path in self._paths(kind):
            with suppress(OSError):
                brief = _unpacked(path.read_bytes())
                if brief is None or brief.kind is not kind:
                    logger.warning("%s is damaged; looking for the one before it", path)
                elif (body := self._good(brief)) is not None:
                    self._held[kind] = (brief, body)
                    return

    def _paths(self, kind: BriefKind) -> Iterator[Path]:
        yield self._folder / kind
        yield self._folder / f"{kind}.before"

    def _keep(self, brief: Brief, before: Brief | None) -> None:
        """Write a document beside the one before it: a disk that loses one has the other."""
        path, path_before = self._paths(brief.kind)
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            if before is not None:
                write_durably(path_before, _packed(before))
            write_durably(path, _packed(brief))
            self._unkept_logged = False
        except OSError as error:  # it counts all the same; the gateway has it for the next start
            if not self._unkept_logged:
                logger.warning("what HQ says cannot be kept on disk: %s", error)
            self._unkept_logged = True

    def _good(self, brief: Brief) -> BriefBody | None:
        """Return what a document says, or None when it may not count; that is logged once."""
        try:
            body = self._checked(brief)
        except MessageError as error:
            fault = (brief.version, str(error))
            if self._faults.get(brief.kind) != fault:
                version = ascii(brief.version)
                logger.warning("%s %s is ignored: %s", brief.kind, version, ascii(str(error)))
            self._faults[brief.kind] = fault
            return None
        self._faults.pop(brief.kind, None)
        return body

    def _checked(self, brief: Brief) -> BriefBody:
        if brief.kind not in FOR_KIOSKS:
            raise MessageError("it is not for kiosks")
        if self._verify_key is not None and not verify(self._verify_key, self._store, brief):
            raise MessageError(f"HQ did not sign it for store {self._store}")
        body = decode_brief_body(brief.kind, brief.body)
        wrong = complaint(body, LANGUAGES, screen_texts()) if isinstance(body, Survey) else None
        if wrong is not None:
            raise MessageError(wrong)
        return body


def _packed(brief: Brief) -> bytes:
    """Return a file's bytes: a digest, by which a torn file is known, and the message."""
    message = wire.encode(brief)
    return hashlib.blake2s(message, digest_size=_DIGEST_BYTES).digest() + message


def _unpacked(content: bytes) -> Brief | None:
    digest, message = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
    if hashlib.blake2s(message, digest_size=_DIGEST_BYTES).digest() != digest:
        return None
    try:
        brief = wire.decode(message)
    except MessageError:
        return None
    return brief if isinstance(brief, Brief) else None
