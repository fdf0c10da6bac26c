"""Feedback as JSON, for other systems of the house."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime, BaseModel

from hq_server.accounts.endpoints import Who
from hq_server.database import Database
from hq_server.feedback import service

router = APIRouter(prefix="/api/feedback", tags=["feedback"])


class FeedbackOut(BaseModel):
    """One response, as the API gives it; never its contact."""

    id: str
    store_id: str
    touchpoint: str | None
    device: str
    channel: str
    rev: int
    outcome: str
    rating: int | None
    nps: int | None
    marks: list[dict[str, Any]]
    weight: int
    reasons: list[dict[str, Any]]
    note: str | None
    code: str | None
    grade: str | None
    case_id: str | None
    receipt_number: str | None
    language: str
    occurred_at: datetime
    received_at: datetime
    clock_quality: str


@router.get("")
def list_feedback(
    request: Request,
    who: Who,
    since: AwareDatetime | None = None,
    before: AwareDatetime | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[FeedbackOut]:
    """List responses by their arrival, the latest first."""
    database: Database = request.app.state.database
    with database.reading() as connection:
        rows = service.listed(connection, who.scope, since=since, before=before, limit=limit)
    return [FeedbackOut.model_validate(dict(row)) for row in rows]
