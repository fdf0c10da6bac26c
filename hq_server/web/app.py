"""Puts HQ's web application together; nothing is decided here."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from hq_server import failures
from hq_server.accounts.endpoints import NotSignedInError
from hq_server.accounts.passwords import Passwords
from hq_server.accounts.service import Accounts
from hq_server.cases import endpoints as case_endpoints
from hq_server.cases.service import Cases
from hq_server.corrections.service import Corrections
from hq_server.database import TRANSIENT, Database
from hq_server.errors import HqError, http_status
from hq_server.failures import SQLAlchemyError
from hq_server.feedback import contact
from hq_server.feedback import endpoints as feedback_endpoints
from hq_server.ingest.intake import Intake
from hq_server.key_files import cookie_key
from hq_server.ledger.letters import Letters
from hq_server.settings import Settings
from hq_server.shopper.service import Shoppers
from hq_server.sla import policy
from hq_server.web import (
    correction_pages,
    enrolment_pages,
    field_pages,
    health,
    insight_pages,
    pages,
    rulebook_draft_pages,
    rulebook_pages,
    shopper_pages,
    survey_pages,
)
from hq_server.web.guard import Guard
from hq_server.web.render import Pages

logger = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"


def create_app(settings: Settings, database: Database, now: Callable[[], datetime]) -> FastAPI:
    """Return the application that serves pages and API."""
    app = FastAPI(title="Storeloop HQ", docs_url=None, redoc_url=None, openapi_url=None)
    accounts = Accounts(database, Passwords(settings.passwords), cookie_key(settings.data_dir), now)
    app.state.settings = settings
    app.state.database = database
    app.state.accounts = accounts
    app.state.cases = Cases(
        database=database,
        policy=policy.shipped(),
        now=now,
        names=accounts.names,
        unseal=lambda sealed: contact.unseal(settings.data_dir, sealed),
    )
    app.state.corrections = Corrections(
        database=database, policy=policy.shipped(), zone=settings.zone, now=now
    )
    intake = Intake(policy.shipped(), settings.zone, settings.ingest.bad_messages_kept_per_hour)
    app.state.letters = Letters(database, intake, now)
    app.state.shoppers = Shoppers(
        database=database,
        cases=app.state.cases,
        policy=policy.shipped(),
        zone=settings.zone,
        now=now,
        seal=lambda number: contact.seal(settings.data_dir, number),
    )
    app.state.pages = Pages(settings.zone, settings.language, now)
    for router in (
        health.router,
        case_endpoints.router,
        feedback_endpoints.router,
        pages.router,
        field_pages.router,
        survey_pages.router,
        rulebook_pages.router,
        rulebook_draft_pages.router,
        enrolment_pages.router,
        insight_pages.router,
        correction_pages.router,
        shopper_pages.router,
    ):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC))
    _explain_errors(app)
    app.add_middleware(Guard, public_url=settings.public_url)
    return app


def _explain_errors(app: FastAPI) -> None:
    @app.exception_handler(NotSignedInError)
    def _not_signed_in(request: Request, _error: Exception) -> Response:
        if _is_api(request):
            return _told(request, 401, "NotSignedIn", "not signed in")
        if "HX-Request" in request.headers:
            return Response(status_code=401, headers={"HX-Redirect": "/sign-in"})
        return RedirectResponse("/sign-in", 303)

    @app.exception_handler(HqError)
    def _known(request: Request, error: Exception) -> Response:
        status = http_status(error) if isinstance(error, HqError) else 500
        return _told(request, status, type(error).__name__.removesuffix("Error"), str(error))

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: Exception) -> Response:
        fields = error.errors() if isinstance(error, RequestValidationError) else []
        said = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in fields)
        return _told(request, 422, "Input", said[:500])

    @app.exception_handler(SQLAlchemyError)
    def _database(request: Request, error: Exception) -> Response:
        # Left to the server, its log would show the text of the error, and in it a row.
        logger.error("%s\n%s", failures.kind(error), failures.place(error))
        return _told(request, 503 if isinstance(error, TRANSIENT) else 500, "Http", "")

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return _told(request, status, "Http", "")


def _told(request: Request, status: int, kind: str, said: str) -> Response:
    if _is_api(request):
        message = said or HTTPStatus(status).phrase
        return JSONResponse({"error": kind, "message": message}, status)
    shown: Pages = request.app.state.pages
    return shown.show(request, "error.html", status=status, code=status, kind=kind, said=said)


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")
