"""Cases follow feedback and alarms: opened once, raised when graver, in whatever order things come.

Part of the ingest transaction; steps taken by people are in service.py.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from hq_server.cases import repository
from hq_server.cases.case import OPEN, Status, more_urgent
from hq_server.cases.opening import Facts, opens_case
from hq_server.cases.repository import Row
from hq_server.database import new_id
from hq_server.devices import service as devices
from hq_server.feedback.service import FeedbackFacts
from hq_server.ingest.arrival import Arrival, printable
from hq_server.sla import calendar
from hq_server.sla.clock import StoreHours, deadlines, next_due
from hq_server.sla.policy import Policy, Target
from protocols import case_code
from protocols.errors import MessageError
from protocols.messages import AlarmAcknowledged, AlarmRaised

SYSTEM = "hq"
COLUMNS = {
    Target.RESPOND: ("respond_by", "responded_at"),
    Target.PROGRESS: ("progress_by", "progressed_at"),
    Target.SOLVE: ("solve_by", "solved_at"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What opening and raising cases needs besides the facts."""

    policy: Policy
    zone: ZoneInfo
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """Something that befell a case without anybody taking a step."""

    case_id: str
    store: str
    kind: str
    source: str
    """The same source of a case is written once."""
    detail: Mapping[str, object]
    actor: str = SYSTEM


def note(connection: sa.Connection, happened: Sequence[Happened], now: datetime) -> None:
    """Write into timelines what happened."""
    repository.add_timeline(
        connection,
        [
            _entry({"id": h.case_id, "store_id": h.store}, h.kind, h.source, h.detail, now)
            | {"actor": h.actor}
            for h in happened
        ],
    )


def take_alarms(connection: sa.Connection, arrivals: Sequence[Arrival]) -> set[str]:
    """Keep alarms and their acknowledgements; return the responses they are about."""
    raised: dict[str, Row] = {}
    acknowledged: dict[str, Row] = {}
    for arrival in arrivals:
        match arrival.event:
            case AlarmRaised() as alarm:
                evidence = [printable(rule) for rule in alarm.evidence]
                raised[alarm.alarm] = _alarm_row(arrival, alarm) | {
                    "evidence": evidence,
                    "raised_at": arrival.occurred_at,
                }
            case AlarmAcknowledged() as alarm:
                acknowledged[alarm.alarm] = _alarm_row(arrival, alarm) | {
                    "acknowledged_at": arrival.occurred_at,
                    "acknowledged_by": printable(alarm.by),
                }
    repository.keep_alarms(connection, list(raised.values()), ("evidence", "raised_at"))
    repository.keep_alarms(
        connection, list(acknowledged.values()), ("acknowledged_at", "acknowledged_by")
    )
    return {str(row["response_id"]) for row in (*raised.values(), *acknowledged.values())}


def _alarm_row(arrival: Arrival, alarm: AlarmRaised | AlarmAcknowledged) -> Row:
    return {
        "id": alarm.alarm,
        "store_id": arrival.origin.store,
        "gateway_id": arrival.origin.gateway,
        "response_id": alarm.response,
        "evidence": [],
    }


def alarms_of(
    connection: sa.Connection, responses: Collection[str]
) -> dict[str, list[sa.RowMapping]]:
    """Return the alarms about these responses that have any."""
    alarms: dict[str, list[sa.RowMapping]] = defaultdict(list)
    for alarm in repository.alarms_of(connection, responses) if responses else ():
        alarms[alarm["response_id"]].append(alarm)
    return alarms


def follow(
    connection: sa.Connection,
    facts: Mapping[str, FeedbackFacts],
    alarms: Mapping[str, list[sa.RowMapping]],
    ground: Ground,
) -> None:
    """Open or raise the cases of these responses, and write what the alarms say into them."""
    own = {
        id_: [alarm for alarm in alarms.get(id_, ()) if alarm["store_id"] == fact.store]
        for id_, fact in facts.items()
    }
    wanted = {
        id_: because
        for id_, fact in facts.items()
        if (because := opens_case(_judged(fact, alarmed=bool(own[id_]))))
    }
    old = [id_ for id_, fact in facts.items() if not fact.is_new]
    here: dict[str, Row] = {}
    if old:
        here = {row["response_id"]: dict(row) for row in repository.of_responses(connection, old)}
    touched = [id_ for id_ in facts if id_ in wanted or id_ in here]
    if not touched:
        return
    hours = devices.hours(connection, {facts[id_].store for id_ in touched}, ground.zone)
    opened: list[Row] = []
    entries: list[Row] = []
    changes: dict[tuple[str, int], Row] = {}
    for id_ in touched:
        fact = facts[id_]
        grade = "S" if own[id_] else fact.grade
        if id_ in here:
            row = here[id_]
            values, revised = _raised(row, fact, grade, hours[fact.store], ground)
            if values:
                changes[str(row["id"]), row["version"]] = values
            entries.extend(revised)
        else:
            row = _open(fact, grade, wanted[id_], hours[fact.store], ground)
            opened.append(row)
            entries.append(_opened_entry(row, ground))
        entries.extend(_alarm_entries(str(row["id"]), own[id_]))
    followed = {
        row["id"]: facts[id_].rev for id_, row in here.items() if facts[id_].rev > row["rev"]
    }
    repository.change_all(connection, changes)
    repository.seen_revisions(connection, followed)
    repository.open_cases(connection, opened)
    repository.add_timeline(connection, entries)


def _judged(facts: FeedbackFacts, *, alarmed: bool) -> Facts:
    return Facts(
        rating=facts.rating,
        grade=facts.grade,
        intent=facts.intent,
        has_note=facts.has_note,
        contact_requested=facts.contact_requested,
        alarmed=alarmed,
        nps=facts.nps,
        promised=facts.promised,
    )


def _open(facts: FeedbackFacts, grade: str, because: str, hours: StoreHours, ground: Ground) -> Row:
    row: Row = {
        "id": new_id(),
        "store_id": facts.store,
        "response_id": facts.id,
        "code": _code(facts.code),
        "version": 1,
        "rev": facts.rev,
        "grade": grade,
        "department": facts.department,
        "status": str(Status.NEW),
        "opened_because": str(because),
        "assignee": None,
        "opened_at": ground.now,
        "policy_version": ground.policy.version,
        "calendar_version": calendar.version(),
    }
    row |= dict.fromkeys((met for _by, met in COLUMNS.values()))
    return row | _clocks(row, grade, facts.occurred_at, hours, ground)


def _clocks(
    row: Mapping[str, Any], grade: str, started_at: datetime, hours: StoreHours, ground: Ground
) -> Row:
    """Return the deadline columns: a pure function of what the case knows."""
    by = deadlines(ground.policy, hours, grade, started_at)
    met = {target: row[met] for target, (_by, met) in COLUMNS.items()}
    due = next_due(by, met)
    values: Row = {column: by.get(target) for target, (column, _met) in COLUMNS.items()}
    return values | {
        "started_at": started_at,
        "due_at": due.at if due else None,
        "due_target": str(due.target) if due else None,
    }


def _code(said: str | None) -> str:
    """Return the code that the thanks screen showed, or a new one when it showed none."""
    try:
        if said is not None:
            return case_code.parse(said)
    except MessageError:
        pass
    return case_code.mint(secrets.randbits(case_code.RANDOM_BITS))


def _raised(
    row: Mapping[str, Any], facts: FeedbackFacts, grade: str, hours: StoreHours, ground: Ground
) -> tuple[Row, list[Row]]:
    """Return what a later revision changes of a case, and what its timeline says of it.

    A grade is never lowered here.
    """
    graver = more_urgent(row["grade"], grade)
    started_at = min(row["started_at"], facts.occurred_at)
    values: Row = {}
    if graver != row["grade"]:
        values |= {"grade": graver, "policy_version": ground.policy.version}
        # The department that a person chose stays; a graver finding may name another cause.
        if row["assignee"] is None:
            values["department"] = facts.department
    if graver != row["grade"] or started_at != row["started_at"]:
        clocks = _clocks(row, graver, started_at, hours, ground)
        still_open = Status(row["status"]) in OPEN
        values |= clocks if still_open else {"started_at": started_at}
    if graver == row["grade"]:
        if facts.rev <= row["rev"]:
            return values, []
        said = {"rev": facts.rev}
        return values, [_entry(row, "revised", f"rev:{facts.rev}", said, ground.now)]
    detail = {"rev": facts.rev, "from": row["grade"], "to": graver}
    return values, [_entry(row, "raised", f"grade:{graver}", detail, ground.now)]


def _opened_entry(row: Row, ground: Ground) -> Row:
    detail = {key: row[key] for key in ("grade", "department")}
    return _entry(row, "opened", "opened", detail | {"because": row["opened_because"]}, ground.now)


def _alarm_entries(case_id: str, alarms: Sequence[sa.RowMapping]) -> list[Row]:
    entries = []
    for alarm in alarms:
        row = {"id": case_id, "store_id": alarm["store_id"]}
        source = f"alarm:{alarm['id']}"
        if alarm["raised_at"]:
            detail = {"evidence": alarm["evidence"]}
            entries.append(_entry(row, "alarm", f"{source}:raised", detail, alarm["raised_at"]))
        if alarm["acknowledged_at"]:
            detail = {"by": alarm["acknowledged_by"]}
            at = alarm["acknowledged_at"]
            entries.append(_entry(row, "alarm_acknowledged", f"{source}:taken", detail, at))
    return entries


def _entry(
    row: Mapping[str, Any], kind: str, source: str, detail: Mapping[str, object], at: datetime
) -> Row:
    return {
        "id": new_id(),
        "store_id": row["store_id"],
        "case_id": row["id"],
        "kind": kind,
        "actor": SYSTEM,
        "note": None,
        "detail": dict(detail),
        "at": at,
        "source": source,
    }
