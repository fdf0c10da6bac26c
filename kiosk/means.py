"""What the flow cannot do by itself: mint names and codes, mask words, seal numbers."""

from __future__ import annotations

from collections.abc import Callable

import uuid_utils

from grading.redaction import redact
from kiosk.clock import MachineClock, local_zone
from kiosk.flow import Means
from kiosk.sealing import sealer
from kiosk.settings import Settings


def means(settings: Settings, code: Callable[[], str]) -> Means:
    """Return the means of a real kiosk; without HQ's key it never asks for a number.

    `code` gives a case code that no other visit gets, at once.
    """
    seal = sealer(settings.hq_public_key) if settings.hq_public_key else None
    return Means(
        mint=_mint,
        code=code,
        now=MachineClock().now,
        redact=redact,
        seal=seal,
        zone=local_zone(),
        receipt_digits=settings.receipt_digits,
        own_addresses=tuple(filter(None, (settings.track_url, settings.note_url))),
    )


def _mint() -> str:
    return str(uuid_utils.uuid7())
