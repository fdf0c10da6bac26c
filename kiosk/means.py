"""What the flow cannot do by itself: mint names and codes, mask words, seal numbers."""

from __future__ import annotations

import secrets

import uuid_utils

from grading.redaction import redact
from kiosk.clock import MachineClock
from kiosk.flow import Means
from kiosk.sealing import sealer
from kiosk.settings import Settings
from protocols import case_code


def means(settings: Settings) -> Means:
    """Return the means of a real kiosk; without HQ's key it never asks for a number."""
    seal = sealer(settings.hq_public_key) if settings.hq_public_key else None
    return Means(mint=_mint, code=_code, now=MachineClock().now, redact=redact, seal=seal)


def _mint() -> str:
    return str(uuid_utils.uuid7())


def _code() -> str:
    return case_code.mint(secrets.randbits(case_code.RANDOM_BITS))
