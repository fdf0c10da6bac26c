"""hq_server/ledger/audit.py: what is missing, what waits, and what is neither."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from hq_server.accounts.scope import EVERYTHING, Scope
from hq_server.database import Database
from hq_server.devices import service as devices
from hq_server.ingest.intake import Answer
from hq_server.ledger import repository
from hq_server.ledger import service as ledger
from hq_server.ledger.audit import HELD_FOR, Audit, Line, audit
from protocols.messages import DeviceState, GatewayState, Lane, Offer, Stream, StreamAccount
from tests.hq_server.conftest import NOW
from tests.hq_server.field import KIOSK, at, batch, response, taken

Take = Callable[..., list[Answer]]
LATER = NOW + timedelta(minutes=1)


class Field:
    """Says to HQ what devices and gateways say."""

    def __init__(self, database: Database, take: Take) -> None:
        self._database = database
        self._take = take

    def bring(self, first: int, last: int, **fields: object) -> None:
        events = [response(f"r{number}") for number in range(first, last + 1)]
        self._take(taken(batch(*events, first=first, floor=int(str(fields.get("floor", 1))))))

    def say(
        self,
        epoch: str,
        *accounts: StreamAccount,
        when: datetime = NOW,
        made: datetime | None = None,
    ) -> None:
        """Let the kiosk speak of its streams."""
        device = DeviceState(
            device="k1", epoch=epoch, program="p", accepted={}, waiting=0, at=at(made or when),
            streams=accounts,
        )  # fmt: skip
        state = GatewayState(
            gateway="g1", store="s1", online=True, epoch="g", at=at(made or when), devices=(device,)
        )
        with self._database.writing() as connection:
            devices.heard(connection, state, "s1", when)

    def offer(self, head: int, known: int = 0, when: object = NOW) -> None:
        """Let the gateway offer the kiosk's stream."""
        offer = Offer(stream=KIOSK, oldest=1, head=head, floor=1, known=known, nonce=1)
        with self._database.writing() as connection:
            said = ledger.Offered(offer=offer, gateway="g1", store="s1", through=10**9)
            ledger.offered(connection, [said], when)  # type: ignore[arg-type]

    def audit(self, now: object = LATER, scope: Scope = EVERYTHING) -> Audit:
        with self._database.reading() as connection:
            return audit(connection, scope, now, 100)  # type: ignore[arg-type]

    def line(self, now: object = LATER) -> Line:
        (line,) = [each for each in self.audit(now).lines if each.epoch == "e1"]
        return line


@pytest.fixture
def field(database: Database, take: Take) -> Field:
    return Field(database, take)


def account(accepted: int, committed: int, waits: bool = False, epoch: str = "e1") -> StreamAccount:
    since = int(NOW.timestamp() * 1000) - 60_000 if waits else None
    return StreamAccount(
        epoch=epoch, lane=Lane.URGENT, accepted=accepted, committed=committed,
        oldest_waiting_ms=since,
    )  # fmt: skip


def test_what_is_at_hq_is_neither_missing_nor_waiting(field: Field) -> None:
    field.bring(1, 10)
    field.say("e1", account(10, 10))
    line = field.line()
    assert (line.accepted, line.committed, line.missing, line.waiting) == (10, 10, 0, 0)


def test_what_came_since_the_device_spoke_was_accepted_too(field: Field) -> None:
    field.say("e1", account(4, 4))
    field.bring(1, 10)
    assert (field.line().accepted, field.audit().totals.accepted) == (10, 10)


def test_what_a_device_still_holds_waits_however_long(field: Field) -> None:
    field.bring(1, 4)
    field.say("e1", account(10, 4, waits=True))
    line = field.line(NOW + timedelta(days=40))
    assert (line.missing, line.waiting) == (0, 6)
    assert line.waiting_since == NOW - timedelta(minutes=1)


@pytest.mark.parametrize("after", ["account_rows", "offer_rows", "stream_rows"])
def test_what_comes_while_the_ledger_is_read_is_not_missing(
    field: Field, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    field.bring(1, 10)
    field.say("e1", account(10, 10))
    field.offer(head=10, known=10)
    look = getattr(repository, after)

    def looked(connection: sa.Connection, scope: Scope) -> list[object]:
        rows = list(look(connection, scope))
        field.bring(11, 20)
        field.say("e1", account(20, 20))
        field.offer(head=20, known=20)
        return rows

    monkeypatch.setattr(repository, after, looked)
    assert field.line().missing == 0


def test_d5_what_hq_confirmed_and_lacks_is_missing_until_it_is_back(field: Field) -> None:
    field.bring(1, 4)
    field.say("e1", account(10, 9, waits=True))
    assert (field.line().missing, field.line().waiting) == (5, 1)
    field.bring(5, 9)
    assert (field.line().missing, field.line().waiting) == (0, 1)


def test_d5_what_a_gateway_knows_to_be_confirmed_counts_without_any_account(field: Field) -> None:
    field.bring(1, 4)
    field.offer(head=12, known=10)
    line = field.line()
    assert (line.accepted, line.missing, line.waiting) == (None, 6, 2)
    assert field.audit().totals.without_account == 1


def test_a_hole_is_missing_for_good(field: Field) -> None:
    field.bring(1, 4)
    field.bring(8, 9, floor=8)
    field.say("e1", account(9, 9))
    assert field.line().missing == 3


def test_a_stream_left_behind_that_nobody_holds_is_missing(field: Field) -> None:
    field.bring(1, 4)
    field.say("e1", account(10, 4, waits=True))
    field.say("e2", account(3, 0, epoch="e2"), when=LATER)
    assert (field.line().missing, field.line().waiting) == (6, 0)


def test_a_stream_left_behind_that_its_device_still_names_and_holds_waits(field: Field) -> None:
    field.bring(1, 4)
    field.say("e2", account(10, 4, waits=True), account(0, 0, epoch="e2"))
    assert (field.line().missing, field.line().waiting) == (0, 6)
    field.say("e2", account(10, 4), account(0, 0, epoch="e2"))
    assert (field.line().missing, field.line().waiting) == (6, 0)


def test_a_stream_left_behind_is_held_by_its_gateway_while_that_offers_it(field: Field) -> None:
    field.bring(1, 4)
    field.say("e1", account(10, 4, waits=True))
    field.offer(head=9)
    field.say("e2", account(3, 0, epoch="e2"), when=LATER)
    assert (field.line().missing, field.line().waiting) == (1, 5)
    silent = NOW + HELD_FOR + timedelta(seconds=1)
    assert (field.line(silent).missing, field.line(silent).waiting) == (6, 0)


def test_a_state_that_comes_late_takes_no_device_back(field: Field) -> None:
    field.bring(1, 10)
    field.say("e1", account(10, 10))
    now = account(3, 0, waits=True, epoch="e2")
    field.say("e2", account(10, 10), now, when=NOW + timedelta(seconds=10))
    field.say("e1", account(10, 10), when=NOW + timedelta(seconds=20), made=NOW)
    assert (field.audit().totals.missing, field.audit().totals.waiting) == (0, 3)


def test_an_offer_knows_no_more_than_its_device_accepted(field: Field) -> None:
    field.bring(1, 4)
    field.offer(head=2**53, known=2**53)
    field.say("e1", account(10, 4), when=LATER)
    assert field.line().missing == 6
    field.offer(head=12, known=12, when=LATER + timedelta(seconds=1))
    assert field.line().missing == 8, "the device has not spoken since"


def test_a_device_of_an_older_program_that_says_nothing_loses_nothing(field: Field) -> None:
    field.bring(1, 4)
    field.say("e1", account(10, 4, waits=True))
    field.say("e1", when=LATER)
    assert (field.line().missing, field.line().waiting) == (0, 6)


def test_a_device_that_moved_is_counted_once(field: Field, take: Take) -> None:
    field.bring(1, 10)
    events = [response(f"m{number}", store="s2") for number in range(11, 14)]
    take(taken(batch(*events, first=11, floor=11), gateway="g2"))
    line = field.line()
    assert (line.store, line.committed, line.missing) == ("s2", 13, 0)


def test_dead_letters_are_shown_and_are_not_missing(field: Field, take: Take) -> None:
    take(taken(batch(response("r1"), b"\xff", response("r3"))), taken(b"\x00 whole"))
    field.say("e1", account(3, 3))
    assert (field.line().dead_letters, field.line().missing) == (1, 0)
    assert field.audit().totals.dead_letters == 2


def test_the_ledger_is_scoped(field: Field) -> None:
    field.bring(1, 4)
    assert field.audit(scope=Scope(frozenset({"s2"}))).lines == []


def test_the_worst_stands_first(field: Field, take: Take) -> None:
    field.bring(1, 4)
    lost = Stream(device="k9", epoch="e9", lane=Lane.BULK)
    take(taken(batch(response("z9"), stream=lost, first=7, floor=7)))
    lines = field.audit().lines
    assert [line.device for line in lines] == ["k9", "k1"]
    assert field.audit().missing_of_stores == {"s1": 6}
