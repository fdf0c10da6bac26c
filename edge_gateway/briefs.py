"""The documents that HQ tells this store: checked, held, and passed on to kiosks.

Of each kind the last good one is held. Whatever is unsigned, signed by somebody else or for
somebody else, or cannot be read changes nothing; HQ sends the wanted one until it is held.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from grading.rulebook import Rulebook, RulebookError, built_in, with_changes
from protocols.briefs import (
    FOR_KIOSKS,
    BriefKind,
    Enrolments,
    Problems,
    RulebookChanges,
    RulesState,
)
from protocols.errors import MessageError
from protocols.messages import Brief, Clock, DeviceState
from protocols.signing import verify
from protocols.survey import Survey
from protocols.survey_check import complaint
from protocols.wire import BriefBody, decode_brief_body

logger = logging.getLogger(__name__)

# A kiosk says what it holds every few seconds; the way there takes its time.
SEND_AGAIN_AFTER_MS = 30_000
_LONGEST_FAULT = 500  # as the protocol has it


@dataclass(frozen=True, slots=True)
class _Held:
    brief: Brief
    body: BriefBody | None
    """None: of code blocks only the version is held, the codes lie in the reserve."""


class HeldBriefs:
    """What this store was told, and which kiosk was sent which of it."""

    def __init__(
        self, gateway: str, store: str, verify_key: str | None, kept: Iterable[Brief] = ()
    ) -> None:
        """`kept` lay on disk: what `verify_key` no longer vouches for is not held."""
        self.has_key = verify_key is not None
        self._gateway, self._store, self._verify_key = gateway, store, verify_key
        self._held: dict[BriefKind, _Held] = {}
        self._sent: dict[str, dict[BriefKind, tuple[str, int]]] = {}
        self.refused = 0
        """Briefs that were not taken since the start."""
        self.faults: dict[BriefKind, str] = {}
        """Why the last one of a kind was not taken; gone when a good one comes."""
        self.rulebook = built_in()
        """What to grade by: the last good one that HQ told, else what ships with this program."""
        for brief in kept:
            if brief.kind is BriefKind.CODES:
                self._held[brief.kind] = _Held(brief, None)
            elif (body := self.read(brief)) is not None:
                self.take(brief, body)

    @property
    def versions(self) -> dict[BriefKind, str]:
        """Return which version of each kind is held."""
        return {kind: held.brief.version for kind, held in self._held.items()}

    @property
    def problems(self) -> Problems:
        """Return the store's open problems as HQ told them last."""
        body = self._body(BriefKind.PROBLEMS)
        return body if isinstance(body, Problems) else Problems(problems=())

    @property
    def enrolments(self) -> Enrolments:
        """Return which kiosks may be set up now."""
        body = self._body(BriefKind.ENROLMENTS)
        return body if isinstance(body, Enrolments) else Enrolments(enrolments=())

    @property
    def revision(self) -> int:
        """Return the revision of the rules that is followed here; 0: the built-in ones."""
        body = self._body(BriefKind.RULEBOOK)
        return body.revision if isinstance(body, RulebookChanges) else 0

    @property
    def rules(self) -> RulesState:
        """Return what HQ is told of the rules that are followed here."""
        return RulesState(
            lexicon_version=self.rulebook.lexicon_version,
            policy_version=self.rulebook.policy_version,
            fault=self.faults.get(BriefKind.RULEBOOK, "")[:_LONGEST_FAULT],
        )

    def read(self, brief: Brief) -> BriefBody | None:
        """Return what a brief says when HQ signed it for us; else note why it is refused."""
        body, why = self._read(brief)
        if body is None:
            self._refuse(brief, why)
        return body

    def holds(self, brief: Brief) -> bool:
        """Whether this very brief is held already."""
        held = self._held.get(brief.kind)
        same = held is not None and held.brief.version == brief.version
        return same and held is not None and (held.body is None or held.brief.body == brief.body)

    def take(self, brief: Brief, body: BriefBody) -> None:
        """Hold a brief that is on disk now."""
        kept_body = None if brief.kind is BriefKind.CODES else body
        self._held[brief.kind] = _Held(brief, kept_body)
        if isinstance(body, RulebookChanges):
            self.rulebook = _rulebook(body.toml)
        if self.faults.pop(brief.kind, None) is not None:
            logger.info("brief %s version %a is good again", brief.kind, brief.version)

    def due(self, device: str, state: DeviceState, now: Clock) -> list[Brief]:
        """Return what a kiosk lacks by its own account and was not sent just now."""
        sent = self._sent.setdefault(device, {})
        briefs: list[Brief] = []
        for kind in FOR_KIOSKS:
            held = self._held.get(kind)
            if held is None or state.briefs.get(kind) == held.brief.version:
                continue
            if _lately(sent, held.brief, now):
                continue
            sent[kind] = (held.brief.version, now.mono_ms)
            briefs.append(held.brief)
        return briefs

    def lost(self, device: str) -> None:
        """Forget what a kiosk was sent: its link is gone, and perhaps what was on it."""
        self._sent.pop(device, None)

    def _body(self, kind: BriefKind) -> BriefBody | None:
        held = self._held.get(kind)
        return None if held is None else held.body

    def _read(self, brief: Brief) -> tuple[BriefBody | None, str]:
        if self._verify_key is None:
            return None, "hq_verify_key is not set, so nobody can tell who wrote it"
        addressee = self._gateway if brief.kind is BriefKind.CODES else self._store
        if not verify(self._verify_key, addressee, brief):
            return None, f"HQ did not sign it for {addressee}"
        try:
            body = decode_brief_body(brief.kind, brief.body)
        except MessageError as error:
            return None, str(error)
        why = _complaint(body)
        return (body, "") if why is None else (None, why)

    def _refuse(self, brief: Brief, why: str) -> None:
        self.refused += 1
        if self.faults.get(brief.kind) != why:  # once per episode: HQ sends it again and again
            version = ascii(brief.version)[:60]
            logger.warning("brief %s version %s is ignored: %s", brief.kind, version, ascii(why))
        self.faults[brief.kind] = why


def _complaint(body: BriefBody) -> str | None:
    """Return why a document that can be read cannot be used; None when it can."""
    match body:
        case Survey():  # which languages its screens speak is a kiosk's to say
            return complaint(body, body.languages)
        case RulebookChanges():
            try:
                _rulebook(body.toml)
            except RulebookError as error:
                return f"revision {body.revision} of the rules: {error}"[:_LONGEST_FAULT]
    return None


# Once when it is read and once when it is on disk: made once. HQ may put the one before in force.
@lru_cache(maxsize=2)
def _rulebook(toml: str) -> Rulebook:
    return with_changes(toml.encode())


def _lately(sent: Mapping[BriefKind, tuple[str, int]], brief: Brief, now: Clock) -> bool:
    version, at_ms = sent.get(brief.kind, ("", 0))
    return version == brief.version and now.mono_ms - at_ms < SEND_AGAIN_AFTER_MS
