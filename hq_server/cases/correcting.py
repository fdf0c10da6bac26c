"""What happens to a case when a person corrects the grading that it rests on.

A graver grade opens or raises it as a later revision would; a milder one lowers nothing. Part of
the transaction that keeps the correction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from hq_server.cases import following, repository
from hq_server.cases.following import Ground
from hq_server.cases.repository import Row
from hq_server.database import new_id
from hq_server.feedback.service import FeedbackFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """A correction, as far as cases hear of it."""

    id: str
    author: str
    why: str
    changes: Mapping[str, tuple[Any, Any]]
    """What stood before and what stands now, by field; empty when grading was found right."""
    facts: FeedbackFacts
    """Of the response, with what stands now."""


def follow_correction(connection: Connection, corrected: Corrected, ground: Ground) -> None:
    """Open, raise or reroute the case, and write into its timeline what a person said."""
    said, moved = new_id(), new_id()  # they stand before what follows from them
    response = corrected.facts.id
    alarms = following.alarms_of(connection, [response])
    following.follow(connection, {response: corrected.facts}, alarms, ground)
    for case in map(dict, repository.of_responses(connection, [response])):
        kind = "corrected" if corrected.changes else "checked"
        detail = {name: list(each) for name, each in corrected.changes.items()}
        entries = [_entry(case, said, kind, detail, corrected, ground)]
        department = corrected.facts.department
        if "department" in corrected.changes and case["department"] != department:
            repository.change(connection, case["id"], case["version"], {"department": department})
            move = {"from": case["department"], "to": department}
            entries.append(_entry(case, moved, "rerouted", move, corrected, ground))
        repository.add_timeline(connection, entries)


def _entry(
    case: Mapping[str, Any],
    id_: str,
    kind: str,
    detail: Mapping[str, object],
    corrected: Corrected,
    ground: Ground,
) -> Row:
    return {
        "id": id_,
        "store_id": case["store_id"],
        "case_id": case["id"],
        "kind": kind,
        "actor": corrected.author,
        "note": None if kind == "rerouted" else corrected.why,
        "detail": dict(detail),
        "at": ground.now,
        "source": f"{kind}:{corrected.id}",
    }
