from importlib import resources

import pytest

from grading.policy import POLICY, VERSION, PolicyError, parse

WRITTEN = (resources.files("grading") / "policy.toml").read_bytes()


def test_the_shipped_policy_is_read() -> None:
    assert parse(WRITTEN) == POLICY
    assert len(VERSION) == 16
    assert set(POLICY.priority.base) == {"S", "A", "B"}


@pytest.mark.parametrize(
    "change",
    [
        (b"urgent_from = ", b"urgent_form = "),
        (b"most_by_model = 2", b"most_by_model = 'two'"),
        (b"[topic]", b"[topic"),
    ],
)
def test_a_wrong_policy_is_refused(change: tuple[bytes, bytes]) -> None:
    with pytest.raises(PolicyError):
        parse(WRITTEN.replace(*change))
