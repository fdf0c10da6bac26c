"""Turns what the database holds into words and marks for people. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from grading.rulebook import built_in
from grading.topics import TOPICS
from hq_server.sla.clock import share_left
from hq_server.web.texts import Texts

_GRAVITY = {"harm": 4, "fault": 3, "praise": 2}
SOON_SHARE = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a note; `effect` is empty where no rule matched."""

    text: str
    effect: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """How much time a case has left."""

    text: str
    percent: int
    tone: str
    """"late", "soon", "fine" or "done": what colours it."""


def left(texts: Texts, case: Mapping[str, Any], now: datetime) -> Left:
    """Return the remaining time of a case, as text and bar."""
    due_at = case["due_at"]
    if due_at is None:
        return Left(text=texts("time.none"), percent=0, tone="done")
    if due_at <= now:
        late = texts("time.late", time=duration(texts, now - due_at))
        return Left(text=late, percent=100, tone="late")
    share = share_left(case["started_at"], due_at, now)
    tone = "soon" if share < SOON_SHARE else "fine"
    return Left(text=duration(texts, due_at - now), percent=round(share * 100), tone=tone)


def duration(texts: Texts, span: timedelta) -> str:
    """Return a span in its two largest units."""
    minutes = max(0, int(span.total_seconds() // 60))
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return texts("time.days", days=days, hours=hours)
    if hours:
        return texts("time.hours", hours=hours, minutes=minutes % 60)
    return texts("time.minutes", minutes=minutes)


def ago(texts: Texts, at: datetime, now: datetime) -> str:
    """Return how long ago something was."""
    return texts("time.ago", time=duration(texts, now - at))


_DAYS = {0: "time.today", 1: "time.tomorrow", -1: "time.yesterday"}


def moment(texts: Texts, at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Return a time as people say it: only the hour today, the date when it is far."""
    there, here = at.astimezone(zone), now.astimezone(zone)
    key = _DAYS.get((there.date() - here.date()).days)
    return texts(key or "time.date", time=f"{there:%H:%M}" if key else f"{there:%m-%d %H:%M}")


def marked(note: str, evidence: Sequence[Mapping[str, Any]]) -> list[Piece]:
    """Cut a note into pieces, so that what a rule matched can be marked; the graver rule wins."""
    effects = [""] * len(note)
    for found in evidence:
        for place in range(max(0, found["start"]), min(len(note), found["end"])):
            if _gravity(found["effect"]) >= _gravity(effects[place]):
                effects[place] = found["effect"]
    pieces: list[Piece] = []
    start = 0
    for place in range(1, len(note) + 1):
        if place == len(note) or effects[place] != effects[start]:
            pieces.append(Piece(text=note[start:place], effect=effects[start]))
            start = place
    return pieces


def _gravity(effect: str) -> int:
    return _GRAVITY.get(effect, 1 if effect else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One reason for a grade, in plain words."""

    what: str
    effect: str
    means: str
    rule: str
    name: str
    """What people call the rule."""


def grounds(texts: Texts, note: str | None, evidence: Sequence[Mapping[str, Any]]) -> list[Ground]:
    """Return why the grade is what it is, the gravest reason first, each said once."""
    found: dict[tuple[str, str], Ground] = {}
    for each in sorted(evidence, key=lambda one: -_gravity(one["effect"])):
        what = _what(texts, note, each)
        found.setdefault(
            (what, each["effect"]),
            Ground(
                what=what,
                effect=each["effect"],
                means=texts(f"effect.{each['effect']}"),
                rule=each["rule"],
                name=rule_name(texts, each["rule"]),
            ),
        )
    return list(found.values())


def _what(texts: Texts, note: str | None, found: Mapping[str, Any]) -> str:
    if found["end"] > found["start"] and note:
        return texts("grade.word", word=note[found["start"] : found["end"]])
    return rule_name(texts, found["rule"])


def rule_name(texts: Texts, id_: str) -> str:
    """Return what people call a rule: what it is about and what it does; its id when unknown."""
    kind, _, rest = id_.partition(".")
    match kind:
        case "rating":
            return texts("grade.rating", rating=rest)
        case "reason":
            return texts("grade.reason", topic=topic(texts, rest))
        case "touchpoint":
            return texts("grade.touchpoint", touchpoint=rest)
        case "model":
            language, _, head = rest.partition(".")
            heard = topic(texts, head) if head in TOPICS else texts(f"model.{head}")
            return texts("grade.model", language=texts(f"speech.{language}"), head=heard)
    known = built_in().lexicon.rules.get(id_)
    if known is None:
        return texts.by_key.get(f"rule.{id_.rpartition('.')[2]}", id_)
    about = texts("case.and").join(topic(texts, each) for each in known.topics)
    return texts("grade.rule", about=about, kind=texts(f"kind.{known.kind}"))


def topic(texts: Texts, id_: str) -> str:
    """Return the label of a topic."""
    known = TOPICS.get(id_)
    if known is None:
        return id_
    return known.zh if texts.language == "zh-CN" else known.en


def headline(texts: Texts, row: Mapping[str, Any]) -> str:
    """Return what stands for a response in a list: the words, the reasons, or the score."""
    if row["note"]:
        return str(row["note"])
    if row["reasons"]:
        return texts("case.and").join(topic(texts, each["topic"]) for each in row["reasons"])
    return texts("case.only_rating")
