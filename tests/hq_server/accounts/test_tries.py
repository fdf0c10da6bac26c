"""hq_server/accounts/tries.py: failures are bounded by name and by address."""

from __future__ import annotations

import pytest

from hq_server.accounts.tries import Tries
from hq_server.errors import TooManyTriesError


def test_a_name_is_closed_after_ten_failures_from_anywhere() -> None:
    tries = Tries()
    for number in range(10):
        tries.check("li", f"10.0.0.{number}")
        tries.failed("li", f"10.0.0.{number}")
    with pytest.raises(TooManyTriesError):
        tries.check("li", "10.0.1.1")


def test_an_address_is_closed_after_fifty_failures_with_any_name() -> None:
    tries = Tries()
    for number in range(50):
        tries.failed(f"name{number}", "10.0.0.1")
    with pytest.raises(TooManyTriesError, match="15 minutes"):
        tries.check("fresh", "10.0.0.1")
