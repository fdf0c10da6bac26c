"""Who may do what. Pure."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What an account is for."""

    ADMIN = "admin"
    AGENT = "agent"
    """Works on the cases of all stores."""
    MANAGER = "manager"
    """Works on the cases of his own stores, and sees no other."""
    VIEWER = "viewer"
    """Sees all stores and changes nothing."""


class Right(StrEnum):
    """What a page or a step needs."""

    ACT = "act"
    CONTACT = "contact"
    FLEET = "fleet"
    SURVEYS = "surveys"
    """Write and publish what kiosks ask."""
    RULES = "rules"
    """Change what feedback is graded by."""
    ENROL = "enrol"
    """Let a new kiosk in."""
    LOWER = "lower"
    """Say that feedback is less urgent than it was graded."""
    EXPORT = "export"
    """Take shoppers' words out, to train grading on."""


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.ADMIN: frozenset(Right),
    Role.AGENT: frozenset({Right.ACT, Right.CONTACT, Right.FLEET, Right.LOWER, Right.EXPORT}),
    Role.MANAGER: frozenset({Right.ACT, Right.FLEET, Right.ENROL}),
    Role.VIEWER: frozenset({Right.FLEET}),
}


def may(role: Role, right: Right) -> bool:
    """Return whether a role has a right."""
    return right in RIGHTS[role]
