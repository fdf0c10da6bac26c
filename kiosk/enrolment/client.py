"""Asks a gateway once to set this kiosk up, by HTTP with what Python has itself."""

from __future__ import annotations

import http.client
import logging
import urllib.error
import urllib.request

from kiosk import PROGRAM
from protocols import wire
from protocols.enrolment import (
    MAX_ENROL_BYTES,
    EnrolAnswer,
    EnrolRefused,
    EnrolRequest,
    enrol_url,
)
from protocols.errors import MessageError

logger = logging.getLogger(__name__)

# A gateway that is slowed down by wrong codes from elsewhere takes its time.
ANSWER_WITHIN_S = 20.0


class Unreachable(Exception):
    """Nobody answers at this address."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow nobody: the code is for this gateway alone."""
        return


def enrol(gateway: str, code: str, within_s: float = ANSWER_WITHIN_S) -> EnrolAnswer | EnrolRefused:
    """Return what the gateway at ws:// or wss:// answers; it blocks until then.

    Raises Unreachable, or MessageError when no gateway of ours listens there.
    """
    body = wire.encode_enrolment(EnrolRequest(code=code, program=PROGRAM))
    request = urllib.request.Request(  # noqa: S310 (enrol_url makes http or https of it)
        enrol_url(gateway), body, {"Content-Type": "application/json"}, method="POST"
    )
    # The gateway is in the store, whatever the environment says of proxies.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)
    try:
        with opener.open(request, timeout=within_s) as response:
            answer: bytes = response.read(MAX_ENROL_BYTES + 1)
    except urllib.error.HTTPError as error:
        with error:
            answer = error.read(MAX_ENROL_BYTES + 1)
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise Unreachable(str(reason) or type(reason).__name__) from error
    try:
        return wire.decode_enrol_answer(answer)
    except MessageError:
        logger.warning("what listens at %s is no gateway that sets kiosks up", gateway)
        raise
