from importlib import resources

import pytest

from grading.policy import PolicyError, changed, parse, shipped

WRITTEN = (resources.files("grading") / "policy.toml").read_bytes()


def test_the_shipped_policy_is_read() -> None:
    policy, version = shipped()
    assert parse(WRITTEN) == policy
    assert len(version) == 16
    assert policy.priority.base.S <= policy.priority.base.A <= policy.priority.base.B


@pytest.mark.parametrize(
    "change",
    [
        (b"urgent_from = ", b"urgent_form = "),
        (b"most = 3", b"most = 'two'"),
        (b"[topic]", b"[topic"),
        (b"S = 2", b"S = 6"),
        (b"complaint_from = 0.5", b"complaint_from = -0.5"),
    ],
)
def test_a_wrong_policy_is_refused(change: tuple[bytes, bytes]) -> None:
    with pytest.raises(PolicyError):
        parse(WRITTEN.replace(*change))


def test_values_can_be_changed_one_by_one() -> None:
    policy, _ = shipped()
    other = changed(policy, {"grade": {"urgent_from": 0.3}})
    assert (other.grade.urgent_from, other.topic) == (0.3, policy.topic)
    with pytest.raises(PolicyError):
        changed(policy, {"grade": {"urgent_from": 99}})


def test_a_place_stands_for_its_own_topic_or_for_that_of_its_kind() -> None:
    policy, _ = shipped()
    own = changed(policy, {"touchpoint": {"till-4": "staff_absent"}})
    assert own.topic_of("till-4") == "staff_absent"
    assert (
        own.topic_of("till-5") == own.topic_of("till9") == own.topic_of("till") == "queue_checkout"
    )
    assert own.topic_of("fresh") is None
