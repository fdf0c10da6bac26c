from pathlib import Path

from edge_gateway import events as ev
from edge_gateway.stock import take_stock
from outbox import Outbox
from protocols.messages import Lane, StreamAccount
from tests.edge_gateway.field import Store, later, response, stream


def test_it_says_what_waits_since_when_and_how_much_room_it_takes(tmp_path: Path) -> None:
    outbox = Outbox.open(tmp_path / "outbox.db", device="g1", program="test")
    outbox.store(stream("k1"), 1, [b"a", b"b"], 3_000)
    outbox.store(stream("k2"), 1, [b"a"], 2_000)
    outbox.store(stream("k3"), 1, [b"a"], 1_000)
    outbox.commit_through(stream("k3"), 1)
    outbox.append(Lane.URGENT, b"own", 5_000)
    stock = take_stock(outbox)
    assert stock.oldest_ms == {Lane.BULK: 2_000, Lane.URGENT: 5_000}
    assert 4_096 <= stock.used_bytes <= (tmp_path / "outbox.db").stat().st_size + 1_000_000
    (account,) = [one for one in stock.accounts if one.lane is Lane.URGENT]
    assert account == StreamAccount(
        epoch=outbox.epoch, lane=Lane.URGENT, accepted=1, committed=0, oldest_waiting_ms=5_000
    )
    outbox.close()


def test_hq_is_told_of_the_gateways_own_streams(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.hand_over(response(1, urgent=True))
    store.now = later(60)
    store.post(ev.Tick())
    state = store.gateway.state(store.now)
    (account,) = [one for one in state.streams if one.lane is Lane.URGENT]
    assert (account.epoch, account.accepted, account.committed) == (store.outbox.epoch, 1, 0)
    store.outbox.close()


def test_an_earlier_epoch_is_told_of_and_offered_too(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.hand_over(response(1, urgent=True))
    old = store.outbox.stream(Lane.URGENT)
    store.outbox.commit_through(old, 1)
    store.outbox.renew_epoch()
    store.restart()
    store.post(ev.Tick())
    assert old.epoch in {one.epoch for one in store.gateway.state(store.now).streams}
    store.post(ev.BrokerUp())
    # D5: an HQ that goes back to a backup gets it once more.
    assert old in {one.stream for one in store.offers()}
    store.outbox.close()
