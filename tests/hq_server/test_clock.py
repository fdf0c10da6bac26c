"""hq_server/clock.py: an aware time."""

from __future__ import annotations

from datetime import UTC

from hq_server.clock import utc_now


def test_the_time_is_aware_and_goes_on() -> None:
    first = utc_now()
    assert first.tzinfo is UTC
    assert utc_now() >= first
