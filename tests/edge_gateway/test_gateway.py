from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from edge_gateway import events as ev
from edge_gateway.refusals import Kind
from protocols.messages import (
    Alarm,
    Batch,
    Clock,
    ClockQuality,
    Committed,
    DeviceState,
    HqState,
    Instruction,
    Lane,
    Offer,
    Refused,
    Stored,
    Stream,
)
from protocols.readers.events import JobKind, Printed
from protocols.till_events import ReceiptLinked, ReceiptSeen, ReceiptUnlinked, WhyUnlinked
from tests.edge_gateway.field import START, Store, batch, later, offer, response, stream


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def test_d3_stored_is_answered_only_after_the_commit(store: Store) -> None:
    store.post(ev.OfferArrived("k1", offer(stream(), 2)))
    store.sent.clear()
    store.held = True
    store.post(ev.BatchArrived("k1", batch(response(1), response(2))))
    assert store.stored() == []
    store.flush()
    assert store.stored() == [Stored(stream=stream(), through=2)]
    assert store.outbox.position(stream()).head == 2


def test_several_batches_in_one_commit_get_one_answer(store: Store) -> None:
    store.post(ev.OfferArrived("k1", offer(stream(), 2)))
    store.sent.clear()
    store.held = True
    store.post(ev.BatchArrived("k1", batch(response(1))))
    store.post(ev.BatchArrived("k1", batch(response(2), first=2)))
    store.flush()
    assert store.stored() == [Stored(stream=stream(), through=2)]


def test_d4_the_events_go_up_byte_for_byte_the_urgent_lane_first(store: Store) -> None:
    store.hand_over(response(1))
    store.hand_over(response(2, note="排队太久"), lane=Lane.URGENT)
    store.post(ev.BrokerUp())
    assert [one.stream.lane for one in store.offers()] == [Lane.BULK, Lane.URGENT]
    store.held = True
    store.answer_offers()
    store.flush()
    bulk, urgent = (stream(lane=lane) for lane in (Lane.BULK, Lane.URGENT))
    sent = {one.stream: one for one in store.batches()}
    assert sent[bulk].events == batch(response(1)).events
    assert sent[urgent].events == batch(response(2, note="排队太久")).events


def test_d5_an_event_is_forgotten_only_after_hq_has_committed_it(store: Store) -> None:
    store.hand_over(response(1), response(2))
    store.post(ev.BrokerUp())
    store.answer_offers()
    store.post(ev.PublishEnded())  # the broker has it: that proves nothing
    assert store.outbox.read(stream(), 1, 2, 10_000) != []
    store.sent.clear()
    store.commit(stream(), 2)
    assert store.outbox.read(stream(), 1, 2, 10_000) == []
    assert store.sent["k1"] == [Committed(stream=stream(), through=2)]


def test_d5_hq_from_an_old_backup_makes_the_device_send_again(store: Store) -> None:
    store.hand_over(*(response(n) for n in range(1, 5)))
    store.post(ev.BrokerUp())
    store.answer_offers()
    store.commit(stream(), 4)
    store.published.clear()
    store.sent.clear()
    store.post(ev.HqStateArrived("i1", HqState(online=True, boot="b2")))
    store.answer_offers(through=2)
    assert Stored(stream=stream(), through=2, gap=True) in store.sent["k1"]
    again = batch(response(3), response(4), first=3)
    store.post(ev.BatchArrived("k1", again))
    assert store.stored()[-1] == Stored(stream=stream(), through=4)
    assert store.batches()[-1].events == again.events


def test_d6_a_duplicate_is_counted_and_answered_again(store: Store) -> None:
    store.hand_over(response(1))
    store.post(ev.BatchArrived("k1", batch(response(1))))
    assert store.gateway.intake.counts["duplicate"] == 1
    assert store.stored()[-1] == Stored(stream=stream(), through=1)


def test_d7_an_unreadable_event_is_passed_on(store: Store) -> None:
    store.post(ev.OfferArrived("k1", offer(stream(), 2)))
    store.post(ev.BatchArrived("k1", batch(b"\xff\x00 no event", response(2))))
    assert store.gateway.findings.undecodable == 1
    assert store.outbox.read(stream(), 1, 1, 100) == [b"\xff\x00 no event"]


def test_a_fresh_gateway_goes_on_from_what_hq_has(store: Store) -> None:
    store.post(ev.OfferArrived("k1", offer(stream(), 900, known=812, nonce=7)))
    assert store.stored() == [Stored(stream=stream(), through=812, nonce=7)]


def test_a_device_may_send_only_its_own_streams(store: Store) -> None:
    store.post(ev.BatchArrived("k1", batch(response(), of=stream("k2"))))
    store.post(ev.OfferArrived("k1", offer(stream("k2"), 1)))
    assert [type(one) for one in store.sent["k1"]] == [Refused, Refused]
    assert store.gateway.refusals.counts == {Kind.FOREIGN: 2}
    assert store.outbox.positions() == []


def test_a_message_that_only_a_receiver_sends_is_refused(store: Store) -> None:
    store.post(ev.UnexpectedArrived("k1", "Committed"))
    assert isinstance(store.sent["k1"][0], Refused)


def test_a_new_device_hears_what_stands(store: Store) -> None:
    store.hand_over(response(1, urgent=True), lane=Lane.URGENT)
    order = Instruction(instruction="i1", text={"en": "Open another till"})
    store.post(ev.InstructionArrived(order))
    store.post(ev.DeviceConnected("k2"))
    alarm, instruction = store.sent["k2"]
    assert isinstance(alarm, Alarm)
    assert not alarm.acknowledged
    assert instruction == order


def test_a_new_device_hears_of_the_newest_alarms_only(store: Store) -> None:
    many = [response(n, rating=1, urgent=True) for n in range(1, 61)]
    store.hand_over(*many, lane=Lane.URGENT)
    assert len(store.gateway.alarms.standing()) == 60
    store.post(ev.DeviceConnected("k2"))
    told = [one.response for one in store.sent["k2"] if isinstance(one, Alarm)]
    assert told == [f"r{n}" for n in range(60, 10, -1)]


def test_epochs_that_hq_has_whole_are_never_too_many(store: Store) -> None:
    store.post(ev.BrokerUp())
    for number in range(40):
        for lane in Lane:
            of = stream("k1", lane, f"e{number}")
            store.post(ev.OfferArrived("k1", offer(of, 1)))
            store.post(ev.BatchArrived("k1", batch(response(number), of=of)))
            store.commit(of, 1, nonce=store.offers()[-1].nonce)
    assert not any(isinstance(one, Refused) for one in store.sent["k1"])


def test_epochs_that_all_wait_for_hq_are_too_many_at_last(store: Store) -> None:
    for number in range(40):
        for lane in Lane:
            of = stream("k1", lane, f"e{number}")
            store.post(ev.OfferArrived("k1", offer(of, 1)))
            store.post(ev.BatchArrived("k1", batch(response(number), of=of)))
    assert any(isinstance(one, Refused) for one in store.sent["k1"])
    assert len(store.outbox.positions()) == 64


def test_presence_tells_of_devices_and_what_waits(store: Store) -> None:
    store.post(ev.DeviceConnected("k1"))
    state = DeviceState(
        device="k1", epoch="e1", program="kiosk", accepted={Lane.BULK: 3}, waiting=3, at=START
    )
    store.post(ev.DeviceStateArrived("k1", state))
    store.hand_over(response(1), response(2))
    store.post(ev.BrokerUp())
    said = store.states[-1].state
    assert (said.online, said.waiting, said.devices) == (True, 2, (state,))
    store.now = later(31)
    store.post(ev.Tick())
    assert len(store.states) == 2


def test_another_devices_state_is_refused(store: Store) -> None:
    state = DeviceState(device="k2", epoch="e", program="", accepted={}, waiting=0, at=START)
    store.post(ev.DeviceStateArrived("k1", state))
    assert isinstance(store.sent["k1"][0], Refused)


def test_a_receipt_and_the_rating_after_it_are_linked(store: Store) -> None:
    store.print("000123")
    store.now = later(20)
    store.hand_over(response(1, at=store.now))
    seen, linked = store.own(Lane.BULK)
    assert isinstance(seen, ReceiptSeen)
    assert isinstance(linked, ReceiptLinked)
    assert (linked.response, linked.number, linked.offset_ms) == ("r1", "000123", 20_000)
    assert store.gateway.today.shown.latest[0].number == "000123"


def test_a_rating_of_an_unknown_time_takes_no_receipt(store: Store) -> None:
    earlier_boot = Clock(boot="b0", mono_ms=5, wall_ms=0, quality=ClockQuality.UNSYNCED)
    store.post(receipt(1))
    store.now = later(5)
    store.hand_over(response(1, at=earlier_boot))
    seen, unlinked = store.own(Lane.BULK)
    assert isinstance(seen, ReceiptSeen)
    assert isinstance(unlinked, ReceiptUnlinked)
    assert unlinked.why is WhyUnlinked.TIME_UNKNOWN
    assert sum(store.gateway.today.shown.taps) == 1


def test_hq_is_there_once_it_answers_and_gone_with_the_link(store: Store) -> None:
    assert store.gateway.hq.cut_since_ms == START.wall_ms
    store.post(ev.BrokerUp())
    store.post(ev.HqStateArrived("i1", HqState(online=True, boot="b1")))
    assert store.gateway.hq.cut_since_ms is None
    store.now = later(60)
    store.post(ev.BrokerLost("gone"))
    assert store.gateway.hq.cut_since_ms == later(60).wall_ms


def test_an_old_copy_of_the_outbox_renews_its_epoch_once(store: Store) -> None:
    store.print("1")
    before = store.outbox.epoch
    store.post(ev.BrokerUp())
    own = store.outbox.stream(Lane.BULK)
    store.commit(own, 50, nonce=store.offers()[-1].nonce)
    assert store.outbox.epoch != before
    assert store.gateway.identity.epoch == store.outbox.epoch
    last = store.offers()[-1]
    assert (last.stream.epoch, last.head) == (store.outbox.epoch, 1)


def test_d5_an_own_earlier_epoch_is_sent_again_to_an_hq_that_lost_it(store: Store) -> None:
    store.post(receipt(1))
    store.post(ev.BrokerUp())
    old = store.outbox.stream(Lane.BULK)
    store.answer_offers()
    store.commit(old, 1)
    store.post(ev.BrokerLost("gone"))
    store.outbox.renew_epoch()
    store.restart()
    epoch = store.outbox.epoch
    store.post(ev.BrokerUp())
    [offer] = [one for one in store.offers() if one.stream == old and one.known == 1]
    store.commit(old, 0, nonce=offer.nonce)
    assert [(one.stream, one.first) for one in store.batches()][-1] == (old, 1)
    store.commit(old, 40)
    assert store.outbox.epoch == epoch, "HQ may well have more of an epoch that has ended"


def test_the_board_of_today_survives_a_restart(store: Store) -> None:
    store.hand_over(response(1, rating=5), response(2, rating=1))
    store.now = later(6)
    store.post(ev.Tick())
    store.restart()
    assert store.gateway.today.shown.taps == [1, 0, 0, 0, 1]


def test_d8_a_full_disk_confirms_nothing_and_heals_when_hq_has_committed(tmp_path: Path) -> None:
    store = Store(tmp_path, max_bytes=400_000)
    note = "排" * 140
    sent = 0
    while store.gateway.storage.trouble is None:
        assert sent < 2_000
        sent += 1
        store.hand_over(response(sent, note=note))
    through = store.outbox.position(stream()).head
    assert store.stored()[-1].through == through == sent - 1
    store.post(ev.BrokerUp())
    store.answer_offers()
    store.commit(stream(), through)
    store.hand_over(response(sent, note=note))
    assert store.stored()[-1].through == sent
    assert store.gateway.storage.trouble is None


def receipt(number: int) -> ev.ReaderSpoke:
    paper = Printed(kind=JobKind.RECEIPT, number=str(number))
    return ev.ReaderSpoke(reader="4", till="4", touchpoint="till-4", said=paper)


def test_hqs_word_and_a_new_own_event_may_share_a_commit(store: Store) -> None:
    store.post(ev.BrokerUp())
    store.post(receipt(1))
    own, epoch = store.outbox.stream(Lane.BULK), store.outbox.epoch
    store.answer_offers()
    store.held = True
    store.commit(own, 1)
    store.post(receipt(2))
    store.held = False
    store.flush()
    assert store.batches()[-1].first == 2
    store.commit(own, 2)
    assert store.outbox.epoch == epoch
    assert store.outbox.position(own).committed == 2


def test_a_relayed_event_that_shares_a_commit_with_hqs_word_goes_up(store: Store) -> None:
    store.post(ev.BrokerUp())
    store.hand_over(response(1))
    store.answer_offers()
    store.held = True
    store.commit(stream(), 1)
    store.post(ev.HqStateArrived("i1", HqState(online=True, boot="b2")))
    store.post(ev.BatchArrived("k1", batch(response(2), first=2)))
    store.held = False
    store.flush()
    store.answer_offers(through=1)
    assert [(one.first, len(one.events)) for one in store.batches()] == [(2, 1)]


def test_hqs_word_means_nothing_until_an_epoch_that_failed_is_renewed(store: Store) -> None:
    store.post(receipt(1))
    store.post(ev.BrokerUp())
    own = store.outbox.stream(Lane.BULK)
    store.held = True
    store.commit(own, 50, nonce=store.offers()[-1].nonce)
    assert store.jobs == [ev.RenewEpoch()]
    store.jobs.clear()
    store.post(ev.EpochNotRenewed())
    store.held = False
    for number in range(2, 53):
        store.post(receipt(number))
    store.commit(own, 52)
    assert store.outbox.position(own).committed == 0
    store.now = later(6)
    store.post(ev.Tick())
    assert store.outbox.epoch != own.epoch
    assert store.offers()[-1].head == 52


def test_d8_receipts_that_hq_has_make_room_for_the_taps_of_kiosks(tmp_path: Path) -> None:
    store = Store(tmp_path, max_bytes=400_000)
    store.post(ev.BrokerUp())
    store.post(receipt(1))
    store.answer_offers()
    own = store.outbox.stream(Lane.BULK)
    for number in range(2, 1_500):  # far beyond the quota
        store.post(receipt(number))
        store.commit(own, number)
    store.hand_over(*(response(n, note="排" * 140) for n in range(1, 101)))
    assert store.stored()[-1].through == 100
    assert store.gateway.storage.failures == 0
    oldest = store.outbox.position(own).oldest
    assert oldest > 1
    # HQ comes back from an old backup: it gets what is left, and hears what is not.
    store.published.clear()
    store.post(ev.HqStateArrived("i1", HqState(online=True, boot="b2")))
    store.answer_offers()
    store.now = later(10)
    store.post(ev.Tick())
    asked = next(one for one in store.offers() if one.stream == own)
    assert asked.oldest == oldest


class Chain:
    """A device with forty events, a till, the store, and an HQ that takes what comes in order."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.made = [batch(response(n)).events[0] for n in range(1, 41)]
        self.hq: dict[Stream, list[bytes]] = defaultdict(list)
        self.own = store.outbox.stream(Lane.BULK)

    def send(self, count: int = 3) -> None:
        """Let the device offer, and send on from the answer."""
        before = len(self.store.sent["k1"])
        head, known = len(self.made), len(self.hq[stream()])
        self.store.post(ev.OfferArrived("k1", offer(stream(), head, known=known, nonce=9)))
        new = self.store.sent["k1"][before:]
        answers = [one for one in new if isinstance(one, Stored) and one.nonce == 9]
        through = answers[-1].through if answers else head
        events = tuple(self.made[through : through + count])
        if events:
            self.store.post(ev.BatchArrived("k1", batch(*events, first=through + 1)))

    def push(self) -> None:
        """Let the device send on without asking, from what it was told last."""
        told = [one.through for one in self.store.stored()]
        if told:
            events = tuple(self.made[told[-1] : told[-1] + 2])
            if events:
                pushed = batch(*events, first=told[-1] + 1)
                self.store.post(ev.BatchArrived("k1", pushed))

    def print(self) -> None:
        """Let the till print a receipt: an event of the gateway's own."""
        self.store.post(receipt(1))

    def slow(self) -> None:
        self.store.held = True

    def fast(self) -> None:
        self.store.held = False
        self.store.flush()

    def restart(self) -> None:
        self.store.restart()

    def broker(self) -> None:
        self.store.post(ev.BrokerUp())

    def boot(self) -> None:
        """Let HQ's ingest start anew."""
        boot = f"b{self.store.now.mono_ms}"
        self.store.post(ev.HqStateArrived("i1", HqState(online=True, boot=boot)))

    def tick(self) -> None:
        self.store.post(ev.Tick())

    def take(self) -> None:
        """Let HQ take what was published."""
        published, self.store.published = self.store.published, []
        for message in published:
            kept = self.hq[message.stream]
            if isinstance(message, Batch) and message.first <= len(kept) + 1:
                kept.extend(message.events[len(kept) + 1 - message.first :])
            nonce = message.nonce if isinstance(message, Offer) else 0
            self.store.commit(message.stream, len(kept), nonce=nonce)
            self.store.post(ev.PublishEnded())

    def check_that_what_was_confirmed_is_on_disk(self) -> None:
        told = max((one.through for one in self.store.stored()), default=0)
        assert told == 0 or told <= self.store.outbox.position(stream()).head

    def check_that_nothing_stays_here(self) -> None:
        """Whatever is on disk goes up, without another event that pushes it."""
        for one in self.store.outbox.positions():
            assert len(self.hq[one.stream]) == one.head == one.committed

    def check_that_hq_has_all_of_it_once(self) -> None:
        assert self.hq[stream()] == self.made
        # A needless new epoch would send the own events again in streams of their own.
        assert self.store.outbox.stream(Lane.BULK) == self.own
        head = self.store.outbox.position(self.own).head
        assert self.hq[self.own] == self.store.outbox.read(self.own, 1, head, 10_000_000)
        assert all(one.committed == one.head for one in self.store.outbox.positions())


STEPS = st.sampled_from(
    [
        *("send", "send", "push", "print", "print", "take", "take"),
        *("slow", "fast", "restart", "broker", "boot", "tick"),
    ]
)
# HQ's answers come while writes wait, and share their commit.
ANSWERED_IN_A_RUSH = ["print", "broker", "take", "slow", "take", "print", "fast", "take"]
ASKING_IN_A_RUSH = ["broker", "send", "take", "slow", "take", "boot", "push", "fast", "take"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(steps=ANSWERED_IN_A_RUSH)
@example(steps=ASKING_IN_A_RUSH)
@given(steps=st.lists(STEPS, max_size=30))
def test_restart_at_any_point_loses_nothing_and_doubles_nothing(
    steps: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    chain = Chain(Store(tmp_path_factory.mktemp("store")))
    for number, step in enumerate(steps):
        chain.store.now = later(number * 4)
        getattr(chain, step)()
        chain.check_that_what_was_confirmed_is_on_disk()
    chain.fast()
    chain.broker()
    for _ in range(5):
        chain.take()
    chain.check_that_nothing_stays_here()
    for _ in range(40):
        chain.send(5)
        chain.take()
    chain.check_that_hq_has_all_of_it_once()
