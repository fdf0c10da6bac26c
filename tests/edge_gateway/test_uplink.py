import pytest

from edge_gateway import events as ev
from edge_gateway.uplink import MOST_IN_FLIGHT, Uplink
from protocols.delivery import Position
from protocols.messages import Committed, Lane, Stream
from tests.edge_gateway.field import stream

BULK, URGENT = stream(), stream(lane=Lane.URGENT)


def position(of: Stream, head: int, *, committed: int = 0, origin: bool = False) -> Position:
    return Position(
        stream=of, oldest=committed + 1, head=head, committed=committed, floor=1, origin=origin
    )


def uplink(*positions: Position) -> Uplink:
    return Uplink(positions, nonce=100, jitter=lambda: 0.0)


def answer(
    up: Uplink, of: Stream, commands: list[ev.Command], through: int = 0
) -> list[ev.Command]:
    """Let HQ answer the offer of one stream."""
    offers = [one.offer for one in commands if isinstance(one, ev.Publish)]
    nonce = next(one.nonce for one in offers if one.stream == of)
    return up.committed(Committed(stream=of, through=through, nonce=nonce), 10)


def test_every_stream_is_offered_when_the_link_comes() -> None:
    offered = uplink(position(BULK, 5), position(URGENT, 2)).link_up(0)
    assert [one.offer.head for one in offered if isinstance(one, ev.Publish)] == [5, 2]


def test_nothing_is_sent_without_a_link() -> None:
    up = uplink()
    assert up.changed(position(BULK, 1), 0) == []
    assert up.waiting() == 1


def test_d1_the_urgent_lane_overtakes_a_backlog() -> None:
    backlogs = [stream(f"k{n}") for n in range(4)]
    up = uplink(*(position(one, 100_000) for one in backlogs), position(URGENT, 0))
    offers = up.link_up(0)
    for _ in offers:
        up.published()
    answer(up, URGENT, offers)
    for one in backlogs:
        answer(up, one, offers)  # eight batches each: more than may be in flight
    assert up.changed(position(URGENT, 1), 20) == []
    (following,) = up.published()
    assert isinstance(following, ev.PublishBatch)
    assert following.stream == URGENT


def test_a_million_events_leave_few_at_a_time_and_an_urgent_one_overtakes() -> None:
    up = uplink(position(BULK, 1_000_000), position(URGENT, 0))
    offers = up.link_up(0)
    first = [*answer(up, URGENT, offers), *answer(up, BULK, offers)]
    first += [one for _ in offers for one in up.published()]
    waiting = [one for one in first if isinstance(one, ev.PublishBatch)]
    at_hq, sent, ahead = 0, 0, 0
    while waiting:
        assert len(waiting) <= MOST_IN_FLIGHT  # all that the writer reads and paho holds
        one = waiting.pop(0)
        sent += 1
        if one.stream == URGENT:
            ahead = sent
            break
        at_hq = one.last
        more = up.published() + up.committed(Committed(stream=BULK, through=at_hq), sent)
        if at_hq == 500_000:
            more += up.changed(position(URGENT, 1), sent)
            sent = 0
        waiting += [one for one in more if isinstance(one, ev.PublishBatch)]
    assert 0 < ahead <= MOST_IN_FLIGHT + 1


def test_few_are_in_flight_and_each_end_makes_room() -> None:
    streams = [stream(f"k{n}") for n in range(30)]
    up = uplink(*(position(one, 1) for one in streams))
    assert len(up.link_up(0)) == MOST_IN_FLIGHT
    assert len(up.published()) == 1


def test_what_hq_has_is_forgotten_once() -> None:
    up = uplink(position(BULK, 5))
    commands = answer(up, BULK, up.link_up(0), through=5)
    assert commands == [ev.Forget(BULK, 5)]
    up.changed(position(BULK, 5, committed=5), 10)
    assert up.waiting() == 0


def test_a_lost_link_drops_the_queue_and_a_new_one_offers_again() -> None:
    up = uplink(position(BULK, 100_000))
    answer(up, BULK, up.link_up(0))
    up.link_down()
    assert up.published() == []
    again = up.link_up(50)
    assert len(again) == 1
    assert isinstance(again[0], ev.Publish)


def test_an_overdue_answer_makes_it_ask_again() -> None:
    up = uplink(position(BULK, 1))
    up.link_up(0)
    assert up.tick(1_000) == []
    assert isinstance(up.tick(4_000)[0], ev.Publish)


def test_what_is_forgotten_here_is_taken_again_from_the_device() -> None:
    up = uplink(position(BULK, 9, committed=6))
    commands = answer(up, BULK, up.link_up(0), through=3)
    assert ev.TakeAgain(BULK, 3) in commands


def test_an_own_stream_of_which_hq_knows_more_is_renewed() -> None:
    up = uplink(position(BULK, 2, origin=True))
    assert ev.RenewEpoch() in answer(up, BULK, up.link_up(0), through=50)
    up.replace([position(URGENT, 1)])
    assert not up.knows(BULK)


def test_d5_what_hq_lost_of_an_own_stream_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    up = uplink(position(BULK, 9, committed=6, origin=True))
    for _ in range(3):  # its answers are lost, so it is asked again
        answer(up, BULK, up.link_up(0), through=3)
    assert [one.getMessage() for one in caplog.records] == [
        "own stream, lane bulk: HQ lacks 4-6, which it had committed; they are sent again"
    ]
