"""D1-D6: whatever is lost, doubled, reordered or restarted, HQ has each event once, in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.delivery import (
    Accept,
    Answered,
    Appended,
    Diverged,
    Duplicate,
    Gap,
    LinkDown,
    LinkUp,
    Position,
    Receiver,
    ReceiverLost,
    Release,
    Rewind,
    SendBatch,
    Sender,
    SendOffer,
    Tick,
)
from tests.protocols.chain import STREAM, Chain

Step = Callable[[Chain], object]

# Each step with how often it comes: links mostly stand and messages mostly move, or nothing would
# ever get far enough for a fault to matter.
FAULTS: dict[Step, int] = {
    lambda chain: chain.tap(chain.random.randrange(1, 30)): 6,
    lambda chain: [chain.move(faulty=True) for _ in range(20)]: 10,
    lambda chain: [chain.move(faulty=False) for _ in range(50)]: 5,
    lambda chain: chain.tick(chain.random.randrange(1, 20_000)): 6,
    lambda chain: chain.join(): 8,
    lambda chain: chain.cut(chain.to_gateway, chain.to_device): 1,
    lambda chain: chain.cut(chain.to_hq, chain.from_hq): 1,
    lambda chain: chain.restart_device(): 1,
    lambda chain: chain.restart_gateway(): 1,
    lambda chain: chain.restart_hq(): 1,
    lambda chain: chain.back_up_hq(): 1,
}
DISASTERS: dict[Step, int] = {
    lambda chain: chain.swap_gateway_disk(): 1,
    lambda chain: chain.restore_hq(): 1,
}


RENEWALS: dict[Step, int] = {lambda chain: chain.put_back_an_old_copy(): 2}


def check_history(seed: int, steps: dict[Step, int], *, devices: int = 1) -> Chain:
    random = Random(seed)
    chain = Chain(random, devices=devices)
    for step in random.choices(list(steps), list(steps.values()), k=80):
        step(chain)
        assert chain.in_order()
    chain.heal()
    assert chain.in_order()
    assert chain.whole()
    return chain


@given(seed=st.integers(0, 2**32))
@settings(max_examples=200, deadline=None)
def test_d2_d6_nothing_lost_nothing_twice_order_kept(seed: int) -> None:
    chain = check_history(seed, FAULTS)
    assert chain.hq_rows.get(STREAM, []) == chain.accepted[STREAM]
    assert chain.diverged == 0


@given(seed=st.integers(0, 2**32))
@settings(max_examples=200, deadline=None)
def test_d5_a_lost_gateway_disk_or_an_old_hq_backup_heals_from_the_device(seed: int) -> None:
    chain = check_history(seed, FAULTS | DISASTERS)
    assert chain.hq_rows.get(STREAM, []) == chain.accepted[STREAM]
    assert chain.diverged == 0


@given(seed=st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_d5_renewed_epochs_of_several_devices_heal_too(seed: int) -> None:
    check_history(seed, FAULTS | DISASTERS | RENEWALS, devices=2)


def renewed_then_restored(*, epochs_offered: bool) -> Chain:
    """Return a chain whose HQ went back to a backup that is older than a device's new epoch."""
    chain = Chain(Random(3))
    chain.epochs_offered = epochs_offered
    chain.tap(40)
    chain.put_back_an_old_copy()
    assert chain.diverged == 1
    chain.tap(5)
    chain.heal()
    assert chain.whole()
    chain.restore_hq()  # nothing was backed up yet but an empty database
    chain.heal()
    return chain


def test_d5_an_hq_backup_older_than_a_new_epoch_heals_from_the_ended_one() -> None:
    assert renewed_then_restored(epochs_offered=True).whole()


def test_an_ended_epoch_that_is_not_offered_would_be_seen_as_a_loss() -> None:
    assert not renewed_then_restored(epochs_offered=False).whole()


def test_a_receiver_that_answers_before_it_stores_would_be_seen() -> None:
    """The model can see a loss: a gateway that confirms what it does not keep loses it."""
    chain = Chain(Random(1))
    chain.tap(10)
    chain.join()
    while chain.move(faulty=False):
        if STREAM in chain.gateway_disks and chain.gateway_disks[STREAM].head == 10:
            break
    chain.gateway_disks[STREAM].rows[5] = b"not what was tapped"
    chain.cut(chain.to_hq, chain.from_hq)
    chain.heal()
    assert not chain.in_order()


def at(head: int, *, oldest: int = 1, floor: int = 1, origin: bool = True) -> Position:
    return Position(
        stream=STREAM, oldest=oldest, head=head, committed=0, floor=floor, origin=origin
    )


def linked(position: Position, through: int = 0) -> tuple[Sender, list[object]]:
    sender = Sender(position, nonce=7)
    assert sender.handle(LinkUp(0)) == [SendOffer(position, 8, 0)]
    return sender, list(sender.handle(Answered(through, False, 8, 1)))


def test_sender_asks_first_and_goes_on_where_the_receiver_stands() -> None:
    _, commands = linked(at(10), through=4)
    assert commands == [Release(STREAM, 4), SendBatch(STREAM, 5, 10, 1)]


def test_sender_keeps_no_more_than_its_window_in_flight() -> None:
    sender, commands = linked(at(100_000))
    assert len(commands) == 1 + 8
    more = sender.handle(Answered(500, False, 0, 2))
    assert more == [Release(STREAM, 500), SendBatch(STREAM, 4001, 4500, 1)]


def test_sender_asks_again_when_no_answer_comes_and_waits_longer_each_time() -> None:
    sender, _ = linked(at(10))
    assert sender.handle(Tick(2_000)) == []
    waits = []
    now = 0
    for _ in range(8):
        deadline = sender.deadline_ms
        assert deadline is not None
        waits.append(deadline - now)
        now = deadline
        assert isinstance(sender.handle(Tick(now))[0], SendOffer)
    assert waits[1:] == sorted(waits[1:])
    assert max(waits) == 60_000


def test_an_idle_sender_asks_now_and_then_whether_the_receiver_still_has_it_all() -> None:
    sender, _ = linked(at(10), through=10)
    assert sender.idle
    deadline = sender.deadline_ms
    assert deadline is not None
    assert sender.handle(Tick(deadline - 1)) == []
    assert isinstance(sender.handle(Tick(deadline))[0], SendOffer)


def test_answers_to_an_older_offer_change_nothing() -> None:
    sender = Sender(at(10), nonce=7)
    sender.handle(LinkUp(0))
    sender.handle(LinkUp(1))
    assert sender.handle(Answered(10, False, 8, 2)) == []


def test_a_gap_makes_the_sender_ask() -> None:
    sender, _ = linked(at(10))
    assert sender.handle(Answered(0, True, 0, 2)) == [SendOffer(at(10), 9, 0)]


def test_an_offer_says_how_far_the_receiver_said_to_have_it() -> None:
    sender, _ = linked(at(10), through=7)
    sender.handle(LinkDown())
    (offer,) = sender.handle(LinkUp(5))
    assert isinstance(offer, SendOffer)
    assert offer.message().told == 7


def test_an_offer_of_an_ended_stream_never_claims_more_than_it_has() -> None:
    ended = replace(at(10), ended=True)
    sender, _ = linked(ended, through=12)  # the receiver has what an older life of the file sent
    sender.handle(LinkDown())
    (offer,) = sender.handle(LinkUp(5))
    assert isinstance(offer, SendOffer)
    assert offer.message().told == 10


def test_late_answers_without_a_link_change_nothing() -> None:
    sender, _ = linked(at(10))
    sender.handle(LinkDown())
    assert sender.handle(Answered(10, False, 0, 3)) == []
    assert not sender.idle


def test_sender_sends_what_was_appended_meanwhile() -> None:
    sender, _ = linked(at(0))
    assert sender.idle
    assert sender.handle(Appended(at(1), 5)) == [SendBatch(STREAM, 1, 1, 1)]


def test_d5_a_relay_that_forgot_what_hq_lost_rewinds_the_device() -> None:
    relay = at(950, oldest=901, origin=False)
    _, commands = linked(relay, through=812)
    assert commands == [Release(STREAM, 812), Rewind(STREAM, 812)]


def test_a_device_file_that_is_an_old_copy_is_noticed() -> None:
    _, commands = linked(at(500), through=800)
    assert commands == [Diverged(STREAM, 800)]


def test_an_old_copy_that_has_grown_past_the_receiver_is_noticed_too() -> None:
    sender = Sender(at(100), nonce=7)
    sender.handle(Appended(at(160), 0))  # taps without a link
    sender.handle(LinkUp(0))
    assert sender.handle(Answered(150, False, 8, 1)) == [Diverged(STREAM, 150)]


def test_what_was_sent_since_the_start_is_no_old_copy() -> None:
    sender, _ = linked(at(100))
    sender.handle(Appended(at(160), 2))
    sender.handle(LinkDown())
    sender.handle(LinkUp(3))
    assert sender.handle(Answered(160, False, 9, 4)) == [Release(STREAM, 160)]


def test_a_relay_behind_hq_goes_on_from_hq() -> None:
    _, commands = linked(at(5, oldest=6, origin=False), through=9)
    assert commands == [Release(STREAM, 9)]


def test_d5_what_even_the_device_forgot_is_a_recorded_hole_not_a_blocked_stream() -> None:
    _, commands = linked(at(900, oldest=880, floor=880), through=812)
    assert commands[1] == SendBatch(STREAM, 880, 900, 880)
    assert Receiver(812).arrived(880, 21, 880) == Accept(0, 900, (813, 879))


@pytest.mark.parametrize(
    ("first", "count", "verdict"),
    [
        (1, 10, Duplicate(10)),
        (11, 5, Accept(0, 15)),
        (8, 5, Accept(3, 12)),
        (12, 5, Gap(10)),
    ],
)
def test_d6_receiver_takes_what_is_new_and_in_order(
    first: int, count: int, verdict: Accept | Duplicate | Gap
) -> None:
    receiver = Receiver(10)
    assert receiver.arrived(first, count, floor=1) == verdict
    assert receiver.through == max(10, verdict.through)


def test_hq_has_more_of_an_ended_stream_and_it_is_no_old_copy() -> None:
    ended = replace(at(5), ended=True)
    _, commands = linked(ended, through=9)
    assert commands == [Release(STREAM, 9)]


def test_what_a_receiver_lost_is_said_once() -> None:
    sender, _ = linked(at(10), through=8)
    said = []
    for nonce, through in ((9, 2), (10, 4)):  # and a link that breaks while it is made good
        sender.handle(LinkDown())
        sender.handle(LinkUp(5))
        said += [
            command
            for command in sender.handle(Answered(through, False, nonce, 6))
            if isinstance(command, ReceiverLost)
        ]
    assert said == [ReceiverLost(STREAM, 3, 8)]


def test_a_receiver_that_lost_what_hq_had_committed_is_noticed_after_a_restart() -> None:
    sender = Sender(replace(at(10), committed=7), nonce=7)
    sender.handle(LinkUp(0))
    assert sender.handle(Answered(3, False, 8, 1))[0] == ReceiverLost(STREAM, 4, 7)
