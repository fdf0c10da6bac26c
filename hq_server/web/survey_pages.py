"""The pages about surveys: which version is where, how to change one, and how to publish it."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection
from starlette.datastructures import UploadFile

from grading.topics import TOPICS
from hq_server.accounts.endpoints import Acting
from hq_server.accounts.roles import Right
from hq_server.devices import service as devices
from hq_server.errors import InputError
from hq_server.surveys import document, form
from hq_server.surveys import service as surveys
from hq_server.surveys.form import Draft
from hq_server.surveys.service import CHAIN, Place, PlaceKind, Signed, Version
from hq_server.web.field_pages import FieldSite, Site
from hq_server.web.pages import SEE_OTHER
from hq_server.web.survey_errors import survey_error
from hq_server.web.survey_preview import preview
from protocols.survey import Scale

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edited:
    """A draft on its way back to the person who works on it."""

    draft: Draft
    made_from: int | None
    note: str = ""
    text: str | None = None
    """What stands in the JSON field; None: the form is shown."""
    wrong: InputError | None = None
    asked: str = ""
    """The button that was pressed."""


# --- looking --------------------------------------------------------------------------------------


@router.get("/surveys")
def survey_list(site: Site) -> Response:
    """List what is published where, all versions, and which kiosk shows which."""
    with site.database.reading() as connection:
        saved = surveys.versions(connection)
        published = _published(site, connection)
        history = surveys.seen_by(connection, site.who.scope, surveys.history(connection))
        kiosks = surveys.kiosks(connection, site.who.scope)
    return site.show(
        "surveys.html",
        versions=saved,
        published=published,
        places_of={each.version: _where(published, each.version) for each in saved},
        history=history,
        kiosks=kiosks,
        may_change=site.who.may(Right.SURVEYS),
    )


def _published(site: FieldSite, connection: Connection) -> dict[Place, surveys.Publication]:
    """Return what is published where, of places that whoever looks may see."""
    everything = surveys.published(connection).values()
    seen = surveys.seen_by(connection, site.who.scope, everything)
    return {each.place: each for each in seen}


def _where(published: dict[Place, surveys.Publication], number: int) -> list[Place]:
    return [place for place, each in published.items() if each.version == number]


@router.get("/surveys/new")
def new_survey(site: Site) -> Response:
    """Show the form with what the chain asks now, or with what every chain begins with."""
    site.who.demand(Right.SURVEYS)
    with site.database.reading() as connection:
        chain = surveys.published(connection).get(CHAIN)
        found = surveys.version(connection, chain.version) if chain and chain.version else None
    draft = form.draft_of(found.survey if found else document.first())
    return _editor(site, _Edited(draft=draft, made_from=found.version if found else None))


@router.get("/surveys/{number:int}")
def survey_page(site: Site, number: int) -> Response:
    """Show one version, and where it is published."""
    return _version_page(site, number)


def _version_page(site: FieldSite, number: int, *, nowhere: bool = False) -> Response:
    with site.database.reading() as connection:
        found = surveys.version(connection, number)
        published = _published(site, connection)
        stores = devices.stores(connection, site.who.scope)
    survey = found.survey
    return site.show(
        "survey.html",
        status=422 if nowhere else 200,
        nowhere=nowhere,
        version=found,
        survey=survey,
        preview=preview(survey, site.texts.language),
        places=_where(published, number),
        published=published,
        regions=surveys.regions(stores),
        may_change=site.who.may(Right.SURVEYS),
    )


@router.get("/surveys/{number:int}/json")
def survey_json(site: Site, number: int) -> Response:
    """Give a version as the file that `storeloop-hq survey publish` takes."""
    with site.database.reading() as connection:
        found: Version = surveys.version(connection, number)
    named = f'attachment; filename="survey-{number}.json"'
    return Response(
        document.legible(found.body),
        media_type="application/json",
        headers={"Content-Disposition": named},
    )


@router.get("/surveys/{number:int}/edit")
def edit_survey(site: Site, number: int) -> Response:
    """Show the form with one version, to make the next one of it."""
    site.who.demand(Right.SURVEYS)
    with site.database.reading() as connection:
        found = surveys.version(connection, number)
    return _editor(site, _Edited(draft=form.draft_of(found.survey), made_from=number))


# --- working on one -------------------------------------------------------------------------------


async def _edited(request: Request) -> _Edited:
    """Return what somebody typed, whatever is wrong with it."""
    posted = await request.form()
    fields = {key: value for key, value in posted.items() if isinstance(value, str)}
    made_from, text = fields.get("made_from", ""), fields.get("text")
    draft: Draft = {}
    wrong = None
    try:
        draft = form.of_fields(fields) if text is None else form.of_json(text)
    except InputError as error:  # the form itself is never wrong: somebody wrote this JSON
        wrong = error
        text = text or ""
    logo = posted.get("logo_file")
    if isinstance(logo, UploadFile) and logo.size and text is None:
        draft.setdefault("brand", {})["logo"] = base64.b64encode(await logo.read()).decode()
    return _Edited(
        draft=draft,
        made_from=int(made_from) if made_from.isdecimal() and len(made_from) < 10 else None,
        note=fields.get("note", ""),
        text=text,
        wrong=wrong,
        asked=fields.get("do", ""),
    )


Edited = Annotated[_Edited, Depends(_edited)]


@router.post("/surveys/draft")
def work_on_draft(site: Site, who: Acting, edited: Edited) -> Response:
    """Do what a button of the form asks; nothing typed is lost, whatever is wrong with it."""
    who.demand(Right.SURVEYS)
    if edited.wrong is not None:
        return _editor(site, edited)
    match edited.asked:
        case "save":
            return _save(site, who.name, edited)
        case "json":
            return _editor(site, replace(edited, text=form.as_json(edited.draft)))
        case "form":
            return _as_form(site, edited)
    changed = form.changed(edited.draft, edited.asked)
    return _editor(site, replace(edited, draft=changed))


@router.post("/surveys/preview")
def draw(site: Site, who: Acting, edited: Edited) -> Response:
    """Give the drawing of a draft alone, for a form that refreshes it."""
    who.demand(Right.SURVEYS)
    return site.show("survey_preview.html", **_drawn(site, edited))


def _save(site: FieldSite, author: str, edited: _Edited) -> Response:
    signed = Signed(author=author, note=edited.note, at=site.pages.now())
    try:
        survey = document.fit(form.body_of(edited.draft))
        with site.database.writing() as connection:
            number = surveys.save(connection, survey, signed, edited.made_from)
    except InputError as error:
        return _editor(site, replace(edited, wrong=error))
    return RedirectResponse(f"/surveys/{number}", SEE_OTHER)


def _as_form(site: FieldSite, edited: _Edited) -> Response:
    """Show JSON as a form again, once the form could show it."""
    try:
        survey = document.read(form.body_of(edited.draft))
    except InputError as error:
        return _editor(site, replace(edited, wrong=error))
    return _editor(site, replace(edited, draft=form.draft_of(survey), text=None))


def _editor(site: FieldSite, edited: _Edited) -> Response:
    wrong = edited.wrong
    return site.show(
        "survey_edit.html",
        status=422 if wrong else 200,
        edited=edited,
        draft=form.shown(edited.draft) if edited.text is None else {},
        field=form.located(edited.draft, wrong) if wrong else "",
        said=survey_error(site.texts, wrong) if wrong else "",
        rest=form.rest_of(edited.draft),
        rest_of_question=form.rest_of_question,
        languages=document.LANGUAGES,
        limits=form.LIMITS,
        scales=list(Scale),
        topics=list(TOPICS),
        **_drawn(site, edited),
    )


def _drawn(site: FieldSite, edited: _Edited) -> dict[str, Any]:
    try:
        survey = document.read(form.body_of(edited.draft))
    except InputError:
        return {"preview": None}
    return {"preview": preview(survey, site.texts.language)}


# --- publishing -----------------------------------------------------------------------------------


class PublishForm(BaseModel):
    """Where something is published, and why."""

    place: Annotated[list[str], Field(max_length=2000)] = []
    note: Annotated[str, Field(max_length=2000)] = ""

    @property
    def places(self) -> list[Place]:
        """The places, which the form names as "store:s1"; InputError when one is none."""
        return [_place(each) for each in self.place]


def _place(named: str) -> Place:
    kind, _, id_ = named.partition(":")
    if kind not in set(PlaceKind) or (kind == PlaceKind.CHAIN) != (not id_):
        raise InputError("place", "the chain, a region or a store is expected")
    return Place(kind=PlaceKind(kind), id=id_)


@router.post("/surveys/{number:int}/publish")
def publish(
    site: Site, number: int, who: Acting, wanted: Annotated[PublishForm, Form()]
) -> Response:
    """Let some places have a version from now on."""
    who.demand(Right.SURVEYS)
    if not wanted.place:
        return _version_page(site, number, nowhere=True)
    signed = Signed(author=who.name, note=wanted.note, at=site.pages.now())
    with site.database.writing() as connection:
        surveys.publish(connection, number, wanted.places, signed)
    return RedirectResponse("/surveys", SEE_OTHER)


@router.post("/surveys/withdraw")
def withdraw(site: Site, who: Acting, wanted: Annotated[PublishForm, Form()]) -> RedirectResponse:
    """Let some places have no survey of their own any more."""
    who.demand(Right.SURVEYS)
    signed = Signed(author=who.name, note=wanted.note, at=site.pages.now())
    with site.database.writing() as connection:
        surveys.publish(connection, None, wanted.places, signed)
    return RedirectResponse("/surveys", SEE_OTHER)
