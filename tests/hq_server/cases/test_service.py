"""hq_server/cases/service.py: steps, their clocks, and who is first."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from nacl.public import PublicKey, SealedBox

from hq_server.accounts.roles import Role
from hq_server.accounts.scope import EVERYTHING, Scope
from hq_server.accounts.service import SignedIn
from hq_server.cases.case import Filter, Step
from hq_server.cases.service import Cases, StepTaken
from hq_server.errors import ChangedError, ForbiddenError, InputError, NotFoundError, StepError
from hq_server.feedback import contact
from hq_server.ingest.intake import Answer
from hq_server.settings import Settings
from tests.hq_server.conftest import NOW
from tests.hq_server.field import batch, response, taken

Take = Callable[..., list[Answer]]


def somebody(role: Role = Role.AGENT, scope: Scope = EVERYTHING) -> SignedIn:
    return SignedIn(name="li", role=role, scope=scope, csrf="", session_id="")


@pytest.fixture
def cases(application: FastAPI) -> Cases:
    found: Cases = application.state.cases
    return found


@pytest.fixture
def case_id(take: Take, cases: Cases) -> str:
    take(taken(batch(response("r1", rating=1, note="吃了过敏，全身起疹子"))))
    return str(cases.listed(somebody(), Filter())[0]["id"])


def test_the_way_of_a_case_from_new_to_closed(cases: Cases, case_id: str) -> None:
    who = somebody()
    cases.take_step(who, case_id, StepTaken(step=Step.ACKNOWLEDGE, version=1))
    view = cases.view(who, case_id)
    assert (view.case["status"], view.case["responded_at"]) == ("acknowledged", NOW)
    assert (view.case["due_target"], view.case["due_at"]) == ("solve", NOW + timedelta(hours=24))
    cases.take_step(who, case_id, StepTaken(step=Step.RESOLVE, version=2, note="换货并致歉"))
    cases.take_step(who, case_id, StepTaken(step=Step.CLOSE, version=3))
    view = cases.view(who, case_id)
    assert (view.case["status"], view.case["due_at"]) == ("closed", None)
    assert {entry["kind"] for entry in view.timeline} == {
        "opened", "acknowledge", "resolve", "close",
    }  # fmt: skip


def test_a_reopened_case_has_its_deadline_again(cases: Cases, case_id: str) -> None:
    who = somebody()
    cases.take_step(who, case_id, StepTaken(step=Step.ACKNOWLEDGE, version=1))
    cases.take_step(who, case_id, StepTaken(step=Step.RESOLVE, version=2, note="done"))
    cases.take_step(who, case_id, StepTaken(step=Step.REOPEN, version=3, note="not so"))
    case = cases.view(who, case_id).case
    assert (case["status"], case["due_target"], case["solved_at"]) == (
        "acknowledged",
        "solve",
        None,
    )


def test_the_second_of_two_people_is_told(cases: Cases, case_id: str) -> None:
    cases.take_step(somebody(), case_id, StepTaken(step=Step.ACKNOWLEDGE, version=1))
    with pytest.raises(ChangedError, match="version 2, you saw 1"):
        cases.take_step(somebody(), case_id, StepTaken(step=Step.ASSIGN, version=1, assignee="m1"))
    kinds = [entry["kind"] for entry in cases.view(somebody(), case_id).timeline]
    assert sorted(kinds) == ["acknowledge", "opened"]


def test_a_step_out_of_turn_changes_nothing(cases: Cases, case_id: str) -> None:
    with pytest.raises(StepError):
        cases.take_step(somebody(), case_id, StepTaken(step=Step.CLOSE, version=1))
    assert cases.view(somebody(), case_id).case["version"] == 1


def test_resolve_needs_to_say_what_was_done(cases: Cases, case_id: str) -> None:
    cases.take_step(somebody(), case_id, StepTaken(step=Step.ACKNOWLEDGE, version=1))
    with pytest.raises(InputError, match="say what was done"):
        cases.take_step(somebody(), case_id, StepTaken(step=Step.RESOLVE, version=2))


def test_a_case_is_given_only_to_somebody_who_may_work_on_it(cases: Cases, case_id: str) -> None:
    for name in (None, "nobody", "viewer"):
        with pytest.raises(InputError):
            cases.take_step(
                somebody(), case_id, StepTaken(step=Step.ASSIGN, version=1, assignee=name)
            )
    cases.take_step(somebody(), case_id, StepTaken(step=Step.ASSIGN, version=1, assignee="agent"))
    assert cases.view(somebody(), case_id).case["assignee"] == "agent"


def test_a_viewer_changes_nothing(cases: Cases, case_id: str) -> None:
    with pytest.raises(ForbiddenError):
        cases.take_step(somebody(Role.VIEWER), case_id, StepTaken(step=Step.ACKNOWLEDGE, version=1))
    assert cases.view(somebody(), case_id).case["status"] == "new"


def test_a_manager_reaches_no_other_store_by_id(cases: Cases, case_id: str) -> None:
    stranger = somebody(Role.MANAGER, Scope(frozenset({"s2"})))
    assert cases.listed(stranger, Filter()) == []
    assert cases.listed(stranger, Filter(store="s1")) == []
    with pytest.raises(NotFoundError):
        cases.view(stranger, case_id)
    with pytest.raises(NotFoundError):
        cases.take_step(stranger, case_id, StepTaken(step=Step.ACKNOWLEDGE, version=1))
    own = somebody(Role.MANAGER, Scope(frozenset({"s1"})))
    assert cases.view(own, case_id).case["id"] == case_id


def _sealed(data_dir: Path, number: bytes) -> str:
    key = PublicKey(base64.b64decode(contact.public_key(data_dir)))
    return base64.b64encode(SealedBox(key).encrypt(number)).decode()


def test_each_look_at_a_number_stands_in_the_timeline(
    cases: Cases, take: Take, settings: Settings
) -> None:
    sealed = _sealed(settings.data_dir, b"13800138000")
    take(taken(batch(response("r1", rating=1, contact_sealed=sealed, contact_consent=True))))
    id_ = str(cases.listed(somebody(), Filter())[0]["id"])
    assert cases.contact(somebody(), id_) == "13800138000"
    assert [e["kind"] for e in cases.view(somebody(), id_).timeline].count("contact_viewed") == 1
    with pytest.raises(ForbiddenError):
        cases.contact(somebody(Role.VIEWER), id_)


def test_a_number_without_consent_is_not_shown(
    cases: Cases, take: Take, settings: Settings
) -> None:
    sealed = _sealed(settings.data_dir, b"13800138000")
    take(taken(batch(response("r1", rating=1, contact_sealed=sealed))))
    id_ = str(cases.listed(somebody(), Filter())[0]["id"])
    with pytest.raises(NotFoundError):
        cases.contact(somebody(), id_)
