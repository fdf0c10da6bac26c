"""Whatever one device sends, in any order, another device's stream is kept exactly (D2, D6)."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge_gateway import events as ev
from edge_gateway.admission import MOST_NEW_STREAMS
from edge_gateway.refusals import Kind
from protocols.messages import Batch, DeviceState, HopMessage, Lane, Offer, Refused, Stream
from tests.edge_gateway.field import START, Store, batch, offer, response, stream

SEQS = st.one_of(
    st.integers(0, 8),
    st.integers(0, 2**62 - 1),
    st.sampled_from([2**53, 2**53 + 1, 10_000_000, 10_000_001, 2**62 - 1]),
)
STREAMS = st.builds(
    stream,
    st.sampled_from(["evil", "evil", "evil", "honest", "g1"]),
    st.sampled_from(Lane),
    st.sampled_from(["e1", "e2", "e3"]),
)
OFFERS = st.builds(
    Offer, stream=STREAMS, oldest=SEQS, head=SEQS, floor=SEQS, known=SEQS, nonce=SEQS, told=SEQS
)
BATCHES = st.builds(
    Batch,
    stream=STREAMS,
    first=SEQS.map(lambda one: max(1, one)),
    floor=SEQS,
    events=st.lists(
        st.one_of(st.binary(max_size=40), st.just(batch(response(1)).events[0])),
        min_size=1,
        max_size=4,
    ).map(tuple),
)
STATES = st.builds(
    DeviceState,
    device=st.sampled_from(["evil", "honest"]),
    epoch=st.just("e1"),
    program=st.just("?"),
    accepted=st.dictionaries(st.sampled_from(Lane), SEQS),
    waiting=SEQS,
    at=st.just(START),
)


def event(message: HopMessage | str) -> ev.Event:
    match message:
        case Offer():
            return ev.OfferArrived("evil", message)
        case Batch():
            return ev.BatchArrived("evil", message)
        case DeviceState():
            return ev.DeviceStateArrived("evil", message)
        case "frame":
            return ev.MalformedArrived("evil", "not a hop message")
        case _:
            return ev.UnexpectedArrived("evil", "Committed")


MESSAGES = st.one_of(OFFERS, BATCHES, STATES, st.sampled_from(["frame", "unexpected"]))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(MESSAGES, st.booleans(), st.booleans()), max_size=25))
def test_another_devices_stream_stays_exact(
    story: list[tuple[HopMessage | str, bool, bool]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        of = stream("honest")
        sent: list[bytes] = []
        store.post(ev.OfferArrived("honest", offer(of, 0)))
        for message, honest_speaks, slow_disk in story:
            store.held = slow_disk
            store.post(event(message))
            if honest_speaks:
                made = batch(response(len(sent) + 1), of=of, first=len(sent) + 1)
                sent += made.events
                store.post(ev.BatchArrived("honest", made))
        store.held = False
        store.flush()
        kept = store.outbox.read(of, 1, len(sent), 10**9) if sent else []
        assert kept == sent
        assert store.outbox.position(of).head == len(sent)
        assert not any(isinstance(one, Refused) for one in store.sent["honest"])
        assert store.gateway.storage.trouble is None
        own: list[Stream] = [store.outbox.stream(lane) for lane in Lane]
        others = {one.stream.device for one in store.outbox.positions() if one.stream not in own}
        assert others <= {"evil", "honest"}
        store.outbox.close()


def test_d8_a_flood_is_held_back_and_the_others_go_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(tmp_path, quota_bytes=8_000_000)
    for device in ("evil", "honest"):
        store.post(ev.OfferArrived(device, offer(stream(device), 100_000)))
    head = 0
    for _ in range(10):
        many = batch(*[b"x" * 4_000] * 100, of=stream("evil"), first=head + 1)
        store.post(ev.BatchArrived("evil", many))
        head = store.outbox.position(stream("evil")).head
    assert 8_000_000 / 5 < head * 4_000 < 8_000_000 / 3
    answers = len(store.sent["evil"])
    for nonce in range(5):  # asking again gets no answer either, so its patience grows
        store.post(ev.OfferArrived("evil", offer(stream("evil"), 100_000, nonce=nonce)))
        store.post(ev.BatchArrived("evil", many))
    assert len(store.sent["evil"]) == answers
    assert store.gateway.refusals.counts[Kind.SHARE] >= 11
    assert caplog.text.count("device=evil held back") == 1

    store.hand_over(*(response(n) for n in range(1, 200)), device="honest")
    assert store.stored("honest")[-1].through == 199
    urgent = stream("evil", Lane.URGENT)
    store.post(ev.OfferArrived("evil", offer(urgent, 1)))
    store.post(ev.BatchArrived("evil", batch(response(1), of=urgent)))
    assert store.stored("evil")[-1].stream == urgent  # D1: its warning passes

    # What HQ commits makes room: the last offer is answered then, and the device goes on.
    some = head // 4
    for through, answered in ((some, False), (head, True)):
        store.outbox.commit_through(stream("evil"), through)
        before_it = len(store.stored("evil"))
        store.post(ev.StreamChanged(store.outbox.position(stream("evil"))))
        assert (len(store.stored("evil")) > before_it) is answered
    assert (store.stored("evil")[-1].nonce, store.stored("evil")[-1].through) == (4, head)
    store.outbox.close()


def test_d1_epochs_without_end_are_refused_and_leave_no_rows(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for n in range(MOST_NEW_STREAMS + 50):
        store.post(ev.OfferArrived("evil", offer(stream("evil", epoch=f"e{n}"), 0)))
    assert store.gateway.refusals.counts == {Kind.EPOCHS: 50}
    assert len(store.outbox.positions()) == MOST_NEW_STREAMS
    store.hand_over(response(1), device="honest")
    assert store.stored("honest")[-1].through == 1
    store.outbox.close()


def test_a_device_that_was_held_back_in_the_midst_of_batches_is_asked_to_go_on(
    tmp_path: Path,
) -> None:
    store = Store(tmp_path, quota_bytes=1_000_000)
    store.post(ev.OfferArrived("k1", offer(stream(), 1_000)))
    for first in (1, 101):
        store.post(ev.BatchArrived("k1", batch(*[b"x" * 4_000] * 100, first=first)))
    assert store.stored()[-1].through == 100
    store.outbox.commit_through(stream(), 100)
    store.post(ev.StreamChanged(store.outbox.position(stream())))
    assert (store.stored()[-1].through, store.stored()[-1].gap) == (100, True)
    count = len(store.stored())
    store.post(ev.StreamChanged(store.outbox.position(stream())))
    assert len(store.stored()) == count  # once is enough
    store.outbox.close()
