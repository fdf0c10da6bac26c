"""hq_server/web/correction_form.py: the form offers what the role may say, and keeps what was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hq_server.accounts.roles import Role
from hq_server.accounts.scope import EVERYTHING
from hq_server.accounts.service import SignedIn
from hq_server.corrections import label
from hq_server.corrections.service import Given, Judged
from hq_server.errors import ChangedError, InputError
from hq_server.web.correction_form import Refused, Shown, Wrong
from hq_server.web.texts import LANGUAGES, texts
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


def test_a_refused_form_is_filled_in_as_typed_where_the_form_has_such_a_choice() -> None:
    who = SignedIn(name="li", role=Role.MANAGER, scope=EVERYTHING, csrf="", session_id="")
    typed = replace(JUDGED.stands, grade="B", department="", sentiment=9, topics=("odd", "safety"))
    given = Given(id="?", number=0, text_hash="", label=typed, why="x" * 301)
    shown = Shown.to(who, JUDGED, Refused(given=given, error=InputError("why", "at most")))
    assert shown is not None
    assert shown.filled == replace(JUDGED.stands, topics=("safety",))
    assert shown.why == given.why
    assert shown.wrong == Wrong(
        key="correct.wrong_long", at="why", named={"most": 300, "length": 301}
    )


@pytest.mark.parametrize(
    ("error", "key", "at"),
    [
        (InputError("id", "load the page again"), "too_old", ""),
        (ChangedError("ZZ-1", 0, 1), "other_words", ""),
        *((InputError(name, ""), f"wrong_{name}", name) for name in (*label.FIELDS, "why")),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_its_words(
    error: InputError | ChangedError, key: str, at: str, language: str
) -> None:
    who = SignedIn(name="li", role=Role.AGENT, scope=EVERYTHING, csrf="", session_id="")
    given = Given(id="?", number=0, text_hash="", label=JUDGED.stands, why="")
    shown = Shown.to(who, JUDGED, Refused(given=given, error=error))
    assert shown is not None
    assert shown.wrong is not None
    assert (shown.wrong.key, shown.wrong.at) == (f"correct.{key}", at)
    assert shown.wrong.key in texts(language).by_key
