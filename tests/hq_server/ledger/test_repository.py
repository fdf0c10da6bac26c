"""hq_server/ledger/repository.py: what is said again replaces what was said before."""

from __future__ import annotations

from collections.abc import Callable

from hq_server.accounts.scope import EVERYTHING
from hq_server.database import Database
from hq_server.ledger import repository
from tests.hq_server.conftest import NOW
from tests.hq_server.field import KIOSK

ROW: repository.Row = {
    "device": "k1", "epoch": "e1", "lane": "urgent", "store_id": "s1", "gateway_id": "g1",
    "head": 4, "known": 2, "said_at": NOW,
}  # fmt: skip
LOSS: repository.Row = {
    "id": "l1", "device": "k1", "epoch": "e1", "lane": "urgent", "store_id": "s1",
    "gateway_id": "g1", "first": 3, "last": 5, "lost_by": "hq", "noticed_at": NOW, "done_at": None,
}  # fmt: skip


def test_the_last_offer_stands(database: Database, count: Callable[[str], int]) -> None:
    with database.writing() as connection:
        repository.keep_offers(connection, [ROW])
        repository.keep_offers(connection, [ROW | {"head": 9}])
        (found,) = repository.offer_rows(connection, EVERYTHING)
    assert (found.head, found.online, count("offers")) == (9, False, 1)


def test_an_open_loss_is_found_by_its_stream_and_store(database: Database) -> None:
    with database.writing() as connection:
        repository.add_replays(connection, [LOSS, LOSS | {"id": "l2", "lost_by": "gateway"}])
        repository.add_replays(connection, [LOSS])
        assert repository.open_replays(connection, [KIOSK]) == {(KIOSK, "s1"): ("l1", 3, 5)}
        assert repository.open_replays_of(connection, "g1") == 2
        repository.lengthen_replay(connection, "l1", 8)
        assert repository.open_replays(connection, [KIOSK]) == {(KIOSK, "s1"): ("l1", 3, 8)}
        assert repository.any_open(connection)
        assert repository.close_healed(connection, NOW) == []
