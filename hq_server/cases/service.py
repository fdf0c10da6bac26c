"""What people do with cases: look, take a step, read a contact; each step is a timeline entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from hq_server.accounts.roles import Right
from hq_server.accounts.scope import EVERYTHING, Scope
from hq_server.accounts.service import SignedIn
from hq_server.cases import progress, repository
from hq_server.cases.case import Filter, Status, Step, after, checked_note
from hq_server.cases.following import COLUMNS
from hq_server.cases.repository import Row
from hq_server.database import Database, new_id
from hq_server.errors import ChangedError, InputError, NotFoundError
from hq_server.feedback import service as feedback
from hq_server.sla.clock import next_due
from hq_server.sla.policy import Policy, Target

CASES_SHOWN = 100
SHOPPER = "(shopper)"
"""Who did it, when the shopper did: no account can be called so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case with all that its page shows."""

    case: RowMapping
    said: RowMapping
    timeline: list[RowMapping]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTaken:
    """A step that somebody takes."""

    step: Step
    version: int
    """Of the case, as the person saw it."""
    note: str | None = None
    assignee: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """Cases as an account sees them."""

    database: Database
    policy: Policy
    now: Callable[[], datetime]
    names: Callable[[], list[str]]
    """Who may be given a case."""
    unseal: Callable[[str], str] = field(repr=False)

    def listed(self, who: SignedIn, wanted: Filter) -> list[RowMapping]:
        """Return the cases that an account may see."""
        with self.database.reading() as connection:
            return repository.listed(connection, who.scope, wanted)

    def counts(self, who: SignedIn) -> dict[str, int]:
        """Return how many cases are open, by grade, and how many are overdue."""
        return self.totals(who.scope)

    def totals(self, scope: Scope) -> dict[str, int]:
        """Return the same for a scope."""
        with self.database.reading() as connection:
            return repository.counts(connection, scope, self.now())

    def view(self, who: SignedIn, case_id: str) -> CaseView:
        """Return one case with its timeline."""
        with self.database.reading() as connection:
            case = _found(repository.one(connection, who.scope, case_id), case_id)
            return CaseView(
                case=case,
                said=feedback.one(connection, who.scope, case["response_id"]),
                timeline=repository.timeline_of(connection, who.scope, case_id),
            )

    def take_step(self, who: SignedIn, case_id: str, taken: StepTaken) -> None:
        """Take a step: the row and the timeline change together, or not at all."""
        who.demand(Right.ACT)
        note = checked_note(taken.step, taken.note)
        assignee = self._checked_assignee(taken)
        with self.database.writing() as connection:
            case = _found(repository.one(connection, who.scope, case_id, locked=True), case_id)
            if case["version"] != taken.version:
                raise ChangedError(case["code"], taken.version, case["version"])
            self._move(connection, dict(case), taken.step, who.name, note, assignee)

    def confirm(self, code: str, version: int, *, solved: bool) -> None:
        """Take in what the shopper who holds a code says: it is mended, or it is not.

        Of a case that is resolved this verifies or reopens it; what was only proposed is noted.
        ChangedError when the case has moved on, or nothing is asked.
        """
        with self.database.writing() as connection:
            row = repository.by_code(connection, code)
            if row is None or row["case_id"] is None:
                raise NotFoundError("case", code)
            case = repository.one(connection, EVERYTHING, row["case_id"], locked=True)
            # Looked at only now: the key may be touched twice.
            found = progress.find(connection, code)
            if case is None or found is None or found.version != version or not found.asks:
                raise ChangedError(code, version, row["version"])
            if found.status is Status.RESOLVED:
                step = Step.VERIFY if solved else Step.REOPEN
                self._move(connection, dict(case), step, SHOPPER, None, None)
            else:
                said = progress.CONFIRMED if solved else progress.DENIED
                self._write(connection, dict(case), SHOPPER, said, None, {})

    def _move(
        self,
        connection: Connection,
        case: Mapping[str, Any],
        step: Step,
        actor: str,
        note: str | None,
        assignee: str | None,
    ) -> None:
        """Write a step into the row and the timeline; ChangedError when somebody was first."""
        status = after(case["code"], Status(case["status"]), step)
        values: Row = {"status": str(status)} | self._clocks(case, step, status, self.now())
        if assignee is not None:
            values["assignee"] = assignee
        if not repository.change(connection, case["id"], case["version"], values):
            raise ChangedError(case["code"], case["version"], case["version"] + 1)
        detail = {"from": case["status"], "to": str(status)}
        detail |= {"assignee": assignee} if assignee else {}
        self._write(connection, case, actor, str(step), note, detail)

    def contact(self, who: SignedIn, case_id: str) -> str:
        """Return the shopper's number; that it was looked at is in the timeline."""
        who.demand(Right.CONTACT)
        with self.database.writing() as connection:
            case = _found(repository.one(connection, who.scope, case_id), case_id)
            sealed = feedback.sealed_contact(connection, who.scope, case["response_id"])
            if sealed is None:
                raise NotFoundError("contact of case", case["code"])
            number = self.unseal(sealed)
            self._write(connection, dict(case), who.name, "contact_viewed", None, {})
        return number

    def _checked_assignee(self, taken: StepTaken) -> str | None:
        if taken.step is not Step.ASSIGN:
            return None
        if taken.assignee not in self.names():
            raise InputError("assignee", "an account that may work on cases is needed")
        return taken.assignee

    def _clocks(self, case: Mapping[str, Any], step: Step, status: Status, now: datetime) -> Row:
        """Return what a step does to the deadlines."""
        met = {target: case[column] for target, (_by, column) in COLUMNS.items()}
        if step is Step.REOPEN:
            met |= {Target.PROGRESS: None, Target.SOLVE: None}
        for target, steps in self.policy.met_by.items():
            if step in steps and met[target] is None:
                met[target] = now
        by = {target: case[column] for target, (column, _met) in COLUMNS.items()}
        due = next_due(by, met) if status not in (Status.CLOSED, Status.VERIFIED) else None
        values: Row = {COLUMNS[target][1]: at for target, at in met.items()}
        return values | {
            "due_at": due.at if due else None,
            "due_target": str(due.target) if due else None,
        }

    def _write(
        self,
        connection: Connection,
        case: Mapping[str, Any],
        actor: str,
        kind: str,
        note: str | None,
        detail: Mapping[str, object],
    ) -> None:
        id_ = new_id()
        entry: Row = {
            "id": id_,
            "store_id": case["store_id"],
            "case_id": case["id"],
            "kind": kind,
            "actor": actor,
            "note": note,
            "detail": dict(detail),
            "at": self.now(),
            "source": f"step:{id_}",
        }
        repository.add_timeline(connection, [entry])


def _found(row: RowMapping | None, case_id: str) -> RowMapping:
    if row is None:
        raise NotFoundError("case", case_id)
    return row
