"""hq_server/ingest/intake.py: every rule of delivery at HQ, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest
import sqlalchemy as sa

from hq_server.database import Database
from hq_server.ingest.intake import Answer, Taken
from hq_server.tables import (
    cases,
    dead_letters,
    feedback,
    refusals,
    streams,
    timeline,
)
from hq_server.tills.tables import receipt_links
from protocols import topics, wire
from protocols.events import Event
from protocols.messages import (
    AlarmAcknowledged,
    AlarmRaised,
    Committed,
    GatewayState,
    HqState,
    Offer,
)
from protocols.till_events import ReceiptLinked, ReceiptSeen
from tests.hq_server.conftest import NOW
from tests.hq_server.field import BULK, GATEWAY, KIOSK, at, batch, committed, response, taken

Take = Callable[..., list[Answer]]


def rows(database: Database, table: sa.Table) -> list[sa.RowMapping]:
    with database.reading() as connection:
        return list(connection.execute(sa.select(table)).mappings())


def test_a_batch_is_stored_and_answered(database: Database, take: Take) -> None:
    answers = take(taken(batch(response("r1"), response("r2", rating=4))))
    assert answers == [Answer(gateway="g1", message=Committed(stream=KIOSK, through=2))]
    assert {row["id"] for row in rows(database, feedback)} == {"r1", "r2"}


def test_d6_a_second_delivery_changes_nothing(database: Database, take: Take) -> None:
    message = taken(batch(response("r1", rating=1)))
    take(message)
    answers = take(message, message)
    assert [each.through for each in committed(answers)] == [1, 1]
    assert len(rows(database, feedback)) == len(rows(database, cases)) == 1
    assert rows(database, streams)[0]["duplicates"] == 2


def test_d6_a_batch_after_a_gap_is_answered_with_the_watermark(
    database: Database, take: Take
) -> None:
    take(taken(batch(response("r1"))))
    answers = take(taken(batch(response("r3"), first=3)))
    assert answers[0].message == Committed(stream=KIOSK, through=1, gap=True)
    assert len(rows(database, feedback)) == 1
    assert rows(database, streams)[0]["gaps"] == 1


def test_what_even_the_device_lost_is_a_hole_on_record(database: Database, take: Take) -> None:
    take(taken(batch(response("r9"), first=9, floor=9)))
    stream = rows(database, streams)[0]
    assert (stream["through"], stream["holes"], stream["missing"]) == (9, 8, [[1, 8]])


def test_an_offer_is_answered_with_the_watermark_never_with_what_the_sender_knows(
    take: Take,
) -> None:
    take(taken(batch(response("r1"))))
    offer = Offer(stream=KIOSK, oldest=5, head=9, floor=1, known=4, nonce=77)
    answers = take(taken(offer))
    assert answers[0].message == Committed(stream=KIOSK, through=1, nonce=77)


def test_d7_an_undecodable_event_never_blocks_its_stream(database: Database, take: Take) -> None:
    answers = take(taken(batch(response("r1"), b"\xff{", response("r3"))))
    assert committed(answers)[0].through == 3
    letter = rows(database, dead_letters)[0]
    assert (letter["raw"], letter["seq"], letter["device"]) == (b"\xff{", 2, "k1")
    assert rows(database, streams)[0]["dead"] == 1


def test_d10_an_event_of_another_major_version_is_a_dead_letter(
    database: Database, take: Take
) -> None:
    take(taken(batch(b'{"v":2,"type":"response"}')))
    assert "major version 2" in rows(database, dead_letters)[0]["why"]


def test_d10_fields_of_a_newer_peer_are_kept_raw(database: Database, take: Take) -> None:
    raw = wire.encode_event(response("r1"))[:-1] + b',"new":1}'
    take(taken(batch(raw)))
    assert rows(database, feedback)[0]["raw"] == raw


def test_an_event_of_another_store_is_a_dead_letter(database: Database, take: Take) -> None:
    take(taken(batch(response("r1", store="s2"))))
    assert rows(database, feedback) == []
    assert "event of store s2" in rows(database, dead_letters)[0]["why"]


def test_a_gateway_cannot_rewrite_the_response_of_another_store(
    database: Database, take: Take
) -> None:
    take(taken(batch(response("r1", rating=1))))
    other = KIOSK.__class__(device="k9", epoch="e9", lane=KIOSK.lane)
    forged = response("r1", store="s2", rev=2, rating=5)
    take(taken(batch(forged, stream=other), gateway="g2"))
    assert rows(database, feedback)[0]["rating"] == 1
    assert "another store" in rows(database, dead_letters)[0]["why"]


def test_a_gateway_cannot_move_the_watermark_of_another_store(
    database: Database, take: Take
) -> None:
    take(taken(batch(response("r1"))))
    take(taken(batch(response("x", store="s2"), first=90, floor=90), gateway="g2"))
    answers = take(taken(batch(response("r2"), first=2)))
    assert answers[0].message == Committed(stream=KIOSK, through=2)
    through = {row["store_id"]: row["through"] for row in rows(database, streams)}
    assert through == {"s1": 2, "s2": 90}
    assert {row["id"] for row in rows(database, feedback)} == {"r1", "r2", "x"}


def test_a_kiosk_that_moved_to_another_store_is_answered_and_goes_on(
    database: Database, take: Take
) -> None:
    take(taken(batch(response("r1"), response("r2"))))
    offer = Offer(stream=KIOSK, oldest=2, head=4, floor=2, known=1, nonce=5)
    answers = take(taken(offer, gateway="g2"))
    assert answers[0].message == Committed(stream=KIOSK, through=0, nonce=5)
    held = batch(response("r2"), response("r3"), response("r4", store="s2"), first=2, floor=2)
    answers = take(taken(held, gateway="g2"))
    assert answers == [Answer(gateway="g2", message=Committed(stream=KIOSK, through=4))]
    stores = {row["id"]: row["store_id"] for row in rows(database, feedback)}
    assert stores == {"r1": "s1", "r2": "s1", "r4": "s2"}
    letters = rows(database, dead_letters)
    assert [letter["seq"] for letter in letters] == [2, 3]
    assert all("event of store s1" in letter["why"] for letter in letters)
    here = next(row for row in rows(database, streams) if row["store_id"] == "s2")
    assert (here["holes"], here["dead"]) == (0, 2)  # seq 1 is no hole: it came by the old store


def test_what_a_moved_kiosk_lost_on_the_way_is_a_hole(database: Database, take: Take) -> None:
    take(taken(batch(response("r1"))))
    take(taken(batch(response("r5", store="s2"), first=5, floor=5), gateway="g2"))
    here = next(row for row in rows(database, streams) if row["store_id"] == "s2")
    assert (here["holes"], here["missing"]) == (3, [[2, 4]])


def test_an_unregistered_gateway_is_refused_and_counted(database: Database, take: Take) -> None:
    message = taken(batch(response("r1")), gateway="stranger")
    assert take(message, message) == []
    refused = rows(database, refusals)[0]
    assert (refused["sender"], refused["times"]) == ("stranger", 2)
    assert rows(database, feedback) == []


def test_a_wrong_partition_is_refused(database: Database, take: Take) -> None:
    wrong = (topics.partition("g1") + 1) % 64
    payload = wire.encode(batch(response("r1")))
    take(Taken(topic=f"storeloop/v1/up/{wrong}/g1", payload=payload, received_at=NOW))
    assert rows(database, feedback) == []
    assert "partition" in rows(database, refusals)[0]["why"]


def test_undecodable_messages_are_kept_but_not_a_flood_of_them(
    database: Database, take: Take
) -> None:
    for number in range(5):
        take(taken(b"\x00hostile %d" % number))
    assert len(rows(database, dead_letters)) == 2
    assert rows(database, refusals)[0]["times"] == 3


def test_a_message_that_only_hq_sends_is_refused(database: Database, take: Take) -> None:
    assert take(taken(HqState(online=True, boot="b"))) == []
    assert rows(database, refusals)[0]["sender"] == "g1"


def test_nul_in_a_note_is_no_poison(database: Database, take: Take) -> None:
    take(taken(batch(response("r1", note="a\x00b", rating=1))))
    assert rows(database, feedback)[0]["note"] == "a\ufffdb"


def test_a_number_beyond_the_database_is_a_dead_letter(database: Database, take: Take) -> None:
    take(taken(batch(response("r1", survey_version=10**30), response("r2"))))
    assert [row["id"] for row in rows(database, feedback)] == ["r2"]
    assert "survey_version" in rows(database, dead_letters)[0]["why"]


@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_revisions_ends_in_the_same_rows(
    database: Database, take: Take, seed: int
) -> None:
    """Rev 1 is a bare tap in one lane; 2 and 3 say more in the other; the links come too."""
    tap = taken(batch(response("r1", rating=1, at=at(NOW - timedelta(minutes=2))), stream=BULK))
    said = taken(
        batch(
            response("r1", rev=2, rating=1, note="排队太久了", at=at(NOW - timedelta(minutes=1))),
            response("r1", rev=3, rating=1, note="吃了过敏，全身起疹子"),
        )
    )
    linked = ReceiptLinked(
        id="l1", store="s1", at=at(), response="r1", receipt="q1", number="0042", till="t1",
        offset_ms=900,
    )  # fmt: skip
    seen = ReceiptSeen(id="e7", store="s1", at=at(), receipt="q1", till="t1", number="0042")
    alarm = AlarmRaised(id="e8", store="s1", at=at(), alarm="a1", response="r1")
    taken_by = AlarmAcknowledged(id="e9", store="s1", at=at(), alarm="a1", response="r1", by="Li")
    own: list[Event] = [seen, linked, alarm, taken_by]
    Random(seed).shuffle(own)
    messages = [tap, said, taken(batch(*own, stream=GATEWAY))]
    Random(seed + 100).shuffle(messages)
    for message in messages:
        take(message)
    row = rows(database, feedback)[0]
    assert (row["rev"], row["note"], row["grade"]) == (3, "吃了过敏，全身起疹子", "S")
    assert row["occurred_at"] == NOW - timedelta(minutes=2)
    case = rows(database, cases)[0]
    assert case["grade"] == "S"
    assert case["respond_by"] == NOW - timedelta(minutes=2) + timedelta(hours=1)
    assert rows(database, receipt_links)[0]["number"] == "0042"
    kinds = [entry["kind"] for entry in rows(database, timeline)]
    assert {kind: kinds.count(kind) for kind in ("opened", "alarm", "alarm_acknowledged")} == {
        "opened": 1,
        "alarm": 1,
        "alarm_acknowledged": 1,
    }


def test_a_happy_tap_opens_no_case(count: Callable[[str], int], take: Take) -> None:
    take(taken(batch(response("r1", rating=5), response("r2", rating=3))))
    assert (count("feedback"), count("cases")) == (2, 0)


def test_a_gateways_state_is_kept_only_for_itself(database: Database, take: Take) -> None:
    def state(gateway: str, store: str) -> Taken:
        message = GatewayState(
            gateway=gateway, store=store, online=True, epoch="e1", at=at(), waiting=7
        )
        return Taken(topic=topics.state("g1"), payload=wire.encode(message), received_at=NOW)

    take(state("g1", "s1"), state("g2", "s2"))
    with database.reading() as connection:
        found = connection.execute(sa.text("SELECT id FROM gateways WHERE online")).scalars().all()
    assert list(found) == ["g1"]
