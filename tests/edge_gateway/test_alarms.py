from edge_gateway.alarms import Alarms, StandingAlarm
from grading.grader import grade
from tests.edge_gateway.field import START, later, response


def alarms(*kept: StandingAlarm) -> Alarms:
    ids = iter(range(1, 100))
    return Alarms(kept, grade=grade, new_id=lambda: f"a{next(ids)}")


def test_an_urgent_reason_raises_an_alarm() -> None:
    found = alarms().consider(response(urgent=True, rating=1, code="7Q3K-M2XA"), START)
    assert found is not None
    assert found.new
    assert found.alarm.topics[0] == "allergy"
    assert (found.alarm.code, found.alarm.touchpoint) == ("7Q3K-M2XA", "till-4")
    assert found.alarm.message().raised_ms == START.wall_ms


def test_an_urgent_word_raises_an_alarm_with_rules_and_never_the_words() -> None:
    found = alarms().consider(response(note="孩子吃了过敏，脸肿了", rating=1), START)
    assert found is not None
    assert found.alarm.evidence
    assert "孩子" not in "".join((*found.alarm.evidence, *found.alarm.topics))


def test_ordinary_feedback_raises_none() -> None:
    store = alarms()
    assert store.consider(response(rating=1), START) is None
    assert store.consider(response(2, rating=2, note="排队太久了"), START) is None


def test_a_resent_or_revised_response_raises_no_second_alarm() -> None:
    store = alarms()
    store.consider(response(urgent=True), START)
    assert store.consider(response(urgent=True), later(1)) is None
    revised = store.consider(response(urgent=True, rev=2, code="7Q3K-M2XA"), later(5))
    assert revised is not None
    assert (revised.new, revised.alarm.alarm, revised.alarm.code) == (False, "a1", "7Q3K-M2XA")
    assert len(store.standing()) == 1


def test_a_later_revision_may_be_the_first_that_is_urgent() -> None:
    store = alarms()
    assert store.consider(response(rating=1), START) is None
    found = store.consider(response(rev=2, rating=1, urgent=True), later(4))
    assert found is not None
    assert found.new


def test_an_alarm_stands_until_somebody_takes_charge_once() -> None:
    store = alarms()
    found = store.consider(response(urgent=True), START)
    assert found is not None
    taken = store.acknowledge(found.alarm.alarm, "王店长", later(60))
    assert taken is not None
    assert taken.message().acknowledged
    assert store.standing() == []
    assert store.taken(START.wall_ms) == [taken]
    assert store.acknowledge(found.alarm.alarm, "again", later(61)) is None
    assert store.acknowledge("nonsense", "x", later(61)) is None


def test_what_was_kept_is_known_after_a_restart() -> None:
    first = alarms().consider(response(urgent=True), START)
    assert first is not None
    again = alarms(first.alarm)
    assert again.consider(response(urgent=True), later(9)) is None
    assert again.standing() == [first.alarm]
