from pathlib import Path

import pytest

from edge_gateway import events as ev
from protocols.messages import (
    AlarmAcknowledged,
    AlarmRaised,
    Lane,
    Misuse,
    ProblemVote,
    ResponseMarked,
    Vote,
)
from protocols.till_events import ReceiptLinked, ReceiptSeen
from tests.edge_gateway.field import Store, later, response, stream


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def test_an_s_word_becomes_an_alarm_event_in_the_urgent_lane(store: Store) -> None:
    store.hand_over(response(rating=1, note="吃了蛋糕过敏，嘴唇肿了"), lane=Lane.URGENT)
    (raised,) = store.own(Lane.URGENT)
    assert isinstance(raised, AlarmRaised)
    assert (raised.response, raised.touchpoint) == ("r1", "till-4")
    assert [one.alarm for one in store.alarms()] == [raised.alarm]
    assert True in store.shown


def test_the_alarm_lies_in_the_same_commit_as_the_event(store: Store) -> None:
    store.held = True
    store.hand_over(response(urgent=True))
    assert store.alarms() == []
    store.restart()  # the job was lost, all of it
    assert store.gateway.alarms.standing() == []
    store.hand_over(response(urgent=True))
    store.restart()
    assert len(store.gateway.alarms.standing()) == 1
    assert store.outbox.position(store.outbox.stream(Lane.URGENT)).head == 1


def test_a_resend_after_a_restart_raises_no_second_alarm(store: Store) -> None:
    store.hand_over(response(urgent=True))
    store.restart()
    store.hand_over(response(urgent=True, rev=2, code="7Q3K-M2XA"))
    assert len(store.own(Lane.URGENT)) == 1
    assert [one.code for one in store.alarms()] == [None, "7Q3K-M2XA"]
    assert len({one.alarm for one in store.alarms()}) == 1


def test_taking_charge_is_an_event_and_clears_the_kiosks(store: Store) -> None:
    store.hand_over(response(urgent=True))
    alarm = store.gateway.alarms.standing()[0].alarm
    store.post(ev.AlarmAcknowledgedAtBoard(alarm, "王店长"))
    taken = store.own(Lane.URGENT)[1]
    assert isinstance(taken, AlarmAcknowledged)
    assert (taken.by, taken.alarm) == ("王店长", alarm)
    assert store.alarms()[-1].acknowledged
    store.post(ev.AlarmAcknowledgedAtBoard(alarm, "zu spät"))
    assert len(store.own(Lane.URGENT)) == 2
    store.restart()
    assert store.gateway.alarms.standing() == []


def test_a_late_receipt_links_the_rating_before_it(store: Store) -> None:
    store.hand_over(response(1))
    store.now = later(30)
    store.print("77")
    seen, linked = store.own(Lane.BULK)
    assert isinstance(seen, ReceiptSeen)
    assert (seen.number, seen.total, seen.items) == ("77", "14.97", 3)
    assert isinstance(linked, ReceiptLinked)
    assert (linked.receipt, linked.offset_ms) == (seen.receipt, -30_000)


def test_what_is_no_event_is_counted(store: Store) -> None:
    assert store.gateway.findings.of_events("k1", [b"", b"{}", b"\xff"], store.now).own == ()
    assert store.gateway.findings.undecodable == 3


def test_a_vote_is_passed_on_and_never_graded(store: Store) -> None:
    vote = ProblemVote(
        id="e1", store="s1", at=store.now, problem="p1", topic="allergy", vote=Vote.ME_TOO
    )
    store.hand_over(vote)
    assert store.outbox.position(stream()).head == 1
    assert store.alarms() == []
    assert store.gateway.today.shown.taps == [0, 0, 0, 0, 0]
    assert store.gateway.findings.undecodable == 0


def sales(store: Store, count: int, *, tap_after_s: float) -> list[ResponseMarked]:
    """Let a rating follow each receipt; return which responses were doubted."""
    begin = store.now
    for number in range(1, count + 1):
        store.now = later(60 * number, begin)
        store.print(f"{number}")
        store.now = later(60 * number + tap_after_s, begin)
        store.hand_over(response(number, rating=5, at=store.now))
    return [one for one in store.own(Lane.BULK) if isinstance(one, ResponseMarked)]


def test_a_tap_right_after_each_sale_is_marked_and_still_passed_on(store: Store) -> None:
    marked = sales(store, 8, tap_after_s=1)
    assert [one.response for one in marked] == ["r6", "r7", "r8"]
    assert {(one.mark.misuse, one.mark.weight) for one in marked} == {(Misuse.AFTER_SALE, 0.0)}
    assert store.outbox.position(stream()).head == 8
    assert (store.gateway.today.shown.taps[4], store.gateway.today.shown.doubted) == (8, 3)
    assert store.gateway.findings.marked == 3


def test_shoppers_who_take_their_change_first_are_not_marked(store: Store) -> None:
    assert sales(store, 10, tap_after_s=4) == []
