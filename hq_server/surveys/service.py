"""Surveys of the chain: every version that was saved, and which is published where.

A version never changes. The narrowest place counts: a store's own survey, else its region's, else
the chain's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from hq_server.accounts.scope import EVERYTHING, Scope
from hq_server.briefs import holding
from hq_server.database import new_id
from hq_server.devices import service as devices
from hq_server.devices.service import Store
from hq_server.errors import InputError, NotFoundError
from hq_server.surveys import document, repository
from protocols.survey import Survey

SHOWN = 100
LONGEST_NOTE = 500
_HIGHEST = 2**31 - 1  # that a database can be asked for


class PlaceKind(StrEnum):
    """How far a publication reaches."""

    CHAIN = "chain"
    REGION = "region"
    STORE = "store"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """Where a survey is published."""

    kind: PlaceKind
    id: str = ""
    """The region or the store; "" for the chain."""

    def __str__(self) -> str:
        return f"{self.kind} {self.id}" if self.id else "the whole chain"


CHAIN = Place(kind=PlaceKind.CHAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A survey that was saved."""

    version: int
    body: bytes
    made_from: int | None
    author: str
    note: str
    saved_at: datetime

    @property
    def survey(self) -> Survey:
        """What it says."""
        return document.read(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """That somebody published a version somewhere; without one, that a place has none any more."""

    place: Place
    version: int | None
    author: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Who did it, why and when: what the history shows."""

    author: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Kiosk:
    """Which survey a kiosk shows, and which it is to show."""

    device: str
    store: str
    touchpoint: str | None
    shows: int
    wanted: int | None
    seen_at: datetime

    @property
    def right(self) -> bool:
        """Whether it shows what it is to show."""
        return self.wanted is None or self.shows == self.wanted


# --- versions -----------------------------------------------------------------------------------


def save(
    connection: sa.Connection, survey: Survey, signed: Signed, made_from: int | None = None
) -> int:
    """Keep a survey as the next version and return that; InputError when it is not fit to show.

    Nothing is published by it. The version that the survey itself names does not matter.
    """
    document.demand_fit(survey)
    while True:
        number = repository.highest_version(connection) + 1
        row: dict[str, object] = {
            "id": new_id(),
            "version": number,
            "body": document.written(survey, number),
            "made_from": made_from,
            "author": signed.author,
            "note": _note(signed.note),
            "saved_at": signed.at,
        }
        if repository.add(connection, row):
            return number


def versions(connection: sa.Connection) -> list[Version]:
    """Return the latest versions, the last one first."""
    return [_version(row) for row in repository.versions(connection, SHOWN)]


def version(connection: sa.Connection, number: int) -> Version:
    """Return a version, or raise NotFoundError."""
    row = repository.version(connection, number) if number <= _HIGHEST else None
    if row is None:
        raise NotFoundError("survey", str(number))
    return _version(row)


def _version(row: sa.RowMapping) -> Version:
    names = ("version", "body", "made_from", "author", "note", "saved_at")
    return Version(**{name: row[name] for name in names})


def _note(note: str) -> str:
    clean = note.replace("\x00", "").strip()
    if len(clean) > LONGEST_NOTE:
        raise InputError("note", f"at most {LONGEST_NOTE} characters are allowed")
    return clean


# --- publishing ---------------------------------------------------------------------------------


def publish(
    connection: sa.Connection, number: int | None, places: Iterable[Place], signed: Signed
) -> None:
    """Let these places have a version from now on; None: none of their own.

    To publish an older version again is how a change is taken back.
    """
    if number is not None:
        version(connection, number)
    stores = devices.stores(connection, EVERYTHING)
    wanted = sorted(set(places))
    if not wanted:
        raise InputError("place", "say where: the chain, a region or a store")
    for place in wanted:
        _check_place(place, stores)
    repository.publish(
        connection,
        [
            {
                "id": new_id(),
                "scope": str(place.kind),
                "place": place.id,
                "version": number,
                "author": signed.author,
                "note": _note(signed.note),
                "published_at": signed.at,
            }
            for place in wanted
        ],
    )
    touched = [store.id for store in stores.values() if any(_holds(p, store) for p in wanted)]
    holding.mark_stale(connection, touched)


def _check_place(place: Place, stores: Mapping[str, Store]) -> None:
    match place.kind:
        case PlaceKind.STORE if place.id not in stores:
            raise NotFoundError("store", place.id)
        case PlaceKind.REGION if place.id not in regions(stores):
            raise NotFoundError("region", place.id)


def _holds(place: Place, store: Store) -> bool:
    return place in _places_of(store)


def _places_of(store: Store) -> Sequence[Place]:
    """Return the places whose survey a store may have, the narrowest first."""
    return (
        Place(kind=PlaceKind.STORE, id=store.id),
        Place(kind=PlaceKind.REGION, id=store.region),
        CHAIN,
    )


def regions(stores: Mapping[str, Store]) -> list[str]:
    """Return the regions that stores are in."""
    return sorted({store.region for store in stores.values() if store.region})


def published(connection: sa.Connection) -> dict[Place, Publication]:
    """Return what is published, by place."""
    found = (_publication(row) for row in repository.current(connection))
    return {each.place: each for each in found if each.version is not None}


def history(connection: sa.Connection) -> list[Publication]:
    """Return what was published and taken back, the latest first."""
    return [_publication(row) for row in repository.history(connection, SHOWN)]


def seen_by(
    connection: sa.Connection, scope: Scope, publications: Iterable[Publication]
) -> list[Publication]:
    """Return those of these publications that reach a store of the scope."""
    if scope.stores is None:
        return list(publications)
    stores = devices.stores(connection, scope).values()
    reaching = {CHAIN, *(place for store in stores for place in _places_of(store))}
    return [each for each in publications if each.place in reaching]


def _publication(row: sa.RowMapping) -> Publication:
    return Publication(
        place=Place(kind=PlaceKind(row["scope"]), id=row["place"]),
        version=row["version"],
        author=row["author"],
        note=row["note"],
        at=row["published_at"],
    )


def version_of(published_ones: Mapping[Place, Publication], store: Store) -> int | None:
    """Return the version that a store is to have; None when nobody published one for it."""
    found = (published_ones[place] for place in _places_of(store) if place in published_ones)
    first = next(found, None)
    return first.version if first else None


def of_stores(connection: sa.Connection, stores: Mapping[str, Store]) -> dict[str, bytes]:
    """Return the survey of each of these stores, as it is sent to it."""
    now_published = published(connection)
    wanted = {id_: version_of(now_published, store) for id_, store in stores.items()}
    bodies = repository.bodies(connection, {number for number in wanted.values() if number})
    return {id_: bodies[number] for id_, number in wanted.items() if number in bodies}


def kiosks(connection: sa.Connection, scope: Scope) -> list[Kiosk]:
    """Return which survey each kiosk shows, and which one it is to show."""
    stores = devices.stores(connection, scope)
    now_published = published(connection)
    return [
        Kiosk(
            device=row["id"],
            store=row["store_id"],
            touchpoint=row["touchpoint"],
            shows=row["survey_version"],
            wanted=version_of(now_published, stores[row["store_id"]]),
            seen_at=row["seen_at"],
        )
        for row in repository.kiosks(connection, scope)
        if row["store_id"] in stores
    ]
