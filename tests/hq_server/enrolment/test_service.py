"""hq_server/enrolment/service.py: a code lets one kiosk in, once, and nobody reads it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hq_server.accounts.scope import EVERYTHING, Scope
from hq_server.database import Database
from hq_server.devices import service as devices
from hq_server.devices.service import Store
from hq_server.enrolment import service as enrolment
from hq_server.enrolment.service import VALID_FOR, State, Wanted
from hq_server.errors import InputError, NotFoundError
from hq_server.tables import enrolments
from protocols import case_code
from protocols.briefs import Enrolment, enrolment_hash
from protocols.enrolment import Invitation
from protocols.messages import DeviceState, GatewayState
from tests.hq_server.conftest import NOW
from tests.hq_server.field import at

WANTED = Wanted(store="s1", device="k9", touchpoint="till-3", address="ws://10.0.0.2:8081/")
STORE = Store(id="s1", names={"en": "One"}, touchpoints={"till-3": {"en": "Till 3"}})

FOR_KIOSKS = {"language": "en", "note_url": "https://hq.example.com/n/{store}/{touchpoint}"}


def _invite(database: Database, wanted: Wanted = WANTED, scope: Scope = EVERYTHING) -> Invitation:
    with database.writing() as connection:
        return enrolment.invite(connection, scope, wanted, "admin", NOW)


def _open(database: Database, minutes: int = 0) -> tuple[Enrolment, ...]:
    with database.reading() as connection:
        when = NOW + timedelta(minutes=minutes)
        return enrolment.open_ones(connection, STORE, FOR_KIOSKS, when).enrolments


def _state(database: Database, minutes: int = 0) -> State:
    with database.reading() as connection:
        when = NOW + timedelta(minutes=minutes)
        return enrolment.listed(connection, EVERYTHING, when)[0].state


def _speaks(database: Database, epoch: str, device: str = "k9", store: str = "s1") -> None:
    state = DeviceState(device=device, epoch=epoch, program="p", accepted={}, waiting=0, at=at())
    gateway = GatewayState(
        gateway=store.replace("s", "g"), store=store, online=True, epoch="e", at=at(),
        devices=(state,), address="ws://10.0.0.7:8081",
    )  # fmt: skip
    with database.writing() as connection:
        devices.heard(connection, gateway, store, NOW)


def test_the_gateway_knows_the_code_by_its_hash_and_the_database_too(database: Database) -> None:
    made = _invite(database)
    assert case_code.parse(made.code) == made.code
    assert made.gateway == "ws://10.0.0.2:8081"
    [told] = _open(database)
    assert told.code_hash == enrolment_hash(made.code)
    assert (told.device, told.touchpoint_name, told.settings) == (
        "k9",
        {"en": "Till 3"},
        {"language": "en", "note_url": "https://hq.example.com/n/s1/till-3"},
    )  # fmt: skip
    with database.reading() as connection:
        row = connection.execute(sa.select(enrolments)).mappings().one()
    assert made.code not in str(dict(row))
    assert _invite(database).code != made.code


def test_a_code_ends_with_time_with_use_or_by_hand(database: Database) -> None:
    _invite(database)
    minutes = int(VALID_FOR.total_seconds() / 60)
    assert (_state(database, minutes - 1), _state(database, minutes)) == ("open", "expired")
    assert _open(database, minutes) == ()
    with database.writing() as connection:
        [one] = enrolment.listed(connection, EVERYTHING, NOW)
        with pytest.raises(NotFoundError):
            enrolment.revoke(connection, Scope(frozenset({"s2"})), one.id, NOW)
        enrolment.revoke(connection, EVERYTHING, one.id, NOW)
        with pytest.raises(NotFoundError):
            enrolment.revoke(connection, EVERYTHING, one.id, NOW)
    assert (_state(database), _open(database)) == (State.REVOKED, ())
    _speaks(database, "new")
    assert _state(database) is State.USED


def test_a_kiosk_that_is_set_up_anew_has_used_its_code(database: Database) -> None:
    _speaks(database, "before")
    _invite(database)
    _speaks(database, "before")
    assert _state(database) is State.OPEN
    _speaks(database, "after")
    assert (_state(database), _open(database)) == (State.USED, ())


def test_without_an_address_the_gateways_own_is_taken(database: Database) -> None:
    with pytest.raises(InputError, match="address"):
        _invite(database, replace(WANTED, address=""))
    _speaks(database, "e", device="k1")
    assert _invite(database, replace(WANTED, address="")).gateway == "ws://10.0.0.7:8081"


@pytest.mark.parametrize(
    "wanted",
    [
        replace(WANTED, device=""), replace(WANTED, device="a b"), replace(WANTED, touchpoint="ü"),
        replace(WANTED, address="http://x"), replace(WANTED, address="ws://"),
        replace(WANTED, address="ws://a:99999"), replace(WANTED, address="ws://u@h"),
        replace(WANTED, address="ws://h/?q"), replace(WANTED, address="ws://" + "h" * 200),
    ],
)  # fmt: skip
def test_what_no_kiosk_could_use_is_refused(database: Database, wanted: Wanted) -> None:
    with pytest.raises(InputError):
        _invite(database, wanted)


def test_nobody_invites_into_a_store_of_others(database: Database) -> None:
    with pytest.raises(NotFoundError):
        _invite(database, scope=Scope(frozenset({"s2"})))
    _speaks(database, "e", device="k9", store="s2")
    with pytest.raises(InputError, match="another store"):
        _invite(database)
