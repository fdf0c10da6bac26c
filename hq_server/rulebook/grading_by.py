"""Which rulebook HQ grades by: that of the revision in force, made once and kept.

It is looked up in the transaction that grades, so every process follows a publication with its
next commit, and nothing is graded by rules that were taken back before.
"""

from __future__ import annotations

import functools
import logging
from dataclasses import dataclass

from sqlalchemy import Connection

from grading.rulebook import Rulebook, RulebookError, built_in, with_changes
from hq_server.errors import FaultyRulesError
from hq_server.rulebook import repository

logger = logging.getLogger(__name__)

BUILT_IN = 0
"""The number of the rules that ship with the programs."""
# A rulebook takes some megabytes; compared are at most the draft, what is in force and one more.
_KEPT = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """The revision in force, and what is graded by."""

    revision: int
    toml: str
    rulebook: Rulebook
    problems: tuple[str, ...] = ()
    """Why this version of the programs cannot use the revision; then it is the built-in one."""


def in_force(connection: Connection) -> InForce:
    """Return what is in force as of this transaction."""
    found = repository.in_force(connection)
    return _in_force(*found) if found else _in_force(BUILT_IN, "")


def rulebook_of(toml: str) -> Rulebook:
    """Return the built-in rulebook with changes, or raise FaultyRulesError."""
    made = _made(toml)
    if isinstance(made, Rulebook):
        return made
    raise FaultyRulesError(made)


@functools.lru_cache(maxsize=_KEPT)
def _in_force(revision: int, toml: str) -> InForce:
    made = _made(toml)
    if isinstance(made, Rulebook):
        return InForce(revision=revision, toml=toml, rulebook=made)
    # Once, not with every commit. A later version of the programs may know a rule no more.
    logger.error(
        "revision %s of the rules cannot be used, grading by the built-in ones: %s",
        revision, "; ".join(made),
    )  # fmt: skip
    return InForce(revision=revision, toml=toml, rulebook=built_in(), problems=made)


@functools.lru_cache(maxsize=_KEPT)
def _made(toml: str) -> Rulebook | tuple[str, ...]:
    """Return a rulebook, or all that is wrong: to find that out takes as long."""
    try:
        return with_changes(toml.encode())
    except RulebookError as error:
        return error.problems
