"""hq_server/tills/service.py: any order of arrival ends in the same rows."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from hq_server.accounts.scope import EVERYTHING, Scope
from hq_server.database import Database
from hq_server.ingest.arrival import Arrival, Origin, milliseconds
from hq_server.tills import service
from hq_server.tills.tables import instructions, receipt_links, receipts
from protocols.events import Event
from protocols.till_events import (
    InstructionAcknowledged,
    InstructionEnded,
    InstructionGiven,
    LinkedBy,
    ReceiptLinked,
    ReceiptSeen,
    ReceiptUnlinked,
    SoldGoods,
    WhyUnlinked,
)
from tests.hq_server.conftest import NOW
from tests.hq_server.field import GATEWAY, at, rows

RECEIPT = ReceiptSeen(
    id="e1", store="s1", at=at(), receipt="q1", till="t4", number="0042", total="15.50",
    currency="CNY", items=3, cashier="5fd2a7", table="12", discount="-1.00", payment="wechat",
    goods=(SoldGoods(name="牛奶\x00 1L", quantity="2", amount="13.00"), SoldGoods(name="面包")),
)  # fmt: skip
TEXT = {"zh-CN": "请再开一个收银台", "en": "Open another till"}


def arrival(event: Event, minutes: int = 0, store: str = "s1") -> Arrival:
    when = NOW + timedelta(minutes=minutes)
    return Arrival(
        event=event, raw=b"", stream=GATEWAY, seq=1, clock_quality="synced",
        origin=Origin(gateway="g1", store=store, received_at=NOW),
        occurred_ms=milliseconds(when),
    )  # fmt: skip


def linked(by: LinkedBy, receipt: str) -> ReceiptLinked:
    return ReceiptLinked(
        id=f"l-{receipt}", store="s1", at=at(), response="r1", receipt=receipt, number="0042",
        till="t4", offset_ms=9_000, by=by,
    )  # fmt: skip


def given() -> InstructionGiven:
    return InstructionGiven(
        id="i1", store="s1", at=at(), touchpoint="till-4", instruction="n1", rule="queue",
        measure="waiting", value=6.5, limit=5, text=TEXT,
    )  # fmt: skip


def kept(database: Database, table: sa.Table) -> list[dict[str, Any]]:
    return [dict(row) for row in rows(database, table)]


def test_a_receipt_is_kept_with_its_goods_and_without_nul(database: Database) -> None:
    with database.writing() as connection:
        service.take(connection, [arrival(RECEIPT), arrival(RECEIPT)])
        service.take(connection, [arrival(RECEIPT)])
    (row,) = kept(database, receipts)
    assert row["goods"] == [
        {"name": "牛奶\ufffd 1L", "quantity": "2", "amount": "13.00"},
        {"name": "面包"},
    ]
    said = (row["cashier"], row["at_table"], row["discount"], row["payment"])
    assert said == ("5fd2a7", "12", "-1.00", "wechat")


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("at_once", [True, False])
def test_the_best_link_stands_whatever_comes_first(
    database: Database, seed: int, at_once: bool
) -> None:
    said: list[Event] = [
        ReceiptUnlinked(id="u1", store="s1", at=at(), response="r1", why=WhyUnlinked.NO_RECEIPT),
        linked(LinkedBy.TIME, "q-time"),
        linked(LinkedBy.TYPED, "q-typed"),
        linked(LinkedBy.SCANNED, "q-scanned"),
    ]
    Random(seed).shuffle(said)
    turns = [said] if at_once else [[one] for one in said]
    for turn in turns:
        with database.writing() as connection:
            service.take(connection, [arrival(event) for event in turn])
    (row,) = kept(database, receipt_links)
    assert (row["receipt_id"], row["found_by"], row["why_not"]) == ("q-scanned", "scanned", None)


@pytest.mark.parametrize("at_once", [True, False])
def test_a_shopper_who_types_again_means_the_last(database: Database, at_once: bool) -> None:
    said = [arrival(linked(LinkedBy.TYPED, receipt)) for receipt in ("q-wrong", "q-right")]
    for turn in [said] if at_once else [[one] for one in said]:
        with database.writing() as connection:
            service.take(connection, turn)
    (row,) = kept(database, receipt_links)
    assert row["receipt_id"] == "q-right"


def test_a_rating_without_a_receipt_says_why(database: Database) -> None:
    why = ReceiptUnlinked(id="u1", store="s1", at=at(), response="r1", why=WhyUnlinked.AMBIGUOUS)
    with database.writing() as connection:
        service.take(connection, [arrival(why)])
    (row,) = kept(database, receipt_links)
    assert (row["receipt_id"], row["why_not"]) == (None, "ambiguous")


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("at_once", [True, False])
def test_an_instruction_is_one_row_in_any_order(
    database: Database, seed: int, at_once: bool
) -> None:
    said = [
        arrival(given()),
        arrival(
            InstructionAcknowledged(id="i2", store="s1", at=at(), instruction="n1", by="Li"), 2
        ),
        arrival(InstructionEnded(id="i3", store="s1", at=at(), instruction="n1", value=1.5), 9),
    ]
    Random(seed).shuffle(said)
    for turn in [said] if at_once else [[one] for one in said]:
        with database.writing() as connection:
            service.take(connection, turn)
    (row,) = kept(database, instructions)
    assert (row["value"], row["bound"], row["text"]) == (6.5, 5.0, TEXT)
    assert (row["given_at"], row["acknowledged_by"]) == (NOW, "Li")
    assert row["acknowledged_at"] == NOW + timedelta(minutes=2)
    assert row["ended_at"] == NOW + timedelta(minutes=9)


def test_instructions_are_listed_within_the_scope_once_they_were_given(database: Database) -> None:
    only_taken = InstructionAcknowledged(id="i4", store="s1", at=at(), instruction="n2", by="Li")
    with database.writing() as connection:
        service.take(connection, [arrival(given()), arrival(only_taken)])
        assert [row["id"] for row in service.instructions(connection, EVERYTHING)] == ["n1"]
        assert service.instructions(connection, Scope(frozenset({"s2"}))) == []
