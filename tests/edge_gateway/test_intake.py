import pytest
from msgspec import structs

from edge_gateway import events as ev
from edge_gateway.intake import HIGHEST_SEQ, MOST_EVENTS_HELD, Intake
from edge_gateway.refusals import Kind
from protocols.delivery import Position
from protocols.messages import Batch, Committed, DeviceState, Lane, Stored, Stream, StreamAccount
from tests.edge_gateway.field import START, batch, offer, response, stream


def position(head: int, *, committed: int | None = None, of: Stream | None = None) -> Position:
    return Position(
        stream=of or stream(),
        oldest=1,
        head=head,
        committed=head if committed is None else committed,
        floor=1,
        origin=False,
    )


def events(first: int, count: int, floor: int = 1) -> Batch:
    return batch(*(response(first + n) for n in range(count)), first=first, floor=floor)


def test_an_offer_asks_the_disk_and_is_answered_from_it() -> None:
    intake = Intake([])
    assert intake.offered("k1", offer(stream(), 9, known=3)) == [
        ev.OpenStream("k1", stream(), 3, 1, 1)
    ]
    answer = intake.opened(ev.StreamOpened("k1", position(3), 3, 1))
    assert answer == [ev.AnswerDevice("k1", Stored(stream=stream(), through=3, nonce=1))]


def test_a_device_that_was_away_hears_what_hq_committed_meanwhile() -> None:
    answers = Intake([]).opened(ev.StreamOpened("k1", position(9, committed=7), 3, 1))
    assert answers[1] == ev.AnswerDevice("k1", Committed(stream=stream(), through=7))


def test_only_what_is_new_is_kept() -> None:
    intake = Intake([position(2)])
    taken = intake.arrived("k1", events(2, 3), position(2))
    assert isinstance(taken, ev.Relayed)
    assert (taken.first, len(taken.payloads), taken.through) == (3, 2, 4)


def test_d6_a_gap_is_answered_with_the_watermark() -> None:
    intake = Intake([position(2)])
    answer = intake.arrived("k1", events(5, 1), position(2))
    assert answer == [ev.AnswerDevice("k1", Stored(stream=stream(), through=2, gap=True))]


def test_a_batch_before_any_offer_makes_the_device_offer() -> None:
    answer = Intake([]).arrived("k1", events(1, 1), None)
    assert answer == [ev.AnswerDevice("k1", Stored(stream=stream(), through=0, gap=True))]


def test_a_duplicate_of_what_is_not_on_disk_yet_gets_no_answer() -> None:
    intake = Intake([position(0)])
    intake.arrived("k1", events(1, 2), position(0))
    assert intake.arrived("k1", events(1, 2), position(0)) == []


def test_a_hole_waits_until_what_lies_before_it_is_at_hq() -> None:
    intake = Intake([position(2, committed=1)])
    later = events(7, 2, floor=7)
    assert intake.arrived("k1", later, position(2, committed=1)) == []
    taken = intake.arrived("k1", later, position(2))
    assert isinstance(taken, ev.Relayed)
    assert taken.hole == (3, 6)


def test_a_failed_write_goes_back_to_the_disk() -> None:
    intake = Intake([position(0)])
    intake.arrived("k1", events(1, 2), position(0))
    intake.failed(position(0))
    assert isinstance(intake.arrived("k1", events(1, 2), position(0)), ev.Relayed)


def test_an_offer_that_makes_no_sense_is_refused() -> None:
    answers = Intake([]).offered("k1", offer(stream(), 2, oldest=9))
    assert isinstance(answers[0], ev.RefuseDevice)


@pytest.mark.parametrize(
    ("oldest", "head"),
    [(1, MOST_EVENTS_HELD + 1), (1, 2**61 - 1), (HIGHEST_SEQ + 1, HIGHEST_SEQ + 1)],
)
def test_an_offer_of_more_than_anybody_holds_is_refused_and_counted(oldest: int, head: int) -> None:
    intake = Intake([])
    (answer,) = intake.offered("k1", offer(stream(), head, oldest=oldest))
    assert isinstance(answer, ev.RefuseDevice)
    assert answer.kind is Kind.IMPOSSIBLE


def test_an_offer_of_all_that_a_device_can_hold_is_taken() -> None:
    (answer,) = Intake([]).offered("k1", offer(stream(), MOST_EVENTS_HELD))
    assert isinstance(answer, ev.OpenStream)


def test_a_batch_that_leaps_further_than_anybody_holds_is_refused() -> None:
    intake = Intake([position(2)])
    far = events(2**60, 1, floor=2**60)
    (answer,) = intake.arrived("k1", far, position(2))  # type: ignore[misc]
    assert isinstance(answer, ev.RefuseDevice)
    assert answer.kind is Kind.LEAP


@pytest.mark.parametrize("lie", [{"known": 10}, {"told": 10}])
def test_what_nobody_can_have_been_told_is_refused(lie: dict[str, int]) -> None:
    held = offer(stream(), 9)
    (answer,) = Intake([]).offered("k1", structs.replace(held, **lie))
    assert isinstance(answer, ev.RefuseDevice)
    assert answer.kind is Kind.IMPOSSIBLE


@pytest.mark.parametrize(
    ("waiting", "accepted"), [(2**61 - 1, 0), (MOST_EVENTS_HELD + 1, 0), (0, HIGHEST_SEQ + 1)]
)
def test_an_account_that_cannot_be_true_is_refused_and_counted(waiting: int, accepted: int) -> None:
    intake = Intake([])
    said = state(waiting, accepted)
    (answer,) = intake.stated("k1", said)
    assert isinstance(answer, ev.RefuseDevice)
    assert answer.kind is Kind.IMPOSSIBLE
    assert intake.stated("k1", state(MOST_EVENTS_HELD, HIGHEST_SEQ)) == []


@pytest.mark.parametrize(("accepted", "committed"), [(HIGHEST_SEQ + 1, 0), (2**61, 2**61), (4, 5)])
def test_an_account_of_a_stream_that_cannot_be_true_is_refused(
    accepted: int, committed: int
) -> None:
    one = StreamAccount(epoch="e1", lane=Lane.BULK, accepted=accepted, committed=committed)
    (answer,) = Intake([]).stated("k1", structs.replace(state(0, 0), streams=(one,)))
    assert isinstance(answer, ev.RefuseDevice)
    assert answer.kind is Kind.IMPOSSIBLE


def test_nobody_can_send_again_more_than_a_device_holds() -> None:
    said = structs.replace(offer(stream(), HIGHEST_SEQ, oldest=HIGHEST_SEQ), floor=1)
    (answer,) = Intake([]).offered("k1", structs.replace(said, told=HIGHEST_SEQ))
    assert isinstance(answer, ev.RefuseDevice)
    assert answer.kind is Kind.IMPOSSIBLE


def state(waiting: int, accepted: int) -> DeviceState:
    return DeviceState(
        device="k1",
        epoch="e1",
        program="kiosk",
        accepted={Lane.BULK: accepted},
        waiting=waiting,
        at=START,
    )
