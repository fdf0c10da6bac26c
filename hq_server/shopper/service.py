"""What shoppers do on phones of their own: follow a case code, say if it is mended, write words."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from grading.redaction import redact
from hq_server.accounts.scope import Scope
from hq_server.accounts.tries import Allowance
from hq_server.cases import following, progress
from hq_server.cases.following import Ground, Happened
from hq_server.cases.progress import Progress
from hq_server.cases.service import SHOPPER, Cases
from hq_server.database import Database, RacedError
from hq_server.devices import service as devices
from hq_server.devices.service import Store
from hq_server.errors import InputError, NotFoundError
from hq_server.feedback import service as feedback
from hq_server.feedback.said import Words
from hq_server.feedback.service import Absorbed
from hq_server.ingest import applying
from hq_server.ingest.arrival import printable
from hq_server.insights import service as insights
from hq_server.sla.policy import Policy
from protocols import case_code
from protocols.errors import MessageError

MAX_WORDS = 500
# A number as people write it: "138 0013 8000", "(0371) 6666-8888", "+86.371.6666".
_NUMBER = re.compile(r"\+?\(?[0-9][0-9 ().-]{4,22}[0-9]")
_RACES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The form of the note page, as it was filled in."""

    id: str
    text: str
    number: str
    consent: bool
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the note page was opened: a store, and a touchpoint when the chain knows it."""

    store: Store
    touchpoint: str | None
    response: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shoppers:
    """What pages without sign-in may do; each address only so often."""

    database: Database
    cases: Cases
    policy: Policy
    zone: ZoneInfo
    now: Callable[[], datetime]
    seal: Callable[[str], str] = field(repr=False)
    # Per address, which a whole store may share; and for all whose web server does not name them.
    wrong_codes: Allowance = field(default_factory=lambda: Allowance("wrong codes", 20, 400))
    notes: Allowance = field(default_factory=lambda: Allowance("notes", 60, 1200))

    def track(self, typed: str, address: str | None) -> tuple[Progress, Store]:
        """Return how the feedback of a code stands, and its store.

        NotFoundError for a code that is none or nobody's, without saying which; TooManyTriesError
        when this address was wrong too often.
        """
        self.wrong_codes.demand(address)
        code = _parsed(typed)
        if code is not None:
            with self.database.reading() as connection:
                found = progress.find(connection, code)
                if found is not None:
                    store = _store(connection, found.store)
                    return found, store or Store(id=found.store, names={})
        self.wrong_codes.spend(address)
        raise NotFoundError("case", "code")

    def confirm(self, typed: str, version: int, address: str | None, *, solved: bool) -> None:
        """Take in whether it is mended; raises as `track` does, and ChangedError."""
        found, _ = self.track(typed, address)
        self.cases.confirm(found.code, version, solved=solved)

    def place(self, store: str, touchpoint: str, response: str | None) -> Place:
        """Return where somebody writes; NotFoundError for a store that the chain does not have."""
        with self.database.reading() as connection:
            known = _store(connection, printable(store))
        if known is None or (response is not None and not _is_uuid(response)):
            raise NotFoundError("store", "unknown")
        here = touchpoint if touchpoint in known.touchpoints else None
        return Place(store=known, touchpoint=here, response=response)

    def write(self, place: Place, written: Written, address: str | None) -> str:
        """Keep what was written and return the case code; twice the same form is once.

        InputError names the field that is wrong; TooManyTriesError for one address too many.
        """
        self.notes.demand(address)
        words = self._words(place, written)
        for _ in range(_RACES):
            try:
                code = self._keep(words)
            except RacedError:
                continue  # the kiosk's own came in between: now it is there
            self.notes.spend(address)
            return code
        raise InputError("note", "try again")

    def _words(self, place: Place, written: Written) -> Words:
        text = printable(written.text).replace("\r\n", "\n").strip()
        if not 1 <= len(text) <= MAX_WORDS:
            raise InputError("text", f"1 to {MAX_WORDS} characters are allowed")
        if not _is_uuid(written.id):
            raise InputError("id", "load the page again")
        number = unicodedata.normalize("NFKC", written.number).strip()
        if number and not written.consent:
            raise InputError("consent", "only with consent is a number kept")
        if number and not _NUMBER.fullmatch(number):
            raise InputError("number", "6 to 24 digits are allowed")
        return Words(
            id=written.id,
            store=place.store.id,
            touchpoint=place.touchpoint,
            response=place.response,
            note=redact(text),
            language=written.language,
            contact_sealed=self.seal(number) if number else None,
            code=case_code.mint_random(secrets.randbits(case_code.LONG_RANDOM_BITS)),
            at=self.now(),
        )

    def _keep(self, words: Words) -> str:
        with self.database.writing() as connection:
            insights.prepare(connection, self.zone)
            absorbed = feedback.add_words(connection, words, self.zone)
            if absorbed is not None:
                self._follow(connection, absorbed, words)
            row = feedback.response_of_words(connection, words)
            return str(row["code"] or row["case_code"])

    def _follow(self, connection: Connection, absorbed: Absorbed, words: Words) -> None:
        applying.follow_up(
            connection, absorbed, Ground(policy=self.policy, zone=self.zone, now=words.at)
        )
        for id_ in absorbed.amended:
            row = feedback.one(connection, Scope(frozenset({words.store})), id_)
            if row["case_id"] is not None:
                added = Happened(
                    case_id=row["case_id"],
                    store=words.store,
                    kind="revised",
                    source=f"words:{words.id}",
                    detail={"by": "phone"},
                    actor=SHOPPER,
                )
                following.note(connection, [added], words.at)


def _parsed(typed: str) -> str | None:
    try:
        return case_code.parse(typed)
    except MessageError:
        return None


def _store(connection: Connection, store: str) -> Store | None:
    return devices.stores(connection, Scope(frozenset({store}))).get(store)


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
