from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.streams import BATCH_BYTES, BATCH_EVENTS, Device, Streams
from outbox import Outbox, OutboxDamaged
from protocols.briefs import BriefKind
from protocols.messages import (
    Batch,
    Clock,
    Committed,
    HopMessage,
    Lane,
    Offer,
    Stored,
    Stream,
)

DEVICE = Device(
    program="storeloop-kiosk 0",
    touchpoint="till-4",
    survey_version=3,
    briefs={BriefKind.SURVEY: "7"},
    codes_left=12,
    responses=40,
    marked=2,
)


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    log = Outbox.open(tmp_path / "outbox.db", device="kiosk-1", program="test")
    yield log
    log.close()


def streams(outbox: Outbox) -> Streams:
    return Streams(outbox, lambda: DEVICE, nonce=1, jitter=0.0)


def accept_offers(over: Streams, messages: list[HopMessage], through: int = 0) -> list[HopMessage]:
    sent: list[HopMessage] = []
    for offer in messages:
        assert isinstance(offer, Offer)
        answer = Stored(stream=offer.stream, through=through, nonce=offer.nonce)
        sent += over.answered(answer, 1)
    return sent


def test_new_link_offers_the_urgent_lane_first(outbox: Outbox) -> None:
    offers = streams(outbox).linked(1)
    assert [m.stream.lane for m in offers if isinstance(m, Offer)] == [Lane.URGENT, Lane.BULK]


def test_what_waits_is_sent_after_the_offer_is_answered_d3(outbox: Outbox) -> None:
    outbox.append(Lane.BULK, b"one", 1)
    outbox.append(Lane.URGENT, b"two", 1)
    over = streams(outbox)
    sent = accept_offers(over, over.linked(1))
    assert [m.events for m in sent if isinstance(m, Batch)] == [(b"two",), (b"one",)]


def test_what_comes_later_is_sent_at_once(outbox: Outbox) -> None:
    over = streams(outbox)
    accept_offers(over, over.linked(1))
    outbox.append(Lane.BULK, b"one", 1)
    [batch] = over.appended(2)
    assert isinstance(batch, Batch)
    assert (batch.first, batch.events) == (1, (b"one",))
    assert over.appended(3) == []


def test_nothing_is_sent_without_a_link(outbox: Outbox) -> None:
    over = streams(outbox)
    outbox.append(Lane.BULK, b"one", 1)
    assert over.appended(2) == []


def test_backlog_goes_in_batches_of_bounded_size(outbox: Outbox) -> None:
    outbox.append_many(Lane.BULK, [b"x" * 16_000] * (BATCH_EVENTS // 2), 1)
    over = streams(outbox)
    batches = [m for m in accept_offers(over, over.linked(1)) if isinstance(m, Batch)]
    assert sum(len(batch.events) for batch in batches) == BATCH_EVENTS // 2
    assert max(sum(map(len, batch.events)) for batch in batches) <= BATCH_BYTES


def test_outbox_forgets_after_committed_only_d5(outbox: Outbox) -> None:
    outbox.append(Lane.BULK, b"one", 1)
    over = streams(outbox)
    accept_offers(over, over.linked(1))
    stream = outbox.stream(Lane.BULK)
    over.answered(Stored(stream=stream, through=1), 2)
    assert outbox.position(stream).committed == 0
    over.committed(Committed(stream=stream, through=1))
    assert outbox.position(stream).committed == 1


def test_committed_beyond_what_was_made_is_not_believed(outbox: Outbox) -> None:
    over = streams(outbox)
    over.committed(Committed(stream=outbox.stream(Lane.BULK), through=99))
    assert outbox.position(outbox.stream(Lane.BULK)).committed == 0


def test_gateway_that_lost_events_gets_them_again_d5(outbox: Outbox) -> None:
    outbox.append_many(Lane.BULK, [b"one", b"two"], 1)
    over = streams(outbox)
    accept_offers(over, over.linked(1), through=0)
    stream = outbox.stream(Lane.BULK)
    over.answered(Stored(stream=stream, through=2), 2)
    [offer] = over.answered(Stored(stream=stream, through=0, gap=True), 3)
    [batch] = accept_offers(over, [offer])
    assert isinstance(batch, Batch)
    assert batch.events == (b"one", b"two")


def test_old_copy_of_the_outbox_starts_a_new_epoch(outbox: Outbox) -> None:
    before = outbox.epoch
    over = streams(outbox)
    offers = over.linked(1)
    assert isinstance(offers[1], Offer)
    answer = Stored(stream=offers[1].stream, through=7, nonce=offers[1].nonce)
    again = over.answered(answer, 2)
    assert outbox.epoch != before
    assert {m.stream.epoch for m in again if isinstance(m, Offer)} == {outbox.epoch}


def test_state_counts_what_was_accepted_and_what_waits(outbox: Outbox) -> None:
    outbox.append_many(Lane.BULK, [b"one", b"two", b"three"], 1)
    outbox.commit_through(outbox.stream(Lane.BULK), 1)
    state = streams(outbox).state(Clock(boot="b", mono_ms=1, wall_ms=1))
    assert (state.accepted[Lane.BULK], state.accepted[Lane.URGENT], state.waiting) == (3, 0, 2)
    assert (state.touchpoint, state.survey_version) == ("till-4", 3)
    assert (state.briefs, state.codes_left) == ({BriefKind.SURVEY: "7"}, 12)
    assert (state.responses, state.marked) == (40, 2)


def test_silent_gateway_is_asked_again_when_time_has_passed(outbox: Outbox) -> None:
    over = streams(outbox)
    over.linked(0)
    deadline = over.deadline_ms
    assert deadline is not None
    assert over.tick(deadline - 1) == []
    assert len(over.tick(deadline)) == 2
    over.lost()
    assert over.deadline_ms is None


def renewed(outbox: Outbox, *, committed: int) -> Stream:
    """Give the outbox three events, end their epoch and return their stream."""
    outbox.append_many(Lane.BULK, [b"one", b"two", b"three"], 1)
    old = outbox.stream(Lane.BULK)
    outbox.commit_through(old, committed)
    outbox.renew_epoch()
    return old


def test_d5_an_earlier_epoch_is_sent_again_to_an_hq_that_lost_it(outbox: Outbox) -> None:
    old = renewed(outbox, committed=2)
    over = streams(outbox)
    offers = [m for m in over.linked(1) if isinstance(m, Offer)]
    assert [offer.stream.lane for offer in offers] == [Lane.URGENT, Lane.BULK, Lane.BULK]
    assert (offers[2].stream, offers[2].head, offers[2].known) == (old, 2, 2)
    [batch] = over.answered(Stored(stream=old, through=1, nonce=offers[2].nonce), 2)
    assert isinstance(batch, Batch)
    assert (batch.first, batch.events) == (2, (b"two",))


def test_hq_has_more_of_an_earlier_epoch_and_no_epoch_is_renewed_again(outbox: Outbox) -> None:
    old = renewed(outbox, committed=1)
    epoch = outbox.epoch
    over = streams(outbox)
    offers = [m for m in over.linked(1) if isinstance(m, Offer)]
    assert over.answered(Stored(stream=old, through=3, nonce=offers[2].nonce), 2) == []
    over.committed(Committed(stream=old, through=3))
    assert outbox.epoch == epoch
    assert outbox.position(old).committed == 1


def test_an_earlier_epoch_that_holds_nothing_is_not_offered(outbox: Outbox) -> None:
    renewed(outbox, committed=0)
    assert len(streams(outbox).linked(1)) == 2


def test_accounts_count_each_event_once_earlier_epochs_included(outbox: Outbox) -> None:
    old = renewed(outbox, committed=2)
    outbox.append(Lane.URGENT, b"four", 7)
    state = streams(outbox).state(Clock(boot="b", mono_ms=1, wall_ms=1))
    told = {(one.epoch, one.lane): one for one in state.streams}
    assert sum(one.accepted for one in state.streams) == 4
    assert told[old.epoch, Lane.BULK].accepted == told[old.epoch, Lane.BULK].committed == 2
    assert told[outbox.epoch, Lane.BULK].oldest_waiting_ms == 1
    assert told[outbox.epoch, Lane.URGENT].oldest_waiting_ms == 7
    assert state.waiting == 2


def test_d5_what_a_gateway_lost_is_logged_once_and_sent_again(
    outbox: Outbox, caplog: pytest.LogCaptureFixture
) -> None:
    outbox.append_many(Lane.BULK, [b"one", b"two", b"three"], 1)
    stream = outbox.stream(Lane.BULK)
    over = streams(outbox)
    accept_offers(over, over.linked(1))
    over.answered(Stored(stream=stream, through=3), 2)
    for through in (0, 1):  # a new disk, and a link that breaks while it is filled again
        over.lost()
        offers = [m for m in over.linked(3) if isinstance(m, Offer)]
        assert offers[1].told == 3
        [batch] = over.answered(Stored(stream=stream, through=through, nonce=offers[1].nonce), 4)
        assert isinstance(batch, Batch)
        assert batch.first == through + 1
    [line] = [record.getMessage() for record in caplog.records]
    assert f"lost seq 1-3 of lane bulk (epoch {outbox.epoch})" in line


def test_what_was_forgotten_to_make_room_is_never_sent_under_another_seq(outbox: Outbox) -> None:
    outbox.append_many(Lane.BULK, [b"one", b"two", b"three"], 1)
    stream = outbox.stream(Lane.BULK)
    outbox.commit_through(stream, 2)
    over = streams(outbox)
    offers = [m for m in over.linked(1) if isinstance(m, Offer)]
    outbox.retain(10**14)  # between the offer and its answer
    assert over.answered(Stored(stream=stream, through=0, nonce=offers[1].nonce), 2) == []


def test_an_event_that_should_be_there_and_is_not_is_damage(outbox: Outbox) -> None:
    outbox.append_many(Lane.BULK, [b"one", b"two", b"three"], 1)
    outbox.database.execute("DELETE FROM events WHERE seq = 1")
    over = streams(outbox)
    with pytest.raises(OutboxDamaged, match="event 1 of bulk"):
        accept_offers(over, over.linked(1))
