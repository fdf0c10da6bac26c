"""What HQ tells a store, as documents: the receiver keeps the last good one of each kind.

A receiver says in its state which version of each kind it holds, and the sender sends what differs;
so nothing is lost by a cut line, a restarted broker or a replaced disk, and nothing waits for one.
HQ signs each document; the gateway checks that before it keeps or passes on any of it.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Annotated

import msgspec

from protocols.survey import Id, TimeOfDay

MAX_BRIEF_BYTES = 256 * 1024
MAX_PROBLEMS = 3


class BriefKind(StrEnum):
    """Which document."""

    SURVEY = "survey"
    """The JSON of a `survey.Survey`."""
    PROBLEMS = "problems"
    PROMISES = "promises"
    CODES = "codes"
    """For the gateway alone; so are ENROLMENTS and RULEBOOK."""
    ENROLMENTS = "enrolments"
    RULEBOOK = "rulebook"


FOR_KIOSKS = (BriefKind.SURVEY, BriefKind.PROBLEMS, BriefKind.PROMISES)


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An open problem of the store in the chain's own words; never a shopper's."""

    problem: Id
    topic: Id
    text: dict[str, str]
    """By language: "生鲜称重 · 排队"."""
    ask: dict[str, str]
    """By language: "生鲜称重还排队吗？"."""
    touchpoint: Id | None = None
    since_ms: Annotated[int, msgspec.Meta(ge=0)] = 0
    voices: Annotated[int, msgspec.Meta(ge=0)] = 1
    """How many have said it so far."""


class Problems(msgspec.Struct, frozen=True, kw_only=True):
    """The store's open problems, the most said first."""

    problems: Annotated[tuple[Problem, ...], msgspec.Meta(max_length=MAX_PROBLEMS)]
    topics: tuple[Id, ...] = ()
    """Topics of everything that is open in the store, the most said first: chips go by it."""


class PromiseClock(StrEnum):
    """Which minutes count towards a promise; as in the chain's SLA policy."""

    WALL = "wall"
    OPENING = "opening"


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """Within what time a grade is answered."""

    grade: Annotated[str, msgspec.Meta(pattern=r"^[SAB]\Z")]
    minutes: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    clock: PromiseClock


class Promises(msgspec.Struct, frozen=True, kw_only=True):
    """What the store promises, from the SLA policy."""

    policy: Annotated[str, msgspec.Meta(max_length=64)]
    """Version of the policy."""
    timezone: Annotated[str, msgspec.Meta(max_length=64)]
    opens: TimeOfDay
    closes: TimeOfDay
    promises: tuple[Promise, ...]


class CodeBlock(msgspec.Struct, frozen=True, kw_only=True):
    """Case codes for one gateway to give out; no other gateway ever gets any of them."""

    block: Annotated[int, msgspec.Meta(ge=0)]
    gateway: Id
    codes: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=5000)]


class Enrolment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A kiosk that may be set up with a code, once, until it expires."""

    device: Id
    touchpoint: Id
    code_hash: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
    """See `enrolment_hash`."""
    expires_ms: Annotated[int, msgspec.Meta(ge=0)]
    store_name: dict[str, str] = {}
    touchpoint_name: dict[str, str] = {}
    settings: dict[str, str] = {}
    """Settings of the kiosk that HQ knows: hq_public_key, track_url, note_url, language."""


class Enrolments(msgspec.Struct, frozen=True, kw_only=True):
    """All kiosks of the store that may be set up now."""

    enrolments: Annotated[tuple[Enrolment, ...], msgspec.Meta(max_length=200)]


class RulebookChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What the chain changes in the rules that feedback is graded by (see `grading.rulebook`)."""

    revision: Annotated[int, msgspec.Meta(ge=0)]
    """HQ's number of it; 0: the built-in rules alone."""
    toml: Annotated[str, msgspec.Meta(max_length=MAX_BRIEF_BYTES)]


class RulesState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a gateway grades by, as every grading names it."""

    lexicon_version: Annotated[str, msgspec.Meta(max_length=64)]
    policy_version: Annotated[str, msgspec.Meta(max_length=64)]
    fault: Annotated[str, msgspec.Meta(max_length=500)] = ""
    """Why it could not use the rules that it was told last, in English: it goes on with others."""


def enrolment_hash(code: str) -> str:
    """Return the SHA-256 by which a gateway knows a code, as `case_code.parse` gives it."""
    return hashlib.sha256(f"storeloop enrolment\n{code}".encode()).hexdigest()


def signed_bytes(kind: BriefKind, addressee: str, version: str, body: bytes) -> bytes:
    """Return what HQ signs of a document; `addressee` is the store, or for CODES the gateway."""
    return b"\n".join(
        (b"storeloop brief 1", kind.encode(), addressee.encode(), version.encode(), body)
    )
