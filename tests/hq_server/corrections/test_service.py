"""hq_server/corrections/service.py: one correction is in force, and the case hears of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grading.evaluation import LabelledText
from grading.training.texts import labelled as read_for_training
from hq_server.accounts.roles import Role
from hq_server.accounts.scope import EVERYTHING, Scope
from hq_server.accounts.service import SignedIn
from hq_server.corrections import service
from hq_server.corrections.label import Label
from hq_server.corrections.service import Corrections, Given
from hq_server.corrections.tables import corrections as table
from hq_server.database import Database, new_id
from hq_server.errors import ChangedError, ForbiddenError, InputError, NotFoundError
from hq_server.ingest.intake import Answer
from hq_server.tables import cases, feedback, timeline
from tests.hq_server.conftest import NOW
from tests.hq_server.field import batch, response, rows, taken

Take = Callable[..., list[Answer]]
NOTE = "都挺好，谢谢"
SOME = Label(
    grade="B", department="store", topics=("service_attitude",), sentiment=3, intent="other"
)


def somebody(role: Role = Role.AGENT, scope: Scope = EVERYTHING, name: str = "li") -> SignedIn:
    return SignedIn(name=name, role=role, scope=scope, csrf="", session_id="")


@pytest.fixture
def corrections(application: FastAPI) -> Corrections:
    found: Corrections = application.state.corrections
    return found


@pytest.fixture
def happy(take: Take) -> str:
    """A response with words and a good score."""
    take(taken(batch(response("r1", rating=5, note=NOTE))))
    return "r1"


@pytest.fixture
def angry(take: Take) -> str:
    """A response that has a case, whatever its words are graded."""
    take(taken(batch(response("r1", rating=1, note=NOTE))))
    return "r1"


def said(database: Database, response_id: str) -> dict[str, Any]:
    with database.reading() as connection:
        wanted = sa.select(feedback).where(feedback.c.id == response_id)
        return dict(connection.execute(wanted).mappings().one())


def form(corrections: Corrections, response_id: str, **fields: Any) -> Given:
    """Return the form as somebody sees it, with some fields changed."""
    judged = corrections.judged(somebody(), said(corrections.database, response_id))
    assert judged is not None
    return Given(
        id=new_id(),
        number=judged.number,
        text_hash=judged.text_hash,
        label=replace(judged.stands, **fields),
        why="顾客说的是邻店",
    )


def correct(corrections: Corrections, response_id: str, **fields: Any) -> None:
    corrections.correct(somebody(), response_id, form(corrections, response_id, **fields))


def kinds(database: Database) -> list[str]:
    with database.reading() as connection:
        wanted = sa.select(timeline.c.kind).order_by(timeline.c.id)
        return list(connection.execute(wanted).scalars())


# --- what follows for the case --------------------------------------------------------------------


def test_a_graver_grade_opens_a_case_with_the_clocks_of_that_grade(
    corrections: Corrections, database: Database, happy: str
) -> None:
    correct(corrections, happy, grade="S", department="product", intent="complaint")
    (case,) = rows(database, cases)
    assert (case["grade"], case["department"], case["status"]) == ("S", "product", "new")
    assert case["respond_by"] == NOW + timedelta(hours=1)
    assert sorted(kinds(database)) == ["corrected", "opened"]


def test_a_graver_grade_raises_the_case_that_is_there(
    corrections: Corrections, database: Database, take: Take
) -> None:
    take(taken(batch(response("r1", rating=2))))
    before = rows(database, cases)[0]
    correct(corrections, "r1", grade="S")
    (case,) = rows(database, cases)
    assert (case["grade"], case["version"]) == ("S", before["version"] + 1)
    assert case["respond_by"] == NOW + timedelta(hours=1)
    assert kinds(database) == ["opened", "corrected", "raised"]
    detail = [row["detail"] for row in rows(database, timeline) if row["kind"] == "corrected"]
    assert detail == [{"grade": ["A", "S"]}]


def test_a_milder_grade_lowers_no_case_and_stops_no_clock(
    corrections: Corrections, database: Database, angry: str
) -> None:
    before = dict(rows(database, cases)[0])
    correct(corrections, angry, grade="B")
    assert dict(rows(database, cases)[0]) == before
    assert kinds(database) == ["opened", "corrected"]
    assert rows(database, feedback)[0]["grade"] == before["grade"]


def test_another_department_gets_the_case_and_gives_it_back(
    corrections: Corrections, database: Database, angry: str
) -> None:
    before = rows(database, cases)[0]
    other = "product" if before["department"] != "product" else "store"
    correct(corrections, angry, department=other)
    assert rows(database, cases)[0]["department"] == other
    assert kinds(database) == ["opened", "corrected", "rerouted"]
    correct(corrections, angry, department=before["department"])
    assert rows(database, cases)[0]["department"] == before["department"]


def test_a_grading_that_is_right_may_be_said_to_be_right(
    corrections: Corrections, database: Database, angry: str
) -> None:
    before = dict(rows(database, cases)[0])
    correct(corrections, angry)
    assert dict(rows(database, cases)[0]) == before
    assert kinds(database) == ["opened", "checked"]


def test_a_later_revision_of_the_words_makes_the_correction_one_of_other_words(
    corrections: Corrections, database: Database, take: Take, happy: str
) -> None:
    correct(corrections, happy, grade="A")
    take(taken(batch(response("r1", rev=2, rating=5, note="挺好"), first=2)))
    judged = corrections.judged(somebody(), said(database, happy))
    assert judged is not None
    assert (judged.stale, judged.in_force, judged.stands) == (True, None, judged.said)
    with database.reading() as connection:
        assert list(service.labelled(connection, EVERYTHING, None)) == [None]


# --- who may, and who is first --------------------------------------------------------------------


def test_only_headquarters_lowers_a_grade(corrections: Corrections, happy: str) -> None:
    manager = somebody(Role.MANAGER, Scope(frozenset({"s1"})))
    corrections.correct(manager, happy, form(corrections, happy, grade="S"))
    with pytest.raises(ForbiddenError):
        corrections.correct(manager, happy, form(corrections, happy, grade="A"))
    corrections.correct(somebody(), happy, form(corrections, happy, grade="A"))


def test_a_viewer_corrects_nothing_and_a_manager_nothing_elsewhere(
    corrections: Corrections, happy: str
) -> None:
    wanted = form(corrections, happy, sentiment=2)
    with pytest.raises(ForbiddenError):
        corrections.correct(somebody(Role.VIEWER), happy, wanted)
    with pytest.raises(NotFoundError):
        corrections.correct(somebody(Role.MANAGER, Scope(frozenset({"s2"}))), happy, wanted)


def test_the_same_form_sent_twice_is_kept_once(
    corrections: Corrections, database: Database, happy: str
) -> None:
    wanted = form(corrections, happy, sentiment=2)
    for _ in range(2):
        corrections.correct(somebody(), happy, wanted)
    assert len(rows(database, table)) == 1


def test_of_two_people_at_once_the_second_is_told(
    corrections: Corrections, database: Database, happy: str
) -> None:
    forms = [form(corrections, happy, sentiment=each) for each in (1, 2, 3)]
    start, told = threading.Barrier(len(forms)), list[bool]()

    def _send(wanted: Given) -> None:
        start.wait()
        try:
            corrections.correct(somebody(), happy, wanted)
            told.append(False)
        except ChangedError:
            told.append(True)

    threads = [threading.Thread(target=_send, args=(each,)) for each in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [False, True, True]
    assert [row["in_force"] for row in rows(database, table)] == [True]


def test_a_correction_waits_for_who_is_changing_the_words(
    corrections: Corrections, database: Database, happy: str
) -> None:
    seen, told = form(corrections, happy, sentiment=1), list[type[Exception] | None]()

    def _send() -> None:
        try:
            corrections.correct(somebody(), happy, seen)
            told.append(None)
        except ChangedError as error:
            told.append(type(error))

    thread = threading.Thread(target=_send)
    with database.writing() as connection:
        connection.execute(sa.update(feedback).values(note="别的话"))
        thread.start()
        thread.join(timeout=0.3)  # time enough to go wrong
    thread.join()
    assert told == [ChangedError]
    assert rows(database, table) == []


def test_who_saw_other_words_is_told(corrections: Corrections, take: Take, happy: str) -> None:
    seen = form(corrections, happy, grade="A")
    take(taken(batch(response("r1", rev=2, rating=5, note="挺好"), first=2)))
    with pytest.raises(ChangedError):
        corrections.correct(somebody(), happy, seen)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"why": "  "}, "why"), ({"why": "长" * 301}, "why"), ({"id": "x"}, "id"),
        ({"label": replace(SOME, topics=("nonsense",))}, "topics"),
    ],
)  # fmt: skip
def test_a_form_that_cannot_be_is_refused_by_its_field(
    corrections: Corrections, happy: str, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(InputError) as refused:
        corrections.correct(somebody(), happy, replace(form(corrections, happy), **change))
    assert refused.value.field == field


def test_the_id_of_another_form_changes_nothing(
    corrections: Corrections, database: Database, take: Take, happy: str
) -> None:
    correct(corrections, happy, sentiment=2)
    take(taken(batch(response("r2", rating=1, note=NOTE), first=2)))
    taken_id = rows(database, table)[0]["id"]
    with pytest.raises(InputError):
        corrections.correct(somebody(), "r2", replace(form(corrections, "r2"), id=taken_id))
    assert kinds(database) == ["opened"]


# --- history --------------------------------------------------------------------------------------

_CHAINS = st.lists(
    st.builds(
        replace,
        st.just(SOME),
        grade=st.sampled_from("SAB"),
        sentiment=st.integers(1, 5),
        intent=st.sampled_from(["complaint", "praise", "other"]),
    ),
    min_size=1,
    max_size=5,
)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(chain=_CHAINS)
def test_of_a_chain_of_corrections_exactly_the_last_is_in_force(
    corrections: Corrections, database: Database, happy: str, chain: list[Label]
) -> None:
    id_, copied = new_id(), said(database, happy)
    with database.writing() as connection:
        connection.execute(sa.insert(feedback), copied | {"id": id_})
    graves = [str(said(database, id_)["grade"])]
    for wanted in chain:
        corrections.correct(somebody(), id_, replace(form(corrections, id_), label=wanted))
        graves.append(wanted.grade)
    judged = corrections.judged(somebody(), said(database, id_))
    assert judged is not None
    assert judged.stands == chain[-1]
    numbers = [(row["number"], row["in_force"]) for row in judged.history]
    assert numbers == [(n, n == len(chain)) for n in range(len(chain), 0, -1)]
    with database.reading() as connection:
        wanted_grade = sa.select(cases.c.grade).where(cases.c.response_id == id_)
        case = connection.execute(wanted_grade).scalar_one_or_none()
    if {"S", "A"} & set(graves):
        assert case == max(graves, key="BAS".index), "the gravest that anybody said"


# --- what is learnt -------------------------------------------------------------------------------


def test_lines_for_training_are_what_training_and_evaluating_read(
    corrections: Corrections, database: Database, happy: str, tmp_path: Path
) -> None:
    wanted = form(corrections, happy, grade="A", intent="complaint", topics=("queue_checkout",))
    corrections.correct(somebody(name="wang"), happy, replace(wanted, why="电话 13800138000 核实"))
    with database.reading() as connection:
        (line,) = service.labelled(connection, EVERYTHING, NOW - timedelta(days=1))
        assert list(service.labelled(connection, EVERYTHING, NOW + timedelta(days=1))) == []
        assert list(service.labelled(connection, Scope(frozenset({"s2"})), None)) == []
    assert line is not None
    assert (line["text"], line["by"], line["why"]) == (NOTE, "wang", "电话 *** 核实")
    assert line["sentiment"] == said(database, happy)["grading"]["sentiment"], "as it was graded"
    file = tmp_path / "corrections.jsonl"
    file.write_text(json.dumps(line, ensure_ascii=False) + "\n", "utf-8")
    (sentence,) = read_for_training([file], "zh")
    assert (sentence.grade, sentence.intent) == ("A", "complaint")
    assert sentence.topics == ("queue_checkout",)
    assert msgspec.json.decode(file.read_bytes(), type=LabelledText).topics == ("queue_checkout",)


def test_rates_are_of_the_gradings_that_are_here(
    corrections: Corrections, database: Database, take: Take
) -> None:
    notes = ["收银员态度很差，排队太久", "排队太久了", "排队排了半小时"]
    take(taken(batch(*(response(f"r{n}", rating=2, note=note) for n, note in enumerate(notes)))))
    correct(corrections, "r1", sentiment=5)
    found = corrections.quality(somebody(), 30, None)
    expected: dict[str, set[str]] = {}
    for row in rows(database, feedback):
        for each in row["grading"]["evidence"]:
            expected.setdefault(each["rule"], set()).add(row["id"])
    assert {rate.name: (rate.gradings, rate.corrected) for rate in found.rules} == {
        rule: (len(ids), "r1" in ids) for rule, ids in expected.items()
    }
    topics = {id_ for row in rows(database, feedback) for id_ in row["grading"]["topics"]}
    assert {rate.name for rate in found.topics} == topics
    assert (found.whole.gradings, found.whole.corrected) == (3, 1)
    ((version, rate),) = found.versions
    assert rate.gradings == 3
    assert corrections.quality(somebody(), 30, version).whole == found.whole
    elsewhere = corrections.quality(somebody(scope=Scope(frozenset({"s2"}))), 30, None)
    assert (elsewhere.whole.gradings, elsewhere.rules) == (0, [])
