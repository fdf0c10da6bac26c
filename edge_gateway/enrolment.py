"""Setting a kiosk up with a code that HQ gave out: POST /enrol, answered in JSON.

HQ tells the store the hash of each code; who knows the code gets a token, made here, and may
connect at once. Neither code nor token is ever logged or kept: only their hashes are.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections import Counter

from fastapi import APIRouter, Request, Response

from edge_gateway.board.tries import MINUTE_S, Tries
from edge_gateway.briefs import HeldBriefs
from edge_gateway.clock import SystemClock
from edge_gateway.devices import Devices, Enrolled
from edge_gateway.settings import Settings, hash_token
from protocols import case_code, enrolment, wire
from protocols.briefs import Enrolment, enrolment_hash
from protocols.enrolment import EnrolAnswer, EnrolProblem, EnrolRefused, EnrolRequest
from protocols.errors import MessageError
from protocols.messages import Clock, ClockQuality

logger = logging.getLogger(__name__)

# An answer that got lost is asked for again within this: the kiosk gets another token.
RENEW_WITHIN_MS = 600_000
# When many addresses try, each try waits its turn.
PAUSE_S = 2.0
_DISK_WAIT_S = 60
ENROLLED, RENEWED = "enrolled", "renewed"
_OK, _NO = 200, 403
_STATUS = {EnrolProblem.UNREADABLE: 400, EnrolProblem.SLOW_DOWN: 429}


class Desk:
    """Where new kiosks come to."""

    def __init__(self, settings: Settings, devices: Devices, briefs: HeldBriefs) -> None:
        self.counts: Counter[str] = Counter()
        """What came of it: ENROLLED, RENEWED, or an EnrolProblem."""
        self._settings = settings
        self._devices = devices
        self._briefs = briefs
        self._tries = Tries()
        self._turn = asyncio.Lock()

    async def asked(self, body: bytes, client: str, now: Clock) -> EnrolAnswer | EnrolRefused:
        """Answer what a kiosk at address `client` posted; one after the other."""
        try:
            request = wire.decode_enrol_request(body)
        except MessageError:
            return self._refused(EnrolProblem.UNREADABLE)
        tried_s = time.monotonic()
        if not self._tries.take(client, tried_s):
            return self._refused(EnrolProblem.SLOW_DOWN, wait_s=int(MINUTE_S))
        async with self._turn:
            if self._tries.slowed:
                await asyncio.sleep(PAUSE_S)
            answer = await asyncio.to_thread(self._decide, request, now)
        if isinstance(answer, EnrolAnswer):
            self._tries.hand_back(client, tried_s)
        return answer

    def _decide(self, request: EnrolRequest, now: Clock) -> EnrolAnswer | EnrolRefused:
        try:
            code_hash = enrolment_hash(case_code.parse(request.code))
        except case_code.CaseCodeError:
            return self._refused(EnrolProblem.WRONG_CODE)
        self._devices.refresh()
        former = self._devices.enrolled_with(code_hash)
        if former is not None:
            return self._again(former, request, now)
        if self._devices.is_spent(code_hash):
            return self._refused(EnrolProblem.USED)
        expected = (one for one in self._briefs.enrolments.enrolments if one.code_hash == code_hash)
        found = next(expected, None)
        if found is None:
            return self._refused(EnrolProblem.WRONG_CODE)
        return self._first(found, request, now)

    def _first(
        self, found: Enrolment, request: EnrolRequest, now: Clock
    ) -> EnrolAnswer | EnrolRefused:
        if now.wall_ms > found.expires_ms:
            unsynced = now.quality is ClockQuality.UNSYNCED
            clock = "; but no time service keeps this clock" if unsynced else ""
            logger.warning("device=%s its code has expired%s", found.device, clock)
            return self._refused(EnrolProblem.EXPIRED)
        if self._devices.is_of_settings(found.device) or found.device == self._settings.gateway:
            logger.warning("device=%s is named in gateway.toml: no code sets it up", found.device)
            return self._refused(EnrolProblem.USED)
        return self._enrolled(found, request, now.wall_ms, ENROLLED)

    def _again(
        self, former: Enrolled, request: EnrolRequest, now: Clock
    ) -> EnrolAnswer | EnrolRefused:
        if abs(now.wall_ms - former.enrolled_ms) > RENEW_WITHIN_MS:
            return self._refused(EnrolProblem.USED)
        return self._enrolled(former.enrolment, request, former.enrolled_ms, RENEWED)

    def _enrolled(
        self, found: Enrolment, request: EnrolRequest, enrolled_ms: int, how: str
    ) -> EnrolAnswer | EnrolRefused:
        token = secrets.token_urlsafe(32)
        kept = Enrolled(
            enrolment=found,
            token_hash=hash_token(token),
            enrolled_ms=enrolled_ms,
            program=request.program,
        )
        try:
            self._devices.enrol(kept)
        except OSError as error:
            logger.error("device=%s cannot be set up: %s", found.device, error)
            return self._refused(EnrolProblem.SLOW_DOWN, wait_s=_DISK_WAIT_S)
        self.counts[how] += 1
        logger.info("device=%s touchpoint=%s %s with a code", found.device, found.touchpoint, how)
        return EnrolAnswer(
            device=found.device,
            store=self._settings.store,
            touchpoint=found.touchpoint,
            token=token,
            store_name=found.store_name or self._settings.store_name,
            touchpoint_name=found.touchpoint_name,
            settings=found.settings,
        )

    def _refused(self, why: EnrolProblem, wait_s: int = 0) -> EnrolRefused:
        self.counts[why] += 1
        return EnrolRefused(why=why, wait_s=wait_s)


def router(desk: Desk, clock: SystemClock) -> APIRouter:
    """Return the route."""
    routes = APIRouter()

    @routes.post(enrolment.PATH)
    async def enrol(request: Request) -> Response:
        client = request.client.host if request.client else "?"
        answer = await desk.asked(await request.body(), client, clock.now())
        status = _STATUS.get(answer.why, _NO) if isinstance(answer, EnrolRefused) else _OK
        body = wire.encode_enrolment(answer)
        kept_nowhere = {"cache-control": "no-store"}
        return Response(body, status, kept_nowhere, media_type="application/json")

    return routes
