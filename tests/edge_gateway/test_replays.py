import shutil
from pathlib import Path

import pytest
from websockets.sync.client import ClientConnection

from edge_gateway import events as ev
from edge_gateway.replays import Replays
from outbox import Outbox
from protocols.delivery import (
    Answered,
    LinkDown,
    LinkUp,
    Position,
    SendBatch,
    Sender,
    SenderCommand,
    SendOffer,
)
from protocols.messages import Lane, Offer, Replayed, Stored, Stream
from protocols.wire import decode_event, encode_event
from tests.edge_gateway.field import START, Store, batch, later, offer, response, stream
from tests.edge_gateway.running import configured, hear, running, say

BULK = stream()


def at(head: int, of: Stream = BULK) -> Position:
    return Position(stream=of, oldest=1, head=head, committed=0, floor=1, origin=False)


def told(through: int, *, head: int = 1_000, oldest: int = 1, nonce: int = 1) -> Offer:
    return Offer(
        stream=BULK, oldest=oldest, head=head, floor=oldest, known=0, nonce=nonce, told=through
    )


def test_d5_a_loss_is_said_once_and_healed_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "edge_gateway.replays")
    replays = Replays()
    for head in (500, 700, 900):  # the device asks again in the midst of it
        replays.offered(told(950))
        replays.opened(at(head))
        assert replays.moved(at(head), START.wall_ms) is None
    assert replays.missing_events == 450
    healed = replays.moved(at(960), START.wall_ms)
    assert healed is not None
    assert (healed.first, healed.last) == (501, 950)
    assert replays.moved(at(970), START.wall_ms) is None
    assert [one.getMessage() for one in caplog.records] == [
        "device k1 lane bulk: this outbox lacks 501-950, which it had confirmed;"
        " the device sends them again",
        "device k1 lane bulk: 501-950 are here again",
    ]
    assert (replays.healed_events, replays.missing_events) == (450, 0)


def test_a_device_that_was_told_no_more_than_is_here_lost_nothing() -> None:
    replays = Replays()
    replays.offered(told(500))
    replays.opened(at(500))
    assert replays.missing_events == 0


def test_what_the_device_itself_forgot_is_no_replay() -> None:
    replays = Replays()
    replays.offered(told(950, oldest=901))
    replays.opened(at(500))
    assert replays.missing_events == 50
    replays.skipped(BULK, 920)
    assert replays.missing_events == 30
    replays.skipped(BULK, 950)
    assert replays.missing_events == 0


def test_hqs_loss_is_not_taken_for_one_of_our_own(caplog: pytest.LogCaptureFixture) -> None:
    replays = Replays()
    for _ in range(3):
        replays.rewound(BULK, 300, 950)
    assert [one.getMessage() for one in caplog.records] == [
        "device k1 lane bulk: HQ lacks what it had committed after 300; the device sends it again"
    ]
    replays.moved(at(960), START.wall_ms)  # written before the order to go back was
    for head in (300, 700, 980):
        replays.moved(at(head), START.wall_ms)
        replays.offered(told(970))
        replays.opened(at(head))
    assert replays.missing_events == 0
    replays.moved(at(990), START.wall_ms)
    replays.offered(told(995))  # but this one is ours
    replays.opened(at(990))
    assert replays.missing_events == 5


# --- the whole gateway ---------------------------------------------------------------------------


def replayed(store: Store) -> list[Replayed]:
    return [one for one in store.own(Lane.URGENT) if isinstance(one, Replayed)]


def test_d5_a_replaced_disk_is_healed_and_hq_hears_of_it_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(tmp_path)
    for nonce in (1, 2):
        held = Offer(stream=BULK, oldest=1, head=6, floor=1, known=2, nonce=nonce, told=5)
        store.post(ev.OfferArrived("k1", held))
    assert store.stored()[-1].through == 2  # what HQ has nobody needs again
    store.post(ev.BatchArrived("k1", batch(response(3), response(4), first=3)))
    assert replayed(store) == []
    store.post(ev.BatchArrived("k1", batch(response(5), response(6), first=5)))
    store.now = later(1)
    store.post(ev.OfferArrived("k1", offer(BULK, 6, known=2, nonce=9)))
    (event,) = replayed(store)
    assert (event.stream, event.first, event.last) == (BULK, 3, 5)
    assert caplog.text.count("this outbox lacks 3-5") == 1
    assert store.shown


def test_nothing_is_said_when_the_outbox_lost_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.hand_over(response(1), response(2))
    store.restart()
    held = Offer(stream=BULK, oldest=1, head=3, floor=1, known=0, nonce=1, told=2)
    store.post(ev.OfferArrived("k1", held))
    store.post(ev.BatchArrived("k1", batch(response(3), first=3)))
    assert replayed(store) == []


def test_d5_a_gateway_program_whose_disk_was_swapped_is_filled_by_its_device(
    tmp_path: Path,
) -> None:
    settings = configured(tmp_path)
    events = [response(n) for n in range(1, 6)]
    sender = Sender(
        Position(stream=BULK, oldest=1, head=5, committed=0, floor=1, origin=True), nonce=1
    )

    def hand_over(link: ClientConnection, commands: list[SenderCommand]) -> None:
        """Let a device bring all it has, and listen until the gateway has it."""
        while not sender.idle:
            for command in commands:
                if isinstance(command, SendOffer):
                    say(link, command.message())
                elif isinstance(command, SendBatch):
                    say(link, batch(*events[command.first - 1 : command.last], first=command.first))
            answer = hear(link)
            assert isinstance(answer, Stored)
            said = Answered(answer.through, answer.gap, answer.nonce, 0)
            commands = sender.handle(said)

    for _ in range(2):
        with running(settings) as gateway, gateway.device() as link:
            hand_over(link, sender.handle(LinkUp(0)))
            replays = gateway.program.runner.gateway.hq.replays
        sender.handle(LinkDown())
        if replays.healed_events == 0:
            shutil.rmtree(settings.data_dir)
    assert replays.healed_events == 5
    outbox = Outbox.open(settings.data_dir / "outbox.db", device="g1", program="test")
    assert outbox.read(BULK, 1, 5, 10**6) == [encode_event(one) for one in events]
    (own,) = outbox.read(outbox.stream(Lane.URGENT), 1, 1, 10**6)
    event = decode_event(own)
    assert isinstance(event, Replayed)
    assert (event.first, event.last) == (1, 5)
    outbox.close()
