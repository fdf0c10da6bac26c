"""A run knows what HQ still lacks of a stream."""

from simulator.campaign.hq_rows import HqStream, Look
from simulator.campaign.run import behind

STREAM = ("k1", "e1", "bulk")


def look(through: int) -> Look:
    held = {STREAM: HqStream(through=through, holes=0, duplicates=0)}
    return Look(responses=(), streams=held, dead_letters=0)


def test_hq_is_behind_until_it_has_the_last_event() -> None:
    assert behind({STREAM: 3}, look(2)) == ["k1/e1/bulk: accepted 3, at HQ 2"]
    assert behind({STREAM: 3}, look(3)) == []


def test_hq_may_know_more_than_a_mended_outbox() -> None:
    assert behind({STREAM: 3}, look(5)) == []


def test_a_stream_that_hq_never_heard_of_is_behind() -> None:
    other = ("k2", "e1", "bulk")
    assert behind({other: 1}, look(3)) == ["k2/e1/bulk: accepted 1, at HQ 0"]
    assert behind({other: 0}, look(3)) == []


def test_what_cannot_be_read_counts_as_behind() -> None:
    assert behind(None, look(3))
    assert behind({STREAM: 3}, None)
