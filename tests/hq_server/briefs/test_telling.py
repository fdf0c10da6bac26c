"""hq_server/briefs/telling.py: a gateway is told what it lacks, and then nothing more."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from hq_server.briefs import numbers
from hq_server.briefs import telling as telling_module
from hq_server.briefs.composing import Composer
from hq_server.briefs.keys import Keys
from hq_server.briefs.telling import AGAIN_AFTER, LONGEST_PAUSE, LOOK_EVERY, Telling, Told
from hq_server.database import Database
from hq_server.ingest.partitions import ALL
from hq_server.settings import Settings
from protocols import signing, topics, wire
from protocols.briefs import BriefKind, CodeBlock
from tests.hq_server.briefs.conftest import Says
from tests.hq_server.conftest import NOW

SECOND = timedelta(seconds=1)


def _held(told: list[Told]) -> dict[BriefKind, str]:
    return {each.message.kind: each.message.version for each in told}


def test_a_gateway_is_told_until_it_holds_it(telling: Telling, says: Says) -> None:
    assert telling.due(ALL, NOW) == []  # nobody has spoken yet
    says(left=0)
    assert telling.due(ALL, NOW + SECOND) == []  # not even looked at
    told = telling.due(ALL, NOW + LOOK_EVERY)
    assert {each.gateway for each in told} == {"g1"}
    assert BriefKind.CODES in _held(told)
    assert telling.due(ALL, NOW + AGAIN_AFTER) == []
    again = telling.due(ALL, NOW + LOOK_EVERY + AGAIN_AFTER)
    assert _held(again) == _held(told)
    says(_held(told), when=NOW + SECOND)
    assert telling.due(ALL, NOW + timedelta(hours=1)) == []


def test_who_never_takes_it_is_told_ever_less_often(telling: Telling, says: Says) -> None:
    says(left=0)
    hours = 3 * 3600
    times = sum(bool(telling.due(ALL, NOW + SECOND * at)) for at in range(0, hours, 60))
    usual = hours / LONGEST_PAUSE.total_seconds()
    assert usual <= times < usual + 6


def test_each_process_tells_its_own_gateways(telling: Telling, says: Says) -> None:
    says(left=0)
    says(left=0, gateway="g2")
    told = telling.due(frozenset({topics.partition("g2")}), NOW)
    assert {each.gateway for each in told} == {"g2"}


def test_a_gateway_that_cannot_check_it_is_told_nothing(telling: Telling, says: Says) -> None:
    says(left=None)
    assert telling.due(ALL, NOW) == []


def test_documents_are_signed_for_the_store_and_codes_for_the_gateway(
    telling: Telling, says: Says, secrets: Keys
) -> None:
    says(left=0)
    public = signing.verify_key(secrets.sign)
    for told in telling.due(ALL, NOW):
        codes = told.message.kind is BriefKind.CODES
        assert signing.verify(public, "g1" if codes else "s1", told.message)
        body = wire.decode_brief_body(told.message.kind, told.message.body)
        if isinstance(body, CodeBlock):
            assert (body.gateway, str(body.block)) == ("g1", told.message.version)
            assert body.codes == numbers.codes(secrets.code, body.block)


def test_much_is_told_in_pieces(
    telling: Telling, says: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling_module, "BYTES_AT_ONCE", 1)
    assert not telling.busy
    monkeypatch.setattr(telling_module, "STORES_AT_ONCE", 1)
    says(left=0)
    says(left=0, gateway="g2")
    pieces = [telling.due(ALL, NOW) for _ in range(8)]
    assert all(len(piece) <= 1 for piece in pieces)
    assert [piece[0].message.kind for piece in pieces if piece].index(BriefKind.CODES) >= 3
    assert len({(t.gateway, t.message.kind) for piece in pieces for t in piece}) == sum(
        map(len, pieces)
    )
    assert {piece[0].gateway for piece in pieces if piece} == {"g1", "g2"}


def test_a_store_that_cannot_be_composed_keeps_nobody_waiting(
    database: Database,
    settings: Settings,
    secrets: Keys,
    says: Says,
    caplog: pytest.LogCaptureFixture,
) -> None:
    class _Broken(Composer):
        def documents(self, connection, store, survey, now):  # type: ignore[no-untyped-def]
            if store.id == "s1":
                raise ZeroDivisionError
            return super().documents(connection, store, survey, now)

    says(left=None)
    says(left=0, gateway="g2")
    broken = Telling(database, _Broken(settings), secrets)
    with caplog.at_level(logging.ERROR):
        told = broken.due(ALL, NOW)
        assert {each.message.kind for each in told} >= {BriefKind.PROMISES, BriefKind.CODES}
        logged = len(caplog.records)
        broken.due(ALL, NOW + LOOK_EVERY)
    assert len(caplog.records) == logged
