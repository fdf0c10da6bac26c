"""The pages about rules that everybody may look at: which know what, what they say, the history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from grading.grader import grade
from grading.lexicon import Kind
from grading.rulebook import Rulebook
from grading.topics import TOPICS
from grading.verdict import Context
from hq_server.accounts.endpoints import Acting
from hq_server.accounts.roles import Right
from hq_server.errors import FaultyRulesError, InputError
from hq_server.rulebook import catalogue, stores
from hq_server.rulebook import service as rulebook
from hq_server.rulebook.catalogue import Difference, Wanted
from hq_server.rulebook.grading_by import BUILT_IN, InForce, in_force, rulebook_of
from hq_server.rulebook.service import Draft, Signed
from hq_server.rulebook.stores import Standing
from hq_server.web import wording
from hq_server.web.field_pages import FieldSite, Site
from hq_server.web.pages import SEE_OTHER
from hq_server.web.rulebook_faults import refusal, shown_faults

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

RULES_SHOWN = 60
SUMMED_UP = 20
_LONGEST_TEXT = 2000
_Word = Annotated[str, Query(max_length=200)]


# --- the rules ------------------------------------------------------------------------------------


@router.get("/rulebook")
def rules(
    site: Site,
    topic: _Word = "",
    kind: _Word = "",
    q: _Word = "",
    of: _Word = "",
) -> Response:
    """Show what is in force, try a text, and find rules."""
    wanted = Wanted(topic=topic, kind=kind, text=q.replace("\x00", ""))
    with site.database.reading() as connection:
        current = in_force(connection)
        draft = rulebook.draft(connection)
        history = rulebook.history(connection)
        gateways = stores.of_gateways(connection, site.who.scope)
    toml = "" if current.problems else current.toml
    if of == "draft" and not _faults(site, draft.toml):
        toml = draft.toml
    found = catalogue.found(toml, wanted)
    return site.show(
        "rulebook.html",
        current=current,
        faults=shown_faults(site.texts, current.toml, current.problems),
        since=history[0] if history else None,
        share=_share(gateways),
        draft=draft,
        of=of,
        wanted=wanted,
        found=found[:RULES_SHOWN],
        count=len(found),
        total=len(catalogue.rules(toml)),
        built_in=catalogue.rules(""),
        kinds=list(Kind),
        topics=list(TOPICS),
        may_change=site.who.may(Right.RULES),
    )


def _share(gateways: dict[str, stores.GatewayRules]) -> tuple[int, int]:
    """Return how many gateways have the revision in force, of all that were ever heard."""
    heard = [each for each in gateways.values() if each.standing is not Standing.NEVER]
    right = (Standing.SAME, Standing.OTHER_PROGRAM)
    return sum(each.standing in right for each in heard), len(heard)


# --- trying a text --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What some rules say of a text."""

    name: str
    """in_force or draft."""
    verdict: dict[str, Any]
    pieces: list[wording.Piece]
    grounds: list[wording.Ground]


class TryForm(BaseModel):
    """A text to be graded; it is not kept."""

    text: Annotated[str, Field(max_length=_LONGEST_TEXT)] = ""
    rating: Annotated[int | str, Field(union_mode="left_to_right")] = ""

    @property
    def context(self) -> Context:
        """What else is known of it."""
        faces = self.rating if isinstance(self.rating, int) and 1 <= self.rating <= 5 else None
        return Context(rating=faces)


@router.post("/rulebook/try")
def try_text(site: Site, who: Acting, wanted: Annotated[TryForm, Form()]) -> Response:
    """Say how a text is graded by what is in force, and by the draft."""
    who.demand(Right.FLEET)
    with site.database.reading() as connection:
        current = in_force(connection)
        draft = rulebook.draft(connection)
    tried = [_tried(site, "in_force", current.rulebook, wanted)]
    if draft.edits and draft.toml != current.toml:
        tried += _by_draft(site, draft, wanted)
    return site.show("rulebook_tried.html", tried=tried, text=wanted.text)


def _by_draft(site: FieldSite, draft: Draft, wanted: TryForm) -> list[Tried]:
    try:
        return [_tried(site, "draft", rulebook_of(draft.toml), wanted)]
    except FaultyRulesError:  # kept by another version of the programs
        return []


def _tried(site: FieldSite, name: str, by: Rulebook, wanted: TryForm) -> Tried:
    text = wanted.text.replace("\x00", "").strip()
    verdict = msgspec.to_builtins(grade(text or None, wanted.context, by))
    evidence = verdict["evidence"]
    return Tried(
        name=name,
        verdict=verdict,
        pieces=wording.marked(text, evidence) if text else [],
        grounds=wording.grounds(site.texts, text, evidence),
    )


# --- the history ----------------------------------------------------------------------------------


@router.get("/rulebook/history")
def history(site: Site) -> Response:
    """Show which revision was in force when, and which store has which."""
    with site.database.reading() as connection:
        published = rulebook.history(connection)
        current = in_force(connection)
        gateways = stores.of_gateways(connection, site.who.scope)
        tomls = {
            number: _toml(connection, number)
            for number in {each.revision for each in published[: SUMMED_UP + 1]}
        }
    return site.show(
        "rulebook_history.html",
        published=published,
        changes=_summed_up([tomls[each.revision] for each in published[: SUMMED_UP + 1]]),
        current=current,
        gateways=gateways.values(),
        draft=None,
        may_change=site.who.may(Right.RULES),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How much a publication changed of what was in force before."""

    rules: int
    added: int
    removed: int
    thresholds: int


def _summed_up(tomls: list[str]) -> list[Summary | None]:
    """Return what each text, the latest first, changed of the one before."""
    found: list[Summary | None] = []
    for after, before in zip(tomls, [*tomls[1:], ""], strict=False):  # none: nothing to sum up
        changed = differences(before, after)
        of_rules = [each for each in changed or () if each.is_rule]
        found.append(
            Summary(
                rules=len(of_rules),
                added=sum(len(each.added) for each in of_rules),
                removed=sum(len(each.removed) for each in of_rules),
                thresholds=len(changed) - len(of_rules),
            )
            if changed is not None
            else None
        )
    return found[:SUMMED_UP]


@router.get("/rulebook/revisions/{number:int}")
def revision_page(site: Site, number: int) -> Response:
    """Show one revision, what it changes, and how to put it in force again; 0: the built-in."""
    return revision_shown(site, number)


def revision_shown(
    site: FieldSite, number: int, wrong: Exception | None = None, note: str = ""
) -> Response:
    """Return the page of a revision, with what kept it from being put in force."""
    with site.database.reading() as connection:
        found = rulebook.revision(connection, number) if number != BUILT_IN else None
        current = in_force(connection)
        made_from = _toml(connection, found.made_from) if found else ""
    toml = found.toml if found else ""
    return site.show(
        "rulebook_revision.html",
        status=422 if wrong else 200,
        number=number,
        revision=found,
        toml=toml,
        current=current,
        made=differences(made_from, toml),
        away=differences(_usable(current), toml),
        faults=_faults(site, toml),
        refused=refusal(site.texts, wrong),
        note=note,
        draft=None,
        may_change=site.who.may(Right.RULES),
    )


def _toml(connection: Connection, number: int) -> str:
    return rulebook.revision(connection, number).toml if number != BUILT_IN else ""


def _usable(current: InForce) -> str:
    return "" if current.problems else current.toml


def differences(before: str, after: str) -> list[Difference] | None:
    """Return what changes; None when one of the two cannot be used by this program."""
    try:
        return catalogue.differences(before, after)
    except FaultyRulesError:
        return None


def _faults(site: FieldSite, toml: str) -> list[Any]:
    try:
        rulebook.demand_fit(toml)
    except FaultyRulesError as error:
        return list(shown_faults(site.texts, toml, error.problems))
    return []


@router.get("/rulebook/revisions/{number:int}/toml")
def revision_toml(site: Site, number: int) -> Response:
    """Give a revision as the file that `storeloop-hq rulebook publish` takes."""
    with site.database.reading() as connection:
        toml = _toml(connection, number)
    named = f'attachment; filename="rules-{number}.toml"'
    return Response(toml, media_type="application/toml", headers={"Content-Disposition": named})


class RollBackForm(BaseModel):
    """Why an older revision is put in force again."""

    note: str = ""


@router.post("/rulebook/revisions/{number:int}/in-force")
def roll_back(
    site: Site, number: int, who: Acting, wanted: Annotated[RollBackForm, Form()]
) -> Response:
    """Put an older revision in force again, or the built-in rules."""
    who.demand(Right.RULES)
    signed = Signed(author=who.name, note=wanted.note, at=site.pages.now())
    try:
        with site.database.writing() as connection:
            rulebook.roll_back(connection, number, signed)
    except (InputError, FaultyRulesError) as error:
        return revision_shown(site, number, error, wanted.note)
    return RedirectResponse("/rulebook/history", SEE_OTHER)
