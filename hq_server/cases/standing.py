"""Cases that stand open in a store, with what their shoppers complain of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from hq_server.accounts.scope import Scope
from hq_server.cases import repository
from hq_server.cases.case import OPEN, Status
from hq_server.corrections import label

# Until a shopper or the chain has seen that it is mended, it may not be.
STANDING = OPEN | {Status.RESOLVED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A case, as far as it says what is wrong where."""

    case_id: str
    store: str
    code: str
    grade: str
    status: str
    touchpoint: str | None
    topics: tuple[str, ...]
    weight: int
    """What its response counts in the scores, in hundredths."""
    started_at: datetime


def of_store(connection: Connection, scope: Scope, store: str) -> list[Standing]:
    """Return the cases of a store that stand open, the oldest first."""
    wanted = [str(status) for status in STANDING]
    return [
        Standing(
            case_id=row["id"],
            store=row["store_id"],
            code=row["code"],
            grade=row["grade"],
            status=row["status"],
            touchpoint=row["touchpoint"],
            topics=complained_of(_verdict(dict(row)), row["reasons"]),
            weight=row["weight"],
            started_at=row["started_at"],
        )
        for row in repository.standing(connection, scope, store, wanted)
    ]


def _verdict(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return what people say that was complained of, or else what grading says."""
    verdict: Mapping[str, Any] | None = row["grading"]
    return label.over(verdict, label.in_list(row)) if verdict else None


def complained_of(
    grading: Mapping[str, Any] | None, reasons: Sequence[Mapping[str, Any]]
) -> tuple[str, ...]:
    """Return the topics that a shopper finds fault with; praise of another names none."""
    verdict = grading or {}
    bad = [each["topic"] for each in verdict.get("aspects", ()) if each["polarity"] == "negative"]
    if verdict.get("intent") != "praise":
        bad.extend(each["topic"] for each in reasons)
        if not bad and verdict.get("intent") == "complaint":
            bad.extend(verdict.get("topics", ()))
    return tuple(dict.fromkeys(bad))
