"""hq_server/briefs/composing.py: what a store is told, and nothing new when nothing changed."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa

from hq_server.accounts.scope import EVERYTHING
from hq_server.briefs.composing import Composer, promises
from hq_server.briefs.keys import verify_key
from hq_server.database import Database
from hq_server.devices import service as devices
from hq_server.devices.service import Store
from hq_server.enrolment import service as enrolment
from hq_server.enrolment.service import Wanted
from hq_server.settings import Settings
from hq_server.sla import policy
from hq_server.sla.policy import ClockKind
from hq_server.surveys import document
from hq_server.surveys import service as surveys
from hq_server.surveys.service import CHAIN, Signed
from hq_server.tables import briefs, documents
from protocols import wire
from protocols.briefs import BriefKind, Enrolments, Promise, PromiseClock
from tests.hq_server.conftest import NOW

ZONE = ZoneInfo("Asia/Shanghai")
SIGNED = Signed(author="admin", note="", at=NOW)


def _versions(database: Database, store: str) -> dict[str, str]:
    with database.reading() as connection:
        wanted = sa.select(briefs).where(briefs.c.addressee == store)
        return {row.kind: row.version for row in connection.execute(wanted)}


def test_a_store_promises_what_its_policy_says() -> None:
    found = promises(policy.shipped(), Store(id="s1", names={"en": "One"}), ZONE)
    assert (found.opens, found.closes, found.timezone) == ("08:00", "22:00", "Asia/Shanghai")
    assert found.promises == (
        Promise(grade="S", minutes=60, clock=PromiseClock.WALL),
        Promise(grade="A", minutes=240, clock=PromiseClock.OPENING),
        Promise(grade="B", minutes=1440, clock=PromiseClock.WALL),
    )


def test_nothing_is_promised_on_a_clock_that_no_kiosk_knows() -> None:
    shipped = policy.shipped()
    office = replace(
        shipped, rules=tuple(replace(rule, clock=ClockKind.WORKING) for rule in shipped.rules)
    )
    assert not promises(office, Store(id="s1", names={"en": "One"}), ZONE).promises


def test_documents_change_when_what_they_are_made_of_does(
    database: Database, settings: Settings
) -> None:
    composer = Composer(settings)
    with database.writing() as connection:
        assert composer.refresh(connection, ["s1", "s2"], NOW)
        assert composer.refresh(connection, ["s1", "s2"], NOW) == 0
    before = _versions(database, "s1")
    assert BriefKind.SURVEY not in before
    with database.writing() as connection:
        number = surveys.save(connection, document.first(), SIGNED)
        surveys.publish(connection, number, [CHAIN], SIGNED)
        row = replace(devices.stores(connection, EVERYTHING)["s1"], region="East")
        devices.add_store(connection, row, NOW)
        assert composer.refresh(connection, ["s1", "s2"], NOW) == 2  # a survey each
    after = _versions(database, "s1")
    assert after | before == after
    assert after[BriefKind.SURVEY] == _versions(database, "s2")[BriefKind.SURVEY]
    with database.reading() as connection:
        wanted = sa.select(documents.c.body).where(documents.c.id == after[BriefKind.SURVEY])
        sent = wire.decode_survey(connection.execute(wanted).scalar_one())
    assert sent == msgspec.structs.replace(document.first(), version=number)
    with database.writing() as connection:
        surveys.publish(connection, None, [CHAIN], SIGNED)
        composer.refresh(connection, ["s1", "s2"], NOW)
    assert BriefKind.SURVEY not in _versions(database, "s1")


def test_a_new_kiosk_is_told_what_hq_knows_and_no_address_that_a_phone_cannot_reach(
    database: Database, settings: Settings
) -> None:
    public, local = (
        settings.model_copy(update={"public_url": url})
        for url in ("https://hq.example.com/", "http://127.0.0.1:8080")
    )
    wanted = Wanted(store="s1", device="k9", touchpoint="till-3", address="ws://10.0.0.2:8081")
    with database.writing() as connection:
        enrolment.invite(connection, EVERYTHING, wanted, "admin", NOW)
        store = devices.stores(connection, EVERYTHING)["s1"]
        here, there = (
            Composer(one).documents(connection, store, None, NOW)[BriefKind.ENROLMENTS]
            for one in (local, public)
        )
    for body, addresses in ((here, set()), (there, {"track_url", "note_url"})):
        told = wire.decode_brief_body(BriefKind.ENROLMENTS, body)
        assert isinstance(told, Enrolments)
        known = told.enrolments[0].settings
        assert known.keys() - addresses == {"hq_public_key", "hq_verify_key", "language"}
        assert known["hq_verify_key"] == verify_key(settings.data_dir)
    assert known["note_url"] == "https://hq.example.com/n/s1/till-3"
