"""Which store grades by which revision, as its gateway says."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, RowMapping

from hq_server.accounts.scope import Scope
from hq_server.briefs import holding
from hq_server.briefs.composing import version_of
from hq_server.rulebook import repository, service
from hq_server.rulebook.grading_by import BUILT_IN, InForce, in_force
from protocols.briefs import BriefKind

_REVISIONS_KNOWN = 200


class Standing(StrEnum):
    """How a gateway stands to the revision in force."""

    SAME = "same"
    """It grades as HQ does, bit by bit."""
    OTHER_PROGRAM = "other_program"
    """It has the revision, on top of built-in rules of another version of the programs."""
    COMING = "coming"
    CANNOT = "cannot"
    """It could not use the revision, and goes on with what it had."""
    NO_KEY = "no_key"
    """Without hq_verify_key it is told nothing."""
    OLD = "old"
    """Its program knows nothing of revisions."""
    NEVER = "never"
    """It was not heard yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayRules:
    """What one gateway grades by."""

    gateway: str
    store: str
    revision: int | None
    """None: not known; 0: the built-in rules."""
    standing: Standing
    fault: str = ""


def of_gateways(connection: Connection, scope: Scope) -> dict[str, GatewayRules]:
    """Return what each gateway grades by."""
    current = in_force(connection)
    held = holding.holders(connection, BriefKind.RULEBOOK)
    rows = repository.all_revisions(connection, _REVISIONS_KNOWN)
    known = {_version(row["number"], row["toml"]): row["number"] for row in rows}
    known[_version(BUILT_IN, "")] = BUILT_IN
    return {
        row["id"]: _of(row, current, held.get(row["id"]), known)
        for row in repository.gateway_rules(connection, scope)
    }


def _of(
    row: RowMapping, current: InForce, held: str | None, known: Mapping[str, int]
) -> GatewayRules:
    said = row["rules"]
    revision = BUILT_IN if held is None and said else known.get(held or "")
    fault = said.get("fault", "") if said and revision != current.revision else ""
    return GatewayRules(
        gateway=row["id"],
        store=row["store_id"],
        revision=revision,
        standing=_standing(row, current, revision, fault),
        fault=fault,
    )


def _standing(row: RowMapping, current: InForce, revision: int | None, fault: str) -> Standing:
    said = row["rules"]
    if row["state_at"] is None:
        return Standing.NEVER
    if not said:
        return Standing.OLD
    if revision != current.revision:
        if row["codes_left"] is None:
            return Standing.NO_KEY
        return Standing.CANNOT if fault else Standing.COMING
    ours = (current.rulebook.lexicon_version, current.rulebook.policy_version)
    theirs = (said["lexicon_version"], said["policy_version"])
    return Standing.SAME if ours == theirs else Standing.OTHER_PROGRAM


@functools.lru_cache(maxsize=2 * _REVISIONS_KNOWN)
def _version(number: int, toml: str) -> str:
    return version_of(BriefKind.RULEBOOK, service.brief_body(number, toml))
