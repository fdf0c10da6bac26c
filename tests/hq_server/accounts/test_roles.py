"""hq_server/accounts/roles.py: who may do what."""

from __future__ import annotations

import pytest

from hq_server.accounts.roles import RIGHTS, Right, Role, may


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (Role.ADMIN, set(Right)),
        (Role.AGENT, {Right.ACT, Right.CONTACT, Right.FLEET, Right.LOWER, Right.EXPORT}),
        (Role.MANAGER, {Right.ACT, Right.FLEET, Right.ENROL}),
        (Role.VIEWER, {Right.FLEET}),
    ],
)
def test_rights(role: Role, rights: set[Right]) -> None:
    assert {right for right in Right if may(role, right)} == rights


def test_every_role_is_listed() -> None:
    assert set(RIGHTS) == set(Role)
