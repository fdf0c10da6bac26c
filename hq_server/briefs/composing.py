"""Composes what a store is to be told: documents by kind, each with the version that it gives."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from hq_server.accounts.scope import Scope
from hq_server.briefs import repository
from hq_server.briefs.keys import verify_key
from hq_server.devices import service as devices
from hq_server.devices.service import Store
from hq_server.enrolment import service as enrolment
from hq_server.feedback import contact
from hq_server.problems import service as problems
from hq_server.rulebook import service as rulebook
from hq_server.settings import Settings
from hq_server.sla import policy as sla_policy
from hq_server.sla.policy import ClockKind, Policy, Target
from hq_server.surveys import service as surveys
from protocols import wire
from protocols.briefs import BriefKind, Promise, PromiseClock, Promises

# A shopper's phone would ask itself.
_OUT_OF_REACH = ("127.0.0.1", "localhost", "::1")
_CLOCKS = {ClockKind.WALL: PromiseClock.WALL, ClockKind.OPENING: PromiseClock.OPENING}

Documents = dict[BriefKind, bytes]


class Composer:
    """Knows what documents are made of, beside the database."""

    def __init__(self, settings: Settings, policy: Policy | None = None) -> None:
        """Prepare; the settings hold what kiosks are to know of HQ."""
        self._policy = policy or sla_policy.shipped()
        self._zone = settings.zone
        self._for_kiosks = {
            "hq_public_key": contact.public_key(settings.data_dir),
            "hq_verify_key": verify_key(settings.data_dir),
            "language": settings.language,
        }
        address = settings.public_url.rstrip("/")
        if urlsplit(address).hostname not in _OUT_OF_REACH:
            self._for_kiosks["track_url"] = f"{address}/t"
            self._for_kiosks["note_url"] = f"{address}/n/{{store}}/{{touchpoint}}"

    def refresh(self, connection: sa.Connection, stores: Iterable[str], now: datetime) -> int:
        """Compose these stores' documents anew; return how many differ from before."""
        wanted = frozenset(stores)
        repository.begin_composing(connection, wanted, now)
        known = devices.stores(connection, Scope(wanted))
        asked = surveys.of_stores(connection, known)
        rules = rulebook.document(connection)
        rulebook.note_versions(connection, now)
        before = repository.wanted_versions(connection, known)
        rows: list[Mapping[str, object]] = []
        bodies: dict[str, bytes] = {}
        for store in known.values():
            composed = self.documents(connection, store, asked.get(store.id), now)
            composed |= {BriefKind.RULEBOOK: rules} if rules else {}
            for kind, body in composed.items():
                version = version_of(kind, body)
                if before.get((store.id, kind)) != version:
                    rows.append(_row(store.id, kind, version, now))
                    bodies[version] = body
            if BriefKind.SURVEY not in composed and (store.id, BriefKind.SURVEY) in before:
                repository.want_no_more(connection, store.id, BriefKind.SURVEY)
        repository.want(connection, rows, bodies)
        return len(rows)

    def documents(
        self, connection: sa.Connection, store: Store, survey: bytes | None, now: datetime
    ) -> Documents:
        """Return all that a store is to be told now."""
        invited = enrolment.open_ones(connection, store, self._for_kiosks, now)
        composed: dict[BriefKind, wire.BriefBody] = {
            BriefKind.PROBLEMS: problems.compose(connection, store.id, now),
            BriefKind.PROMISES: promises(self._policy, store, self._zone),
            BriefKind.ENROLMENTS: invited,
        }
        found = {kind: wire.encode_brief_body(body) for kind, body in composed.items()}
        return found | ({BriefKind.SURVEY: survey} if survey else {})


def promises(policy: Policy, store: Store, zone: ZoneInfo) -> Promises:
    """Return what a store promises shoppers: when each grade is answered at the latest.

    Nothing is promised on the office's clock, which no kiosk knows.
    """
    rules = (rule for rule in policy.rules if rule.target is Target.RESPOND)
    return Promises(
        policy=policy.version,
        timezone=zone.key,
        opens=store.opens.strftime("%H:%M"),
        closes=store.closes.strftime("%H:%M"),
        promises=tuple(
            Promise(grade=rule.grade, minutes=rule.minutes, clock=_CLOCKS[rule.clock])
            for rule in rules
            if rule.clock in _CLOCKS
        ),
    )


def version_of(kind: BriefKind, body: bytes) -> str:
    """Return the version of a document: what holds the same has the same."""
    return hashlib.sha256(kind.encode() + b"\n" + body).hexdigest()[:16]


def _row(store: str, kind: BriefKind, version: str, now: datetime) -> Mapping[str, object]:
    return {
        "addressee": store,
        "kind": str(kind),
        "store_id": store,
        "version": version,
        "changed_at": now,
    }
