"""hq_server/ingest/inbox.py: the order of arrival, and room for each link."""

from __future__ import annotations

import threading

from hq_server.ingest.inbox import Inbox, Pending
from hq_server.ingest.intake import Taken
from tests.hq_server.conftest import NOW


class Link:
    """A link that remembers what it was told."""

    def __init__(self) -> None:
        self.acknowledged: list[int] = []

    def acknowledge(self, mid: int, session: int) -> None:
        del session
        self.acknowledged.append(mid)

    def message(self, mid: int) -> Pending:
        taken = Taken(topic="t", payload=b"%d" % mid, received_at=NOW)
        return Pending(taken=taken, mid=mid, session=1, link=self)


def test_a_full_link_leaves_room_for_the_others() -> None:
    inbox, one, other = Inbox(2), Link(), Link()
    assert [inbox.put(one.message(mid)) for mid in (1, 2, 3)] == [True, True, False]
    assert inbox.put(other.message(4))
    assert [each.mid for each in inbox.take(9, 0, 0)] == [1, 2, 4]
    assert inbox.put(one.message(5))


def test_what_a_link_brought_is_forgotten_alone() -> None:
    inbox, one, other = Inbox(2), Link(), Link()
    for message in (one.message(1), other.message(2), one.message(3)):
        inbox.put(message)
    inbox.forget(one)
    assert len(inbox) == 1
    assert inbox.put(one.message(4))
    assert [each.mid for each in inbox.take(1, 0, 0)] == [2]
    assert [each.mid for each in inbox.take(1, 0, 0)] == [4]


def test_it_waits_for_the_first_and_gathers_what_follows() -> None:
    inbox, link = Inbox(9), Link()
    assert inbox.take(5, 0.01, 0.01) == []
    threading.Timer(0.05, lambda: inbox.put(link.message(1))).start()
    threading.Timer(0.1, lambda: inbox.put(link.message(2))).start()
    assert [each.mid for each in inbox.take(2, 10, 10)] == [1, 2]


def test_a_message_waits_a_while_for_room() -> None:
    inbox, link = Inbox(1), Link()
    assert inbox.put(link.message(1))
    assert not inbox.put(link.message(2), 0.05)
    taken: list[Pending] = []
    threading.Timer(0.1, lambda: taken.extend(inbox.take(1, 0, 0))).start()
    assert inbox.put(link.message(2), 10)
    assert [each.mid for each in taken] == [1]
    threading.Timer(0.1, lambda: inbox.forget(link)).start()
    assert inbox.put(link.message(3), 10)
