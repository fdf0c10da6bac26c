"""hq_server/web/correction_form.py: the form offers what the role may say."""

from __future__ import annotations

import pytest

from hq_server.accounts.roles import Role
from hq_server.accounts.scope import EVERYTHING
from hq_server.accounts.service import SignedIn
from hq_server.corrections import label
from hq_server.corrections.service import Judged
from hq_server.web.correction_form import Shown
from tests.hq_server.corrections.test_label import VERDICT

JUDGED = Judged(
    said=label.of(VERDICT),
    stands=label.of(VERDICT | {"grade": "A"}),
    history=(),
    stale=False,
    text_hash="",
    over=VERDICT,
)


@pytest.mark.parametrize(
    ("role", "may", "milder"),
    [(Role.AGENT, True, True), (Role.MANAGER, True, False), (Role.VIEWER, False, False)],
)
def test_a_grade_below_what_stands_is_for_headquarters(role: Role, may: bool, milder: bool) -> None:
    who = SignedIn(name="li", role=role, scope=EVERYTHING, csrf="", session_id="")
    shown = Shown.to(who, JUDGED)
    assert shown is not None
    assert shown.may is may
    assert dict(shown.grades) == {"S": True, "A": True, "B": milder}
    assert Shown.to(who, None) is None
