"""hq_server/devices/service.py: what may be registered, and who sees what."""

from __future__ import annotations

from pathlib import Path

import pytest

from hq_server.accounts.scope import EVERYTHING, Scope
from hq_server.database import Database
from hq_server.devices import service
from hq_server.devices.service import Store
from hq_server.errors import InputError, NotFoundError
from tests.hq_server.conftest import NOW


def test_a_gateway_stays_with_its_store(database: Database) -> None:
    with database.writing() as connection:
        service.add_gateway(connection, "g1", "s1", NOW)
        with pytest.raises(InputError, match="registered for store s1 already"):
            service.add_gateway(connection, "g1", "s2", NOW)
        with pytest.raises(NotFoundError):
            service.add_gateway(connection, "g9", "nowhere", NOW)


def test_no_gateway_has_the_name_that_the_broker_lets_read_everything(database: Database) -> None:
    acl = Path(__file__).resolve().parents[3] / "deploy/mosquitto/acl"
    assert f"\nuser {service.HQ_ITSELF}\n" in acl.read_text("utf-8")
    with (
        database.writing() as connection,
        pytest.raises(InputError, match="HQ's own name at the broker"),
    ):
        service.add_gateway(connection, service.HQ_ITSELF, "s1", NOW)


@pytest.mark.parametrize("id_", ["", "a b", "a/b", "x" * 65, "店"])
def test_an_id_is_one_that_topics_allow(database: Database, id_: str) -> None:
    with database.writing() as connection, pytest.raises(InputError, match="are allowed"):
        service.add_store(connection, Store(id=id_, names={"en": "x"}), NOW)


@pytest.mark.parametrize("names", [{}, {"en": ""}, {"en": "x" * 201}])
def test_a_store_has_a_name(database: Database, names: dict[str, str]) -> None:
    with database.writing() as connection, pytest.raises(InputError):
        service.add_store(connection, Store(id="s3", names=names), NOW)


def test_the_fleet_is_scoped_and_refusals_are_for_those_who_see_all(database: Database) -> None:
    with database.writing() as connection:
        service.refuse(connection, "bad name!", "why", NOW)
        everything = service.fleet(connection, EVERYTHING)
        own = service.fleet(connection, Scope(frozenset({"s1"})))
    assert [row["id"] for row in everything.gateways] == ["g1", "g2"]
    assert everything.refusals[0]["sender"] == "(unreadable)"
    assert ([row["id"] for row in own.gateways], own.refusals) == (["g1"], [])
