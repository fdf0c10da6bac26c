import pytest

from edge_gateway.refusals import EPISODE_MS, Kind, Refusals
from tests.edge_gateway.field import START, later


def test_each_is_counted_and_an_episode_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    refusals = Refusals()
    for second in range(0, 5_000, 10):
        refusals.note("k1", Kind.FOREIGN, "you are k1", later(second))
    refusals.note("k1", Kind.SHARE, "it holds its share", START)
    refusals.note("k2", Kind.FOREIGN, "you are k2", START)
    assert refusals.counts == {Kind.FOREIGN: 501, Kind.SHARE: 1}
    assert (refusals.of("k1"), refusals.of("k2"), refusals.of("k3")) == (501, 1, 0)
    said = [one.getMessage() for one in caplog.records]
    assert said == [
        "device=k1 refused (foreign): you are k1",
        "device=k1 held back (share): it holds its share",
        "device=k2 refused (foreign): you are k2",
    ]
    refusals.note("k1", Kind.FOREIGN, "you are k1", later(5_000 + EPISODE_MS / 1000))
    assert len(caplog.records) == 4


def test_lately_is_a_while_ago_at_most() -> None:
    refusals = Refusals()
    assert not refusals.lately("k1", Kind.SHARE, START)
    refusals.note("k1", Kind.SHARE, "", START)
    assert refusals.lately("k1", Kind.SHARE, later(100))
    assert not refusals.lately("k1", Kind.SHARE, later(100), within_ms=60_000)
