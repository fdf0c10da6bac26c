"""/livez, /readyz and /metrics: the one module of HQ that knows prometheus."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from hq_server import migrations
from hq_server.accounts.endpoints import COOKIE, NotSignedInError, accounts_of
from hq_server.accounts.scope import EVERYTHING
from hq_server.accounts.service import Accounts
from hq_server.cases.endpoints import AllCases
from hq_server.database import TRANSIENT, Database
from hq_server.devices import service as devices
from hq_server.web.guard import is_local

router = APIRouter(include_in_schema=False)


@router.get("/livez")
def alive() -> PlainTextResponse:
    """Say that the process answers."""
    return PlainTextResponse("ok\n")


@router.get("/readyz")
def ready(request: Request) -> PlainTextResponse:
    """Say whether the database is there, with the schema of this version."""
    database: Database = request.app.state.database
    try:
        current = migrations.is_current(database)
    except TRANSIENT:
        return PlainTextResponse("database away\n", 503)
    if not current:
        return PlainTextResponse("database of another version: run storeloop-hq migrate\n", 503)
    return PlainTextResponse("ok\n")


@router.get("/metrics")
def metrics(
    request: Request, accounts: Annotated[Accounts, Depends(accounts_of)], cases: AllCases
) -> Response:
    """Show figures to this machine itself, or to somebody who is signed in."""
    if not is_local(request) and accounts.who(request.cookies.get(COOKIE)) is None:
        raise NotSignedInError
    registry = CollectorRegistry()
    open_cases = Gauge("storeloop_cases_open", "Open cases.", ["grade"], registry=registry)
    late = Gauge("storeloop_cases_overdue", "Open cases past a deadline.", registry=registry)
    counted = cases.totals(EVERYTHING)
    for grade in "SAB":
        open_cases.labels(grade).set(counted[grade])
    late.set(counted["late"])
    database: Database = request.app.state.database
    with database.reading() as connection:
        fleet = devices.counts(connection)
    for name, number in fleet.items():
        Gauge(f"storeloop_{name}", name.replace("_", " "), registry=registry).set(number)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
