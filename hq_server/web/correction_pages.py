"""The pages about gradings: one response and what was said of it, and how good gradings are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from hq_server.accounts.endpoints import Acting
from hq_server.accounts.roles import Right
from hq_server.corrections import label, quality, service
from hq_server.corrections.label import Label
from hq_server.corrections.quality import Version
from hq_server.corrections.service import Corrections, Given
from hq_server.errors import ChangedError, InputError, http_status
from hq_server.feedback import service as feedback
from hq_server.rulebook import service as rulebook
from hq_server.web import wording
from hq_server.web.correction_form import Refused, Shown
from hq_server.web.field_pages import FieldSite, Site
from hq_server.web.pages import SEE_OTHER, OfCase, show_case

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

SPANS = (30, 90, 365)
RULES_SHOWN = 100
TEXTS_SHOWN = 200
Short = Annotated[str, Query(max_length=140)]
# No clock of ours was ever earlier; years with less than four digits are no moment of UTC.
Since = Annotated[date | None, Query(ge=date(2000, 1, 1))]


def corrections_of(request: Request) -> Corrections:
    """Return the corrections of this application."""
    corrections: Corrections = request.app.state.corrections
    return corrections


AllCorrections = Annotated[Corrections, Depends(corrections_of)]


# --- one response ---------------------------------------------------------------------------------


@router.get("/feedback/{response_id}")
def feedback_page(response_id: str, site: Site, corrections: AllCorrections) -> Response:
    """Show one response; with a case, the page of that has it."""
    said = _said(site, response_id)
    if said["case_id"] is not None:
        return RedirectResponse(f"/cases/{said['case_id']}", SEE_OTHER)
    return _feedback(site, said, corrections)


def _said(site: FieldSite, response_id: str) -> dict[str, Any]:
    with site.database.reading() as connection:
        return dict(feedback.one(connection, site.who.scope, response_id.replace("\x00", "")))


def _feedback(
    site: FieldSite,
    said: Mapping[str, Any],
    corrections: Corrections,
    refused: Refused | None = None,
) -> Response:
    with site.database.reading() as connection:
        graded_by = rulebook.revision_of(connection, said["grading"])
    evidence = (said["grading"] or {}).get("evidence", [])
    return site.show(
        "feedback_one.html",
        status=http_status(refused.error) if refused else 200,
        here=f"/feedback/{said['id']}",
        said=said,
        pieces=wording.marked(said["note"], evidence) if said["note"] else [],
        grounds=wording.grounds(site.texts, said["note"], evidence),
        correcting=Shown.to(site.who, corrections.judged(site.who, said), refused),
        graded_by=graded_by,
    )


class CorrectionForm(BaseModel):
    """The form of a correction, as both pages send it; what is left out is said at its field."""

    id: Annotated[str, Field(max_length=64)]
    number: Annotated[int, Field(ge=0, le=2**31 - 1)]
    text_hash: Annotated[str, Field(max_length=64)]
    grade: Annotated[str, Field(max_length=8)] = ""
    department: Annotated[str, Field(max_length=64)] = ""
    topic: Annotated[str, Field(max_length=64)] = ""
    also: list[Annotated[str, Field(max_length=64)]] = Field(default_factory=list, max_length=50)
    sentiment: int = 0
    intent: Annotated[str, Field(max_length=16)] = ""
    why: str = ""

    def given(self) -> Given:
        """Return it as the service takes it: the main topic first, each once."""
        said = Label(
            grade=self.grade,
            department=self.department,
            topics=tuple(dict.fromkeys((self.topic, *self.also))),
            sentiment=self.sentiment,
            intent=self.intent,
        )
        return Given(
            id=self.id,
            number=self.number,
            text_hash=self.text_hash,
            label=said,
            why=self.why.replace("\r\n", "\n"),
        )


@router.post("/feedback/{response_id}/correct")
def correct(
    request: Request,
    response_id: str,
    who: Acting,
    site: Site,
    of_case: OfCase,
    form: Annotated[CorrectionForm, Form()],
) -> Response:
    """Put a correction in force and show the feedback again; refused, with all that was typed."""
    given, refused = form.given(), None
    try:
        of_case.corrections.correct(who, response_id.replace("\x00", ""), given)
    except (InputError, ChangedError) as error:
        refused = Refused(given=given, error=error)
    said = _said(site, response_id)
    case = said["case_id"]
    if refused is None:
        there = f"/cases/{case}" if case is not None else f"/feedback/{said['id']}"
        return RedirectResponse(f"{there}#grading", SEE_OTHER)
    if case is not None:
        return show_case(request, case, who, of_case, refused=refused)
    return _feedback(site, said, of_case.corrections, refused)


# --- how good gradings are ------------------------------------------------------------------------


@router.get("/quality")
def show_quality(
    site: Site,
    corrections: AllCorrections,
    days: Annotated[int, Query(ge=1, le=3660)] = 90,
    version: Short = "",
) -> Response:
    """Show how often gradings were corrected, by rule, topic and version."""
    found = corrections.quality(site.who, days, _version(version))
    return site.show(
        "quality.html",
        found=found,
        days=days,
        spans=SPANS,
        version=version,
        limit=RULES_SHOWN,
        often=quality.OFTEN,
        at_least=quality.AT_LEAST,
        counted_at_most=service.TEXTS_COUNTED,
        may_export=site.who.may(Right.EXPORT),
    )


@router.get("/quality/texts")
def show_texts(
    site: Site,
    corrections: AllCorrections,
    days: Annotated[int, Query(ge=1, le=3660)] = 90,
    version: Short = "",
    rule: Short = "",
    topic: Short = "",
) -> Response:
    """Show the texts that were corrected: all, or those of one rule or topic."""
    found = corrections.quality(site.who, days, _version(version))
    chosen = [
        row
        for row in found.texts
        if (not rule or rule in quality.rules_of(row))
        and (not topic or topic in quality.topics_of(row))
    ]
    rates = found.rules if rule else found.topics
    rate = next((each for each in rates if each.name == (rule or topic)), found.whole)
    return site.show(
        "quality_texts.html",
        texts=[
            (row, wording.marked(row["note"], _marks(row, rule)), label.changed_by(row))
            for row in chosen[:TEXTS_SHOWN]
        ],
        rate=rate,
        rule=rule,
        topic_id=topic,
        days=days,
        version=version,
        limit=TEXTS_SHOWN,
    )


def _marks(row: Mapping[str, Any], rule: str) -> list[Mapping[str, Any]]:
    """Return the evidence to be marked: of one rule alone when one is looked at."""
    return [each for each in row["grading"]["evidence"] if rule in ("", each["rule"])]


@router.get("/quality/corrections.jsonl")
def download(request: Request, site: Site, since: Since = None) -> Response:
    """Give the corrected texts as lines for training."""
    site.who.demand(Right.EXPORT)
    start = None
    if since is not None:
        start = datetime.combine(since, time(), request.app.state.settings.zone)
    with site.database.reading() as connection:
        lines = [
            json.dumps(line, ensure_ascii=False) + "\n"
            for line in service.labelled(connection, site.who.scope, start)
            if line is not None
        ]
    name = f'attachment; filename="corrections-{site.pages.today().isoformat()}.jsonl"'
    return Response(
        "".join(lines), media_type="application/jsonl", headers={"Content-Disposition": name}
    )


def _version(said: str) -> Version | None:
    lexicon, _, policy = said.partition("-")
    return (lexicon, policy) if said else None
