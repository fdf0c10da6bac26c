"""Cases as JSON: list, look, take a step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from hq_server.accounts.endpoints import Acting, Who
from hq_server.cases.case import Filter, Status, Step, steps_from
from hq_server.cases.service import CASES_SHOWN, Cases, StepTaken

router = APIRouter(prefix="/api/cases", tags=["cases"])


def cases_of(request: Request) -> Cases:
    """Return the cases of this application."""
    cases: Cases = request.app.state.cases
    return cases


AllCases = Annotated[Cases, Depends(cases_of)]


class CaseOut(BaseModel):
    """A case, as the API gives it."""

    id: str
    code: str
    store_id: str
    response_id: str
    version: int
    grade: str
    department: str
    status: str
    opened_because: str
    assignee: str | None
    started_at: datetime
    opened_at: datetime
    respond_by: datetime | None
    progress_by: datetime | None
    solve_by: datetime | None
    responded_at: datetime | None
    progressed_at: datetime | None
    solved_at: datetime | None
    due_at: datetime | None
    due_target: str | None
    policy_version: str
    calendar_version: str


class EntryOut(BaseModel):
    """A timeline entry, as the API gives it."""

    kind: str
    actor: str
    at: datetime
    note: str | None
    detail: dict[str, Any]


class CasePage(CaseOut):
    """A case with what the shopper said and what happened since."""

    rating: int | None
    note: str | None
    reasons: list[dict[str, Any]]
    receipt_number: str | None
    grading: dict[str, Any] | None
    has_contact: bool
    steps: list[Step]
    timeline: list[EntryOut]


class StepIn(BaseModel):
    """What a step needs."""

    version: Annotated[int, Field(ge=1)]
    note: Annotated[str, Field(max_length=2000)] | None = None
    assignee: Annotated[str, Field(max_length=64)] | None = None


@router.get("")
def list_cases(
    who: Who,
    cases: AllCases,
    grade: Annotated[str | None, Query(pattern="^[SAB]$")] = None,
    status: Annotated[str, Query(max_length=16)] = "open",
    store: Annotated[str | None, Query(max_length=64)] = None,
) -> list[CaseOut]:
    """List cases, what is due first at the top; `status` may be "open" or "all"."""
    wanted = Filter(grade=grade, status=status, store=store, limit=CASES_SHOWN)
    return [CaseOut.model_validate(dict(row)) for row in cases.listed(who, wanted)]


@router.get("/{case_id}")
def one_case(case_id: str, who: Who, cases: AllCases) -> CasePage:
    """Show one case with its timeline."""
    return _page(cases, who, case_id)


@router.post("/{case_id}/{step}")
def take_step(case_id: str, step: Step, given: StepIn, who: Acting, cases: AllCases) -> CasePage:
    """Take a step; 409 when the status does not allow it or somebody else was first."""
    taken = StepTaken(step=step, version=given.version, note=given.note, assignee=given.assignee)
    cases.take_step(who, case_id, taken)
    return _page(cases, who, case_id)


def _page(cases: Cases, who: Who, case_id: str) -> CasePage:
    view = cases.view(who, case_id)
    said: Mapping[str, Any] = dict(view.said)
    named = ("rating", "note", "reasons", "receipt_number", "grading", "has_contact")
    return CasePage.model_validate(
        dict(view.case)
        | {name: said[name] for name in named}
        | {
            "steps": steps_from(Status(view.case["status"])),
            "timeline": [EntryOut.model_validate(dict(entry)) for entry in view.timeline],
        }
    )
