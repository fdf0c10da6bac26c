"""The pages about what shoppers said in all: scores and their doubts, and open problems."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from hq_server.accounts.endpoints import Acting
from hq_server.accounts.roles import Right
from hq_server.devices import service as devices
from hq_server.errors import NotFoundError
from hq_server.insights import service as insights
from hq_server.problems import service as problems
from hq_server.problems import wording
from hq_server.problems.problem import place_names
from hq_server.tills import service as tills
from hq_server.web.field_pages import Site
from hq_server.web.pages import SEE_OTHER, Render, Short, Storage

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

SPANS = (1, 7, 30)


@router.get("/insights")
def show_insights(
    site: Site, days: Annotated[int, Query(ge=1, le=366)] = 7, store: Short = ""
) -> Response:
    """Show scores, how visits ended and what is doubted, by store and by day."""
    store = store.replace("\x00", "")
    scope = site.who.scope.within(store) if store else site.who.scope
    with site.database.reading() as connection:
        report = insights.report(connection, scope, site.pages.today(), days)
        told = tills.instructions(connection, scope)
    return site.show(
        "insights.html", report=report, instructions=told, days=days, spans=SPANS, store=store
    )


@router.get("/problems")
def show_problems(site: Site, store: Short = "") -> Response:
    """Show the open problems of a store: the first one's when none is named."""
    with site.database.reading() as connection:
        known = devices.stores(connection, site.who.scope)
        chosen = store if store in known else next(iter(known), "")
        shown = []
        if chosen:
            now = site.pages.now()
            shown = problems.listed(connection, site.who.scope, chosen, now)
    places = known[chosen].touchpoints if chosen else {}
    language = site.texts.language
    words = {
        each.problem.id: (
            wording.text(each.problem.topic, place_names(each.problem.place, places))[language],
            wording.ask(each.problem.topic, place_names(each.problem.place, places))[language],
        )
        for each in shown
    }
    return site.show(
        "problems.html", problems=shown, words=words, store=chosen,
        may_act=site.who.may(Right.ACT),
    )  # fmt: skip


@router.post("/problems/{store}/{problem}/{how}")
def hide_or_show(
    store: str, problem: str, how: str, who: Acting, pages: Render, database: Storage
) -> RedirectResponse:
    """Keep a problem from the kiosks of its store, or let them show it again."""
    if how not in ("hide", "show"):
        raise NotFoundError("page", how)
    with database.writing() as connection:
        shown = problems.listed(connection, who.scope, store, pages.now())
        found = next((each.problem for each in shown if each.problem.id == problem), None)
        if found is None:
            raise NotFoundError("problem", problem)
        problems.set_hidden(connection, who, found, hidden=how == "hide", now=pages.now())
    return RedirectResponse(f"/problems?store={store}", SEE_OTHER)
