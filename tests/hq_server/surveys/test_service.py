"""hq_server/surveys/service.py: versions never change, and the narrowest place counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest

from hq_server.accounts.scope import EVERYTHING, Scope
from hq_server.briefs import repository as briefs
from hq_server.database import Database
from hq_server.devices import service as devices
from hq_server.errors import InputError, NotFoundError
from hq_server.surveys import document
from hq_server.surveys import service as surveys
from hq_server.surveys.service import CHAIN, Place, PlaceKind, Signed
from protocols.messages import DeviceState, GatewayState
from tests.hq_server.conftest import NOW
from tests.hq_server.field import at

SIGNED = Signed(author="admin", note=" why ", at=NOW)
EAST = Place(kind=PlaceKind.REGION, id="East")
S1 = Place(kind=PlaceKind.STORE, id="s1")


@pytest.fixture
def saved(database: Database) -> list[int]:
    """Three versions; store s1 lies in the east."""
    with database.writing() as connection:
        store = devices.stores(connection, EVERYTHING)["s1"]
        devices.add_store(connection, replace(store, region="East"), NOW)
        return [surveys.save(connection, document.first(), SIGNED, n) for n in (None, 2, 3)]


def _asked(database: Database) -> dict[str, int]:
    with database.reading() as connection:
        bodies = surveys.of_stores(connection, devices.stores(connection, EVERYTHING))
    return {store: document.read(body).version for store, body in bodies.items()}


def _publish(database: Database, number: int | None, *places: Place) -> None:
    with database.writing() as connection:
        surveys.publish(connection, number, places, SIGNED)


def test_every_saved_survey_is_a_version_of_its_own(database: Database, saved: list[int]) -> None:
    assert saved == [2, 3, 4]
    with database.reading() as connection:
        found = surveys.versions(connection)
        assert [each.version for each in found] == [4, 3, 2]
        assert [each.survey.version for each in found] == [4, 3, 2]
        assert (found[0].made_from, found[0].author, found[0].note) == (3, "admin", "why")
        with pytest.raises(NotFoundError):
            surveys.version(connection, 9)


def test_a_version_that_a_kiosk_shows_is_not_given_again(database: Database) -> None:
    kiosk = DeviceState(
        device="k1", epoch="e", program="p", accepted={}, waiting=0, at=at(), survey_version=41
    )
    state = GatewayState(
        gateway="g1", store="s1", online=True, epoch="e", at=at(), devices=(kiosk,)
    )
    with database.writing() as connection:
        devices.heard(connection, state, "s1", NOW)
        assert surveys.save(connection, document.first(), SIGNED) == 42


def test_what_is_not_fit_is_not_saved(database: Database, count: Callable[[str], int]) -> None:
    broken = msgspec.structs.replace(document.first(), ask={})
    with pytest.raises(InputError), database.writing() as connection:
        surveys.save(connection, broken, SIGNED)
    assert count("surveys") == 0


@pytest.mark.usefixtures("saved")
def test_the_narrowest_place_counts_and_gives_way_when_withdrawn(database: Database) -> None:
    assert _asked(database) == {}
    _publish(database, 2, CHAIN)
    _publish(database, 3, EAST)
    _publish(database, 4, S1)
    assert _asked(database) == {"s1": 4, "s2": 2}
    _publish(database, None, S1)
    assert _asked(database) == {"s1": 3, "s2": 2}
    _publish(database, 2, EAST)  # an older one again: that is how a change is taken back
    assert _asked(database) == {"s1": 2, "s2": 2}
    with database.reading() as connection:
        assert {place: one.version for place, one in surveys.published(connection).items()} == {
            CHAIN: 2, EAST: 2,
        }  # fmt: skip
        assert [each.version for each in surveys.history(connection)] == [2, None, 4, 3, 2]


@pytest.mark.usefixtures("saved")
def test_only_the_stores_of_a_place_are_told_anew(database: Database) -> None:
    with database.writing() as connection:
        briefs.begin_composing(connection, ["s1", "s2"], NOW)
    _publish(database, 2, EAST)
    with database.reading() as connection:
        assert briefs.to_compose(connection, NOW) == [("s1", "g1")]


@pytest.mark.usefixtures("saved")
@pytest.mark.parametrize(
    ("number", "place", "error"),
    [
        (9, CHAIN, NotFoundError),
        (2, Place(kind=PlaceKind.STORE, id="nowhere"), NotFoundError),
        (2, Place(kind=PlaceKind.REGION, id="West"), NotFoundError),
        (2, None, InputError),
    ],
)
def test_what_is_not_there_is_not_published(
    database: Database, number: int, place: Place | None, error: type[Exception]
) -> None:
    with pytest.raises(error):
        _publish(database, number, *([place] if place else []))


@pytest.mark.usefixtures("saved")
def test_who_sees_one_store_sees_its_kiosks(database: Database) -> None:
    for store in ("s1", "s2"):
        kiosk = DeviceState(
            device=f"k-{store}", epoch="e", program="p", accepted={}, waiting=0, at=at(),
            survey_version=2,
        )  # fmt: skip
        gateway = store.replace("s", "g")
        state = GatewayState(
            gateway=gateway, store=store, online=True, epoch="e", at=at(), devices=(kiosk,)
        )
        with database.writing() as connection:
            devices.heard(connection, state, store, NOW)
    _publish(database, 4, S1)
    with database.reading() as connection:
        [own] = surveys.kiosks(connection, Scope(frozenset({"s1"})))
        assert (own.device, own.shows, own.wanted, own.right) == ("k-s1", 2, 4, False)
        assert len(surveys.kiosks(connection, EVERYTHING)) == 2
