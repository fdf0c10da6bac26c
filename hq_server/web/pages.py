"""The pages for people: names in, templates out."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from hq_server.accounts.endpoints import COOKIE, Acting, Who, accounts_of
from hq_server.accounts.roles import Right
from hq_server.accounts.service import SESSION_LASTS, Accounts, SignedIn
from hq_server.cases.case import NEEDS_NOTE, Filter, Status, Step, steps_from
from hq_server.cases.endpoints import AllCases
from hq_server.cases.service import CASES_SHOWN, Cases, StepTaken
from hq_server.cases.standing import complained_of
from hq_server.corrections.service import Corrections
from hq_server.database import Database
from hq_server.devices import service as devices
from hq_server.errors import SignInError, TooManyTriesError, http_status
from hq_server.feedback import service as feedback
from hq_server.insights import service as insights
from hq_server.problems import service as problems
from hq_server.rulebook import service as rulebook
from hq_server.web import guard, wording
from hq_server.web.correction_form import Refused, Shown
from hq_server.web.render import LANGUAGE_COOKIE, Pages
from hq_server.web.texts import LANGUAGES
from protocols import case_code
from protocols.errors import MessageError

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

FEEDBACK_SHOWN = 200
STORES_SHOWN = 20
SEE_OTHER = 303


def pages_of(request: Request) -> Pages:
    """Return what renders the pages of this application."""
    pages: Pages = request.app.state.pages
    return pages


def database_of(request: Request) -> Database:
    """Return the database of this application."""
    database: Database = request.app.state.database
    return database


Render = Annotated[Pages, Depends(pages_of)]
Storage = Annotated[Database, Depends(database_of)]
AllAccounts = Annotated[Accounts, Depends(accounts_of)]
Short = Annotated[str, Query(max_length=64)]


# --- coming and going ---------------------------------------------------------------------------


@router.get("/")
def start() -> RedirectResponse:
    """Go to the cases."""
    return RedirectResponse("/cases", SEE_OTHER)


@router.get("/sign-in")
def sign_in_form(request: Request, pages: Render) -> Response:
    """Show the sign-in form."""
    return pages.show(request, "sign_in.html", wrong=None, name="")


@router.post("/sign-in")
def sign_in(
    request: Request,
    pages: Render,
    accounts: AllAccounts,
    name: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Start a session."""
    try:
        cookie = accounts.sign_in(name, password, guard.address_of(request))
    except (SignInError, TooManyTriesError) as error:
        wrong = "sign_in.wrong" if isinstance(error, SignInError) else "sign_in.too_many"
        status = 401 if isinstance(error, SignInError) else 429
        return pages.show(request, "sign_in.html", status=status, wrong=wrong, name=name)
    answer = RedirectResponse("/cases", SEE_OTHER)
    _set_cookie(answer, request, COOKIE, cookie, int(SESSION_LASTS.total_seconds()))
    return answer


@router.post("/sign-out")
def sign_out(who: Acting, accounts: AllAccounts) -> RedirectResponse:
    """End the session."""
    accounts.sign_out(who)
    answer = RedirectResponse("/sign-in", SEE_OTHER)
    answer.delete_cookie(COOKIE)
    return answer


@router.post("/language")
def choose_language(
    request: Request,
    language: Annotated[str, Form(max_length=10)],
    back: Annotated[str, Form(max_length=500)] = "/cases",
) -> RedirectResponse:
    """Change the language of the pages."""
    # Only a path of ours: "//elsewhere" and "/\elsewhere" lead browsers to another site.
    ours = back.startswith("/") and not back.startswith(("//", "/\\"))
    answer = RedirectResponse(back if ours else "/cases", SEE_OTHER)
    if language in LANGUAGES:
        _set_cookie(answer, request, LANGUAGE_COOKIE, language, 365 * 86400)
    return answer


def _set_cookie(answer: Response, request: Request, name: str, value: str, seconds: int) -> None:
    secure: bool = request.app.state.settings.secure_cookies
    answer.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="lax", secure=secure, path="/"
    )


# --- cases --------------------------------------------------------------------------------------


class _Wanted:
    """The filters of the case list, as they stand in the address."""

    def __init__(
        self, status: Short = "open", grade: Short = "", store: Short = "", code: Short = ""
    ) -> None:
        self.status = status if status in ("open", "all", *Status) else "open"
        self.grade = grade if grade in ("S", "A", "B") else ""
        self.store = store.replace("\x00", "")
        self.code = code.strip().replace("\x00", "")

    @property
    def filter(self) -> Filter:
        """What the repository is asked for; a code that was typed finds closed cases too."""
        if self.code:
            return Filter(code=_parsed(self.code), limit=CASES_SHOWN)
        return Filter(
            grade=self.grade or None,
            status=self.status,
            store=self.store or None,
            limit=CASES_SHOWN,
        )


def _parsed(code: str) -> str:
    try:
        return case_code.parse(code)
    except MessageError:
        return code


Wanted = Annotated[_Wanted, Depends()]


def _list_context(
    who: SignedIn, cases: Cases, database: Database, wanted: _Wanted
) -> dict[str, Any]:
    with database.reading() as connection:
        stores = devices.stores(connection, who.scope)
    return {
        "cases": cases.listed(who, wanted.filter),
        "counts": cases.counts(who),
        "stores": stores,
        "wanted": wanted,
        "limit": CASES_SHOWN,
    }


@router.get("/cases")
def case_list(
    request: Request, who: Who, pages: Render, cases: AllCases, database: Storage, wanted: Wanted
) -> Response:
    """List the cases, what is due first at the top."""
    context = _list_context(who, cases, database, wanted)
    return pages.show(request, "cases.html", who=who, **context)


@router.get("/cases/list")
def case_rows(
    request: Request, who: Who, pages: Render, cases: AllCases, database: Storage, wanted: Wanted
) -> Response:
    """Give the list alone, for a page that refreshes itself."""
    context = _list_context(who, cases, database, wanted)
    return pages.show(request, "case_rows.html", who=who, **context)


class _Shown:
    """What a case page is made with."""

    def __init__(self, request: Request, pages: Render, cases: AllCases, database: Storage) -> None:
        self.pages = pages
        self.cases = cases
        self.database = database
        self.corrections: Corrections = request.app.state.corrections


OfCase = Annotated[_Shown, Depends()]


@router.get("/cases/{case_id}")
def case_page(request: Request, case_id: str, who: Who, shown: OfCase) -> Response:
    """Show one case."""
    return show_case(request, case_id, who, shown)


def show_case(
    request: Request,
    case_id: str,
    who: SignedIn,
    shown: OfCase,
    number: str | None = None,
    refused: Refused | None = None,
) -> Response:
    """Return the page of a case, with the shopper's number or a form that was refused."""
    view = shown.cases.view(who, case_id)
    judged = shown.corrections.judged(who, view.said)
    with shown.database.reading() as connection:
        stores = devices.stores(connection, who.scope)
        voices = problems.of_case(
            connection,
            view.case["store_id"],
            view.said["touchpoint"],
            complained_of(judged.over if judged else None, view.said["reasons"]),
            view.case["started_at"],
        )
        graded_by = rulebook.revision_of(connection, view.said["grading"])
    texts = shown.pages.texts(request)
    evidence = (view.said["grading"] or {}).get("evidence", [])
    note = view.said["note"]
    steps = steps_from(Status(view.case["status"])) if who.may(Right.ACT) else []
    return shown.pages.show(
        request,
        "case.html",
        status=http_status(refused.error) if refused else 200,
        path="/cases",
        here=f"/cases/{case_id}",
        who=who,
        case=view.case,
        said=view.said,
        timeline=view.timeline,
        voices=voices,
        stores=stores,
        pieces=wording.marked(note, evidence) if note else [],
        grounds=wording.grounds(texts, note, evidence),
        correcting=Shown.to(who, judged, refused),
        graded_by=graded_by,
        steps=steps,
        needs_note=NEEDS_NOTE,
        names=shown.cases.names() if steps else [],
        may_see_contact=who.may(Right.CONTACT),
        number=number,
        counts=shown.cases.counts(who),
    )


@router.post("/cases/{case_id}/contact")
def look_at_contact(request: Request, case_id: str, who: Acting, shown: OfCase) -> Response:
    """Show the shopper's number once; that somebody looked stands in the timeline."""
    number = shown.cases.contact(who, case_id)
    return show_case(request, case_id, who, shown, number)


class StepForm(BaseModel):
    """The form of a step, as the case page sends it."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    note: Annotated[str, Field(max_length=4000)] = ""
    assignee: Annotated[str, Field(max_length=64)] = ""


@router.post("/cases/{case_id}/{step}")
def take_step(
    case_id: str, step: Step, who: Acting, cases: AllCases, form: Annotated[StepForm, Form()]
) -> RedirectResponse:
    """Take a step and show the case again."""
    taken = StepTaken(
        step=step, version=form.version, note=form.note, assignee=form.assignee or None
    )
    cases.take_step(who, case_id, taken)
    return RedirectResponse(f"/cases/{case_id}", SEE_OTHER)


# --- the rest -----------------------------------------------------------------------------------


@router.get("/feedback")
def feedback_list(
    request: Request, who: Who, pages: Render, cases: AllCases, database: Storage
) -> Response:
    """List all feedback, happy taps too."""
    with database.reading() as connection:
        rows = feedback.listed(connection, who.scope, limit=FEEDBACK_SHOWN)
        stores = devices.stores(connection, who.scope)
        scores = insights.two_days(connection, who.scope, pages.today(), STORES_SHOWN)
    return pages.show(
        request,
        "feedback.html",
        who=who,
        rows=rows,
        stores=stores,
        scores=scores,
        counts=cases.counts(who),
    )
