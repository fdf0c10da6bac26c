"""hq_server/accounts/tries.py: failures are bounded by name and by address, running ones too."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from hq_server.accounts.tries import Allowance, Tries
from hq_server.errors import SignInError, TooManyTriesError


def _fail(tries: Tries, name: str, address: str | None) -> None:
    with pytest.raises(SignInError), tries.counted(name, address):
        raise SignInError("wrong")


def test_a_name_is_closed_after_ten_failures_from_anywhere() -> None:
    tries = Tries()
    for number in range(10):
        _fail(tries, "li", f"10.0.0.{number}")
    with pytest.raises(TooManyTriesError), tries.counted("li", "10.0.1.1"):
        pytest.fail("an eleventh try was let in")


def test_an_address_is_closed_after_fifty_failures_with_any_name() -> None:
    tries = Tries()
    for number in range(50):
        _fail(tries, f"name{number}", "10.0.0.1")
    with pytest.raises(TooManyTriesError, match="15 minutes"), tries.counted("fresh", "10.0.0.1"):
        pytest.fail("a fifty-first try was let in")
    with tries.counted("fresh", "10.0.0.2"):
        pass


def test_an_address_that_many_share_has_no_bound() -> None:
    tries = Tries()
    for number in range(60):
        _fail(tries, f"name{number}", None)
    let_in = False
    with tries.counted("fresh", None):
        let_in = True
    assert let_in


def test_a_try_counts_while_it_runs_and_is_handed_back_when_it_succeeds() -> None:
    tries = Tries()
    with ExitStack() as running:
        for _ in range(10):
            running.enter_context(tries.counted("li", "10.0.0.1"))
        with pytest.raises(TooManyTriesError), tries.counted("li", "10.0.0.1"):
            pytest.fail("a try beside ten others was let in")
    for _ in range(60):
        with tries.counted("li", "10.0.0.1"):
            pass


def test_an_allowance_is_spent_by_address_and_shared_where_that_is_not_known() -> None:
    allowance = Allowance("wrong codes", 2, 3)
    for address, times in (("10.0.0.1", 2), (None, 3)):
        for _ in range(times):
            allowance.demand(address)
            allowance.spend(address)
        with pytest.raises(TooManyTriesError, match="wrong codes"):
            allowance.demand(address)
    allowance.demand("10.0.0.2")


def test_a_network_of_ipv6_addresses_is_one_address() -> None:
    allowance, tries = Allowance("wrong codes", 2, 3), Tries()
    for number in range(2):
        allowance.demand(f"2001:db8::{number}")
        allowance.spend(f"2001:db8::{number}")
    with pytest.raises(TooManyTriesError):
        allowance.demand("2001:db8:0:0:ffff::9")
    allowance.demand("2001:db8:0:1::1")
    for number in range(50):
        _fail(tries, f"name{number}", f"2001:db8::{number}")
    with pytest.raises(TooManyTriesError), tries.counted("fresh", "2001:db8::ffff"):
        pytest.fail("a fifty-first try from the same network was let in")


def test_an_ipv4_address_is_the_same_however_it_is_written() -> None:
    allowance = Allowance("notes", 1, 1)
    allowance.spend("::ffff:10.0.0.1")
    with pytest.raises(TooManyTriesError):
        allowance.demand("10.0.0.1")
    for other in ("::ffff:10.0.0.2", "testclient", "fe80::1%eth0"):
        allowance.demand(other)
