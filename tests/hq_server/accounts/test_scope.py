"""hq_server/accounts/scope.py: every reading repository function asks for a scope."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from hq_server.accounts.scope import EVERYTHING, Scope
from hq_server.cases import repository as cases
from hq_server.database import Database
from hq_server.devices import repository as devices
from hq_server.feedback import repository as feedback
from hq_server.ledger import repository as ledger
from hq_server.tables import stores

READERS: list[Callable[..., object]] = [
    cases.listed, cases.one, cases.timeline_of, cases.counts,
    feedback.listed, feedback.one, feedback.sealed_contact,
    devices.store_rows, devices.gateway_rows, devices.device_rows, devices.stream_rows,
    ledger.letter_rows, ledger.letter, ledger.open_letter_ids, ledger.replay_rows,
    ledger.open_count, ledger.stream_rows, ledger.account_rows, ledger.offer_rows,
    ledger.letters_of_streams,
]  # fmt: skip


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_cannot_be_called_without_a_scope(reader: Callable[..., object]) -> None:
    scope = inspect.signature(reader).parameters["scope"]
    assert scope.default is inspect.Parameter.empty


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (EVERYTHING, {"s1", "s2"}),
        (Scope(frozenset({"s1"})), {"s1"}),
        (Scope(frozenset({"s9"})), set()),
        (Scope(frozenset()), set()),
    ],
)
def test_a_scope_bounds_a_query(database: Database, scope: Scope, seen: set[str]) -> None:
    with database.reading() as connection:
        found = connection.execute(sa.select(stores.c.id).where(scope.of(stores.c.id))).scalars()
        assert set(found) == seen
    assert {store for store in ("s1", "s2") if scope.allows(store)} == seen
