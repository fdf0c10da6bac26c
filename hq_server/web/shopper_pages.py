"""The pages for shoppers' own phones: no sign-in, no cookie, no word that anybody wrote."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from hq_server.database import new_id
from hq_server.errors import CaseError, InputError, NotFoundError, TooManyTriesError
from hq_server.shopper.service import MAX_WORDS, Place, Shoppers, Written
from hq_server.shopper.stages import stages
from hq_server.web import guard
from hq_server.web.pages import SEE_OTHER, Render
from hq_server.web.render import Pages

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

_HIDDEN = {"X-Robots-Tag": "noindex, nofollow"}
Typed = Annotated[str, Form(max_length=200)]


def shoppers_of(request: Request) -> Shoppers:
    """Return what shoppers may do in this application."""
    found: Shoppers = request.app.state.shoppers
    return found


AllShoppers = Annotated[Shoppers, Depends(shoppers_of)]


@router.get("/robots.txt")
def robots() -> PlainTextResponse:
    """Ask search engines to stay away from all of it."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


# --- following a case code ----------------------------------------------------------------------


@router.get("/t")
def ask_code(request: Request, pages: Render) -> Response:
    """Show the form for a code."""
    return _show(request, pages, "shopper_code.html", wrong=None, typed="")


@router.post("/t")
def typed_code(
    request: Request, pages: Render, shoppers: AllShoppers, code: Typed = ""
) -> Response:
    """Go to the page of a code that was typed."""
    try:
        found, _ = shoppers.track(code, guard.address_of(request))
    except (NotFoundError, TooManyTriesError) as error:
        return _wrong(request, pages, error, code)
    return _to(request, f"/t/{found.code}")


@router.get("/t/{code}")
def track(
    request: Request,
    code: str,
    pages: Render,
    shoppers: AllShoppers,
    new: Annotated[str, Query(max_length=5)] = "",
) -> Response:
    """Show how the feedback of a code stands; `new` thanks for what was just written."""
    try:
        found, store = shoppers.track(code, guard.address_of(request))
    except (NotFoundError, TooManyTriesError) as error:
        return _wrong(request, pages, error, "")
    if new:
        return _show(request, pages, "shopper_thanks.html", progress=found, store=store)
    return _show(
        request, pages, "shopper_track.html", progress=found, store=store, stages=stages(found)
    )


class Confirmation(BaseModel):
    """The two keys under "is it mended?"."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    solved: Literal["yes", "no"]


@router.post("/t/{code}")
def confirm(
    request: Request,
    code: str,
    pages: Render,
    shoppers: AllShoppers,
    form: Annotated[Confirmation, Form()],
) -> Response:
    """Take in whether it is mended, and show where it stands now."""
    address = guard.address_of(request)
    try:
        shoppers.confirm(code, form.version, address, solved=form.solved == "yes")
    except (NotFoundError, TooManyTriesError) as error:
        return _wrong(request, pages, error, "")
    except CaseError:
        pass  # touched twice, or somebody was first: the page says how it stands
    return _to(request, f"/t/{code}")


def _wrong(request: Request, pages: Pages, error: Exception, typed: str) -> Response:
    """Say that a code leads nowhere: whether it could be one at all is not told."""
    slow = isinstance(error, TooManyTriesError)
    return _show(
        request, pages, "shopper_code.html", status=429 if slow else 404,
        wrong="track.slow_down" if slow else "track.unknown", typed=typed,
    )  # fmt: skip


# --- writing words ------------------------------------------------------------------------------


class NoteForm(BaseModel):
    """The form of the note page."""

    id: Annotated[str, Field(max_length=64)] = ""
    text: Annotated[str, Field(max_length=8 * MAX_WORDS)] = ""
    number: Annotated[str, Field(max_length=100)] = ""
    consent: Annotated[str, Field(max_length=10)] = ""


class _Where:
    """The store, the touchpoint and perhaps the visit that a note's address names."""

    def __init__(
        self, request: Request, store: str, touchpoint: str, response: str | None = None
    ) -> None:
        self.place: Place | None = None
        with suppress(NotFoundError):
            self.place = shoppers_of(request).place(store, touchpoint, response)


Where = Annotated[_Where, Depends()]


@router.get("/n/{store}/{touchpoint}")
@router.get("/n/{store}/{touchpoint}/{response}")
def note_form(request: Request, where: Where, pages: Render) -> Response:
    """Show the form for words."""
    return _note(request, pages, where, NoteForm(id=new_id()))


@router.post("/n/{store}/{touchpoint}")
@router.post("/n/{store}/{touchpoint}/{response}")
def write_note(
    request: Request,
    where: Where,
    pages: Render,
    shoppers: AllShoppers,
    form: Annotated[NoteForm, Form()],
) -> Response:
    """Keep what was written and thank for it; the same form twice is one note."""
    if where.place is None:
        return _note(request, pages, where, form)
    written = Written(
        id=form.id, text=form.text, number=form.number, consent=form.consent == "yes",
        language=pages.texts(request).language,
    )  # fmt: skip
    try:
        code = shoppers.write(where.place, written, guard.address_of(request))
    except InputError as error:
        return _note(request, pages, where, form, status=422, wrong=f"note.wrong_{error.field}")
    except TooManyTriesError:
        return _note(request, pages, where, form, status=429, wrong="note.slow_down")
    return _to(request, f"/t/{code}", new="1")


def _note(
    request: Request,
    pages: Pages,
    where: _Where,
    form: NoteForm,
    *,
    status: int = 200,
    wrong: str | None = None,
) -> Response:
    if where.place is None:
        return _show(request, pages, "shopper_nowhere.html", status=404)
    return _show(
        request, pages, "shopper_note.html", status=status, place=where.place, form=form,
        wrong=wrong, most=MAX_WORDS,
    )  # fmt: skip


# --- both ---------------------------------------------------------------------------------------


def _show(
    request: Request, pages: Pages, template: str, *, status: int = 200, **context: Any
) -> Response:
    answer = pages.show(request, template, status=status, **context)
    answer.headers.update(_HIDDEN)
    return answer


def _to(request: Request, path: str, **query: str) -> RedirectResponse:
    """Go to a page of ours, in the language that was chosen."""
    lang = request.query_params.get("lang")
    named = query | ({"lang": lang} if lang in ("zh-CN", "en") else {})
    asked = "&".join(f"{key}={value}" for key, value in named.items())
    return RedirectResponse(f"{path}?{asked}" if asked else path, SEE_OTHER, headers=_HIDDEN)
