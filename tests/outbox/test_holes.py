from pathlib import Path

import pytest

from outbox import Outbox
from outbox.file import read_only
from outbox.holes import Hole, give_up, holes
from protocols.delivery import Accept, Answered, LinkUp, Receiver, SendBatch, Sender
from protocols.messages import Lane, Stream

BULK = Stream(device="k1", epoch="e1", lane=Lane.BULK)


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    """Return one of a gateway whose HQ came back from an old backup, with the device dead."""
    one = Outbox.open(tmp_path / "outbox.db", device="g1", program="test")
    one.store(BULK, 1, [b"%d" % n for n in range(1, 11)], 1_000)
    one.commit_through(BULK, 6)
    one.rewind(BULK, 2)
    return one


def test_a_hole_is_found_beside_the_program_that_holds_the_outbox(outbox: Outbox) -> None:
    connection = read_only(outbox.path)
    assert holes(connection) == [Hole(stream=BULK, first=3, last=6, held_through=10)]
    connection.close()
    outbox.close()


def test_a_stream_that_is_whole_has_none(tmp_path: Path) -> None:
    outbox = Outbox.open(tmp_path / "outbox.db", device="g1", program="test")
    outbox.store(BULK, 1, [b"a", b"b"], 1_000)
    outbox.append(Lane.URGENT, b"own", 1_000)
    assert holes(outbox.database) == []
    outbox.close()


def test_d5_what_lies_above_a_hole_that_was_given_up_goes_to_hq_which_records_it(
    outbox: Outbox,
) -> None:
    (hole,) = holes(outbox.database)
    give_up(outbox, hole)
    assert holes(outbox.database) == []
    position = outbox.position(BULK)
    assert (position.oldest, position.head, position.floor, position.committed) == (7, 10, 7, 2)

    sender, hq = Sender(position, nonce=1), Receiver(2)
    sender.handle(LinkUp(0))
    (batch,) = [
        one for one in sender.handle(Answered(2, False, 2, 0)) if isinstance(one, SendBatch)
    ]
    assert (batch.first, batch.last) == (7, 10)
    judged = hq.arrived(batch.first, 4, batch.floor)
    assert judged == Accept(0, 10, hole=(3, 6))
    assert outbox.read(BULK, 7, 10, 1_000) == [b"7", b"8", b"9", b"10"]
    outbox.close()


def test_of_several_holes_one_is_given_up_at_a_time(outbox: Outbox) -> None:
    with outbox.transaction():
        outbox.database.execute("DELETE FROM events WHERE seq = 9")
    (hole,) = holes(outbox.database)
    assert hole.held_through == 8
    give_up(outbox, hole)
    assert holes(outbox.database) == [Hole(stream=BULK, first=9, last=9, held_through=10)]
    outbox.close()


def test_a_device_that_comes_back_after_all_can_still_fill_it(outbox: Outbox) -> None:
    (hole,) = holes(outbox.database)
    give_up(outbox, hole)
    assert outbox.relay(BULK, known=2, floor=1).floor == 1
    sender = Sender(outbox.position(BULK), nonce=1)
    sender.handle(LinkUp(0))
    assert not any(isinstance(one, SendBatch) for one in sender.handle(Answered(2, False, 2, 0)))
    outbox.close()
