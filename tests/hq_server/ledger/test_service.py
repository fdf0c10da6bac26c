"""hq_server/ledger/service.py: what HQ lost is noticed, said once, and closed when it is back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hq_server.accounts.scope import EVERYTHING
from hq_server.database import Database
from hq_server.devices import service as devices
from hq_server.ingest.intake import Answer
from hq_server.ledger import bounds, service
from hq_server.tables import stream_accounts
from protocols.messages import GatewayState, Lane, Offer, Replayed, Stream, StreamAccount
from tests.hq_server.conftest import NOW
from tests.hq_server.field import GATEWAY, KIOSK, at, batch, response, taken

Take = Callable[..., list[Answer]]


def _offer(known: int, told: int = 0, stream: Stream = KIOSK) -> Offer:
    return Offer(stream=stream, oldest=1, head=20, floor=1, known=known, nonce=1, told=told)


def _replays(database: Database) -> list[sa.RowMapping]:
    with database.reading() as connection:
        return service.replays(connection, EVERYTHING)


def _close(database: Database) -> None:
    with database.writing() as connection:
        service.close_healed(connection, NOW + timedelta(minutes=5))


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin each test with nothing said."""
    for name in ("_lost", "_healed"):
        monkeypatch.setattr(service, name, service._Lines("%s more"))


def test_d5_a_loss_of_hqs_is_one_row_and_one_line_until_it_is_back(
    database: Database, take: Take, caplog: pytest.LogCaptureFixture
) -> None:
    take(taken(batch(response("r1"), response("r2"))))
    take(taken(_offer(2, told=2)))
    assert _replays(database) == []
    take(taken(_offer(4)))
    take(taken(_offer(4, told=6)))
    take(taken(_offer(4, told=6)))
    (row,) = _replays(database)
    assert (row["first"], row["last"], row["lost_by"], row["done_at"]) == (3, 6, "hq", None)
    assert caplog.text.count("this database lacks 3-4, which it had confirmed") == 1
    _close(database)
    assert _replays(database)[0]["done_at"] is None
    take(taken(batch(*(response(f"r{n}") for n in range(3, 7)), first=3)))
    _close(database)
    _close(database)
    assert _replays(database)[0]["done_at"] is not None
    assert caplog.text.count("this database has 3-6 again") == 1


def test_a_device_that_moved_has_lost_nothing(database: Database, take: Take) -> None:
    take(taken(batch(response("r1"), response("r2"))))
    take(taken(_offer(2, told=2), gateway="g2"))
    assert _replays(database) == []


def test_thousands_of_losses_are_a_few_lines(
    database: Database, take: Take, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(service.LINES_PER_EPISODE + 10):
        take(taken(_offer(5, stream=Stream(device=f"k{number}", epoch="e1", lane=Lane.BULK))))
    assert len(caplog.messages) == service.LINES_PER_EPISODE
    _close(database)
    assert caplog.messages[-1] == "10 more"
    assert len(_replays(database)) == service.LINES_PER_EPISODE + 10


def test_a_liar_opens_no_more_than_so_many(
    database: Database, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "OPEN_PER_GATEWAY", 3)
    for number in range(5):
        take(taken(_offer(2**61, stream=Stream(device=f"k{number}", epoch="e", lane=Lane.BULK))))
    assert len(_replays(database)) == 3


def test_d5_what_a_gateway_lost_and_has_again_is_a_row(database: Database, take: Take) -> None:
    event = Replayed(id="event-1", store="s1", at=at(), stream=KIOSK, first=3, last=9)
    take(taken(batch(event, stream=GATEWAY)))
    take(taken(batch(event, stream=GATEWAY)))
    (row,) = _replays(database)
    assert (row["device"], row["first"], row["last"]) == ("k1", 3, 9)
    assert (row["lost_by"], row["done_at"]) == ("gateway", NOW)


@pytest.mark.parametrize("said_ms", [0, 2**61, -1])
def test_a_clock_that_cannot_be_right_spoils_nothing(database: Database, said_ms: int) -> None:
    account = StreamAccount(
        epoch="e", lane=Lane.BULK, accepted=2**61, committed=0, oldest_waiting_ms=max(said_ms, 0)
    )
    state = GatewayState(
        gateway="g1", store="s1", online=True, epoch="e", at=at(), streams=(account, account)
    )
    with database.writing() as connection:
        devices.heard(connection, state, "s1", NOW)
        devices.heard(connection, state, "s1", NOW)
        (row,) = connection.execute(sa.select(stream_accounts)).mappings()
    assert (row["waiting_since"], row["current"], row["accepted"]) == (NOW, True, 2**61)


@pytest.mark.parametrize(
    ("oldest", "floor", "opened"),
    [
        (1, 1, (2**53 - bounds.RETAINED + 1, 2**53)),
        (2**53 + 1, 2**53 - 9, (2**53 - 9, 2**53)),
        (2**53 + 1, 2**53 + 1, None),
    ],
)
def test_d5_a_replay_is_what_can_still_be_sent(
    database: Database, take: Take, oldest: int, floor: int, opened: tuple[int, int] | None
) -> None:
    lie = Offer(stream=KIOSK, oldest=oldest, head=2**53, floor=floor, known=2**53, nonce=1)
    take(taken(lie))
    take(taken(lie))
    assert [(row["first"], row["last"]) for row in _replays(database)] == [opened] * bool(opened)


def test_a_replay_does_not_grow_without_end(database: Database, take: Take) -> None:
    for head in (10, bounds.RETAINED, 2**53):
        take(taken(Offer(stream=KIOSK, oldest=1, head=head, floor=1, known=head, nonce=1)))
    (row,) = _replays(database)
    assert (row["first"], row["last"]) == (1, bounds.RETAINED)
