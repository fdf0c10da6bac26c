"""Setting a kiosk up with a code: what it posts to its gateway once, and what it gets back.

The kiosk posts an EnrolRequest as JSON to PATH of the gateway and gets an EnrolAnswer (HTTP 200)
or an EnrolRefused (any other status). `wire` reads and writes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec

from protocols import case_code
from protocols.errors import MessageError
from protocols.survey import Id

PATH = "/enrol"
MAX_ENROL_BYTES = 64 * 1024
_SCHEME, _ACTION = "storeloop", "enrol"
_LONGEST_SCAN = 500


class EnrolRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Kiosk to gateway: set me up."""

    code: Annotated[str, msgspec.Meta(max_length=40)]
    """As typed or scanned; the gateway reads it by `case_code.parse`."""
    program: Annotated[str, msgspec.Meta(max_length=200)]
    """Name and version: "storeloop-kiosk 0.1.0"."""


class EnrolAnswer(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="enrolled"):
    """Gateway to kiosk: who it is from now on."""

    device: Id
    store: Id
    touchpoint: Id
    token: Annotated[str, msgspec.Meta(min_length=16, max_length=200)]
    """What the gateway will know this kiosk by; said only here."""
    store_name: dict[str, str] = {}
    touchpoint_name: dict[str, str] = {}
    settings: dict[str, str] = {}
    """Further settings that HQ knows; a kiosk takes the ones it has, and ignores others."""


class EnrolProblem(StrEnum):
    """Why a kiosk was not set up."""

    WRONG_CODE = "wrong_code"
    """Nobody is waited for under this code."""
    EXPIRED = "expired"
    USED = "used"
    """A kiosk was set up with it before, and longer ago than an answer gets lost."""
    SLOW_DOWN = "slow_down"
    """Too many wrong codes."""
    UNREADABLE = "unreadable"
    """The request was no EnrolRequest."""


class EnrolRefused(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="refused"):
    """Gateway to kiosk: no, and why."""

    why: EnrolProblem
    wait_s: Annotated[int, msgspec.Meta(ge=0)] = 0
    """With SLOW_DOWN: when to try again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What the QR code on HQ's page says."""

    gateway: str
    """The gateway's address as kiosks use it: ws:// or wss://."""
    code: str


def qr_text(invitation: Invitation) -> str:
    """Return the text of the QR code that a scanner types into the new kiosk."""
    asked = urlencode({"gateway": invitation.gateway, "code": invitation.code})
    return f"{_SCHEME}:{_ACTION}?{asked}"


def read_qr(text: str) -> Invitation:
    """Return what a QR code says; MessageError when it is no invitation of ours."""
    try:
        parts = urlsplit(text.strip()[:_LONGEST_SCAN])
        said = parse_qs(parts.query)
    except ValueError as error:
        raise MessageError(f"not an enrolment: {error}") from error
    if (parts.scheme.lower(), parts.path) != (_SCHEME, _ACTION):
        raise MessageError("not an enrolment: it does not begin with storeloop:enrol")
    try:
        [gateway], [code] = said["gateway"], said["code"]
    except (KeyError, ValueError) as error:
        raise MessageError("not an enrolment: gateway and code are needed once each") from error
    return Invitation(gateway=gateway, code=case_code.parse(code))


def enrol_url(gateway: str) -> str:
    """Return where to post for a gateway at ws://… or wss://…: the same host by HTTP."""
    scheme, rest = gateway.split("://", 1)
    return f"{'https' if scheme == 'wss' else 'http'}://{rest.rstrip('/')}{PATH}"
