"""The pages on which rules are changed: the draft, its replay, and putting it in force."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from grading.lexicon import Kind
from grading.rulebook import built_in
from grading.topics import TOPICS, Department
from hq_server.accounts.endpoints import Acting
from hq_server.accounts.roles import Right
from hq_server.errors import (
    DraftChangedError,
    FaultyRulesError,
    HqError,
    InputError,
    LeavesSError,
    NotReplayedError,
    http_status,
)
from hq_server.rulebook import catalogue, editing, replaying
from hq_server.rulebook import service as rulebook
from hq_server.rulebook.editing import WordsOf
from hq_server.rulebook.grading_by import InForce, in_force, rulebook_of
from hq_server.rulebook.moves import Move
from hq_server.rulebook.replaying import Replay
from hq_server.rulebook.service import Draft, Signed
from hq_server.web import wording
from hq_server.web.field_pages import FieldSite, Site
from hq_server.web.pages import SEE_OTHER
from hq_server.web.rulebook_faults import Fault, refusal, shown_faults
from hq_server.web.rulebook_pages import differences

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

TEXTS_SHOWN = 100
_LINES_SHOWN = 200
_Id = Annotated[str, Query(max_length=100)]
_REFUSED = (InputError, FaultyRulesError, DraftChangedError, NotReplayedError, LeavesSError)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Typed:
    """What somebody typed into one of the forms, whatever is wrong with it."""

    act: str = ""
    seen: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def get(self, name: str, otherwise: str = "") -> str:
        """Return one field."""
        return self.fields.get(name, otherwise)


async def _typed(request: Request) -> _Typed:
    posted = await request.form()
    fields = {
        name: value.replace("\x00", "").replace("\r\n", "\n")
        for name, value in posted.items()
        if isinstance(value, str)
    }
    lists = {
        name: [value for value in posted.getlist(name) if isinstance(value, str)]
        for name in ("out", "back", "also")
    }
    return _Typed(
        act=fields.get("act", ""),
        seen=fields.get("seen", ""),
        fields=fields,
        lists=lists,
    )


Typed = Annotated[_Typed, Depends(_typed)]


# --- the draft ------------------------------------------------------------------------------------


@router.get("/rulebook/draft")
def draft_page(site: Site, rule: _Id = "") -> Response:
    """Show what the draft changes, and the forms that change it."""
    site.who.demand(Right.RULES)
    return _editor(site, _Typed(fields={"rule": rule}))


@router.post("/rulebook/draft")
def work_on_draft(site: Site, who: Acting, typed: Typed) -> Response:
    """Do what a form asks; nothing typed is lost, whatever is wrong with it."""
    who.demand(Right.RULES)
    try:
        with site.database.writing() as connection:
            if typed.act == "discard":
                rulebook.discard(connection, typed.seen)
                return RedirectResponse("/rulebook", SEE_OTHER)
            changed = _changed(rulebook.draft(connection).toml, typed)
            rulebook.save(connection, changed, typed.seen, who.name, site.pages.now())
    except (FaultyRulesError, InputError, DraftChangedError) as error:
        return _editor(site, typed, error)
    rule = typed.get("id") or typed.get("rule")
    keep = f"?rule={rule}" if typed.act in ("words", "rule") and _known(rule) else ""
    return RedirectResponse(f"/rulebook/draft{keep}", SEE_OTHER)


def _known(rule: str) -> bool:
    """Return whether an id may stand in an address as it is."""
    return bool(rule) and all(each.isalnum() or each in "._-" for each in rule) and rule.isascii()


def _changed(toml: str, typed: _Typed) -> str:
    """Return the changes after one act of the forms."""
    match typed.act:
        case "toml":
            return typed.get("toml")
        case "words":
            return editing.change_words(
                toml,
                WordsOf(
                    rule=typed.get("rule"),
                    add=editing.words_in(typed.get("add")),
                    take_out=typed.lists["out"],
                    put_back=typed.lists["back"],
                    off="off" in typed.fields,
                ),
            )
        case "rule":
            return editing.put_rule(toml, _own_rule(toml, typed))
        case "thresholds":
            values = {
                name.removeprefix("at."): value
                for name, value in typed.fields.items()
                if name.startswith("at.")
            }
            return editing.set_thresholds(toml, values)
        case "undo":
            return editing.undo(toml, typed.get("name"))
    return toml


def _own_rule(toml: str, typed: _Typed) -> dict[str, Any]:
    id_ = typed.get("id").strip()
    if "new" in typed.fields and id_ in catalogue.rules(toml):
        raise FaultyRulesError((f"rule {id_}: is there already",))
    patterns = [line.strip() for line in typed.get("patterns").splitlines()]
    return {
        "id": id_,
        "language": typed.get("language"),
        "topic": typed.get("topic"),
        "also": list(typed.lists["also"]),
        "kind": typed.get("kind"),
        "words": editing.words_in(typed.get("words"), editing.words_of(toml, id_)),
        "patterns": [line for line in patterns if line],
        "department": typed.get("department"),
        "doubt": "doubt" in typed.fields,
        "strong": "strong" in typed.fields,
    }


def _editor(site: FieldSite, typed: _Typed, wrong: Exception | None = None) -> Response:
    with site.database.reading() as connection:
        draft = rulebook.draft(connection)
        current = in_force(connection)
        panel = _panel(site, connection, draft, current, typed, wrong)
    usable = differences("", draft.toml) is not None
    toml = typed.get("toml") if typed.act == "toml" else draft.toml
    rules = catalogue.rules(draft.toml) if usable else catalogue.rules("")
    rule = rules.get(typed.get("rule"))
    return site.show(
        "rulebook_draft.html",
        status=http_status(wrong) if isinstance(wrong, HqError) else 200,
        typed=typed,
        toml=toml,
        theirs=_diff(draft.toml, toml) if isinstance(wrong, DraftChangedError) else [],
        faults=_faults(site, draft.toml, typed, wrong, usable),
        rules=rules,
        rule=rule,
        before=catalogue.rules("").get(rule.id) if rule else None,
        made=differences("", draft.toml),
        away=differences("" if current.problems else current.toml, draft.toml),
        thresholds=_thresholds(draft.toml if usable else "", typed),
        kinds=list(Kind),
        topics=list(TOPICS),
        departments=list(Department),
        languages=catalogue.LANGUAGES,
        **panel,
    )


def _faults(
    site: FieldSite, toml: str, typed: _Typed, wrong: Exception | None, usable: bool
) -> list[Fault]:
    if isinstance(wrong, FaultyRulesError):
        # Lines are those of what was typed: the other forms have none.
        return shown_faults(site.texts, typed.get("toml"), wrong.problems)
    if isinstance(wrong, InputError):
        return [Fault(place=wrong.field, said=refusal(site.texts, wrong))]
    if not usable and wrong is None:
        try:
            rulebook.demand_fit(toml)
        except FaultyRulesError as error:
            return shown_faults(site.texts, toml, error.problems)
    return []


def _diff(theirs: str, ours: str) -> list[str]:
    """Return how what was typed differs from what another person kept meanwhile."""
    lines = difflib.unified_diff(theirs.splitlines(), ours.splitlines(), lineterm="", n=1)
    return list(lines)[2 : 2 + _LINES_SHOWN]


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A number of the policy, and what stands in the form for it."""

    name: str
    built_in: str
    typed: str


def _thresholds(toml: str, typed: _Typed) -> list[Threshold]:
    """Return the numbers of the policy; what is no number is changed as TOML."""
    base = catalogue.thresholds(built_in().policy)
    draft = catalogue.thresholds(rulebook_of(toml).policy)
    found = []
    for name, value in base.items():
        if value.lstrip("-").replace(".", "", 1).isdecimal():
            now = draft[name] if draft[name] != value else ""
            found.append(Threshold(name=name, built_in=value, typed=typed.get(f"at.{name}", now)))
    return found


# --- replay and publishing ------------------------------------------------------------------------


def _panel(
    site: FieldSite,
    connection: Connection,
    draft: Draft,
    current: InForce,
    typed: _Typed,
    wrong: Exception | None = None,
) -> dict[str, Any]:
    try:
        replay = replaying.latest(connection, draft.toml)
    except FaultyRulesError:
        replay = None
    return {
        "draft": draft,
        "current": current,
        "replay": replay,
        "running": replay is not None and replay.running(site.pages.now()),
        "note": typed.get("note"),
        "wrong": wrong,
        "refused": refusal(site.texts, wrong) if typed.act == "publish" else "",
        "unchanged": draft.toml == current.toml,
    }


@router.get("/rulebook/draft/panel")
def panel(site: Site) -> Response:
    """Give the part about the replay alone, for a page that waits for it."""
    site.who.demand(Right.RULES)
    with site.database.reading() as connection:
        draft = rulebook.draft(connection)
        shown = _panel(site, connection, draft, in_force(connection), _Typed())
    return site.show("rulebook_panel.html", **shown)


@router.post("/rulebook/replay")
def begin_replay(site: Site, who: Acting) -> Response:
    """Grade all stored feedback by the draft, in a process of its own."""
    who.demand(Right.RULES)
    try:
        with site.database.writing() as connection:
            toml = rulebook.draft(connection).toml
            replay, ours = replaying.begin(connection, toml, who.name, site.pages.now())
    except FaultyRulesError as error:
        return _editor(site, _Typed(), error)
    if ours:
        replaying.start(site.database.url, replay)
    return RedirectResponse("/rulebook/draft#replay", SEE_OTHER)


class PublishForm(BaseModel):
    """What is put in force, why, and how many texts may leave S by it."""

    seen: Annotated[str, Field(max_length=64)]
    note: str = ""
    leaving: Annotated[int, Field(ge=0)] = 0


@router.post("/rulebook/publish")
def publish(site: Site, who: Acting, wanted: Annotated[PublishForm, Form()]) -> Response:
    """Put the draft in force, here and in all stores."""
    who.demand(Right.RULES)
    signed = Signed(author=who.name, note=wanted.note, at=site.pages.now())
    try:
        with site.database.writing() as connection:
            rulebook.publish(connection, wanted.seen, wanted.leaving, signed)
    except _REFUSED as error:
        typed = _Typed(act="publish", seen=wanted.seen, fields={"note": wanted.note})
        return _editor(site, typed, error)
    return RedirectResponse("/rulebook/history", SEE_OTHER)


# --- what would change ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One of two verdicts on a text."""

    verdict: Mapping[str, Any]
    pieces: list[wording.Piece]
    grounds: list[wording.Ground]


@router.get("/rulebook/replay")
def replay_page(site: Site, move: _Id = "") -> Response:
    """Show which texts change, those that leave S first, with both verdicts and the reasons."""
    site.who.demand(Right.RULES)
    chosen = next((each for each in Move if each.name.lower() == move), None)
    with site.database.reading() as connection:
        draft = rulebook.draft(connection)
        replay = _latest(connection, draft)
        if replay is None:
            return RedirectResponse("/rulebook/draft", SEE_OTHER)
        texts = replaying.changed(connection, site.who.scope, replay, chosen, TEXTS_SHOWN)
    return site.show(
        "rulebook_replay.html",
        draft=draft,
        replay=replay,
        running=replay.running(site.pages.now()),
        moves=list(Move),
        chosen=chosen,
        texts=[
            (each, _side(site, dict(each.said), "before"), _side(site, dict(each.said), "after"))
            for each in texts
        ],
        limit=TEXTS_SHOWN,
        may_change=True,
    )


def _latest(connection: Connection, draft: Draft) -> Replay | None:
    try:
        return replaying.latest(connection, draft.toml)
    except FaultyRulesError:
        return None


def _side(site: FieldSite, said: Mapping[str, Any], name: str) -> _Side:
    verdict: Mapping[str, Any] = said[name]
    note: str = said["note"] or ""
    evidence = verdict["evidence"]
    return _Side(
        verdict=verdict,
        pieces=wording.marked(note, evidence) if note else [],
        grounds=wording.grounds(site.texts, note, evidence),
    )
