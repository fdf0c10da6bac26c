"""hq_server/shopper/service.py: codes followed, words kept once, and nobody guesses for long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from fastapi import FastAPI

from hq_server.accounts.scope import EVERYTHING
from hq_server.database import Database, new_id
from hq_server.errors import InputError, NotFoundError, TooManyTriesError
from hq_server.feedback import contact
from hq_server.feedback import service as feedback
from hq_server.ingest.intake import Answer
from hq_server.insights import service as insights
from hq_server.settings import Settings
from hq_server.shopper.service import Place, Shoppers, Written

from hq_server.tables import cases, feedback as feedback_table, timeline  # isort: skip
from protocols import case_code
from tests.hq_server.conftest import NOW
from tests.hq_server.field import batch, response, rows, taken

Take = Callable[..., list[Answer]]
CODE, WRONG = (case_code.mint_random(n * 7919**9) for n in (1, 2))
VISIT = "01930000-0000-7000-8000-000000000001"


@pytest.fixture
def shoppers(application: FastAPI) -> Shoppers:
    found: Shoppers = application.state.shoppers
    return found


def _written(text: str = "结账排队太久了，电话 13800138000") -> Written:
    return Written(id=new_id(), text=text, number="", consent=False, language="zh-CN")


def _here(shoppers: Shoppers, response: str | None = None) -> Place:
    return shoppers.place("s1", "till", response)


def test_an_unknown_code_and_a_wrong_one_look_the_same_and_cost(shoppers: Shoppers) -> None:
    said = set()
    for typed in (WRONG, "nonsense", WRONG.replace(WRONG[0], "Z" if WRONG[0] != "Z" else "Y")):
        with pytest.raises(NotFoundError) as caught:
            shoppers.track(typed, "10.0.0.1")
        said.add(str(caught.value))
    assert len(said) == 1
    for _ in range(17):
        with pytest.raises(NotFoundError):
            shoppers.track(WRONG, "10.0.0.1")
    with pytest.raises(TooManyTriesError):
        shoppers.track(WRONG, "10.0.0.1")
    with pytest.raises(NotFoundError):
        shoppers.track(WRONG, "10.0.0.2")


def test_words_are_masked_graded_and_kept_once(shoppers: Shoppers, database: Database) -> None:
    written = _written()
    code = shoppers.write(_here(shoppers), written, None)
    assert shoppers.write(_here(shoppers), written, None) == code
    (row,) = rows(database, feedback_table)
    assert (row["channel"], row["code"], row["grade"]) == ("phone", code, "A")
    assert row["note"] == "结账排队太久了，电话 ***"
    (case,) = rows(database, cases)
    assert case["code"] == code
    with database.reading() as connection:
        found, _ = shoppers.track(code, None)
        counted = insights.by_store(connection, EVERYTHING, [NOW.date()])
    assert found.case_id == case["id"]
    assert counted["s1"][NOW.date()].noted == 1


def test_words_join_their_visit_and_its_case_hears_of_it(
    shoppers: Shoppers, database: Database, take: Take
) -> None:
    take(taken(batch(response(VISIT, rating=1, code=CODE))))
    assert shoppers.write(_here(shoppers, VISIT), _written(), None) == CODE
    (row,) = rows(database, feedback_table)
    assert (row["channel"], row["rating"], row["code"]) == ("kiosk", 1, CODE)
    (case,) = rows(database, cases)
    assert case["grade"] == row["grade"] == "A"
    kinds = [(entry["kind"], entry["actor"]) for entry in rows(database, timeline)]
    assert ("revised", "(shopper)") in kinds


def test_words_before_their_visit_keep_their_code_beside_the_kiosks(
    shoppers: Shoppers, database: Database, take: Take
) -> None:
    own = shoppers.write(_here(shoppers, VISIT), _written("很好，谢谢"), None)
    take(taken(batch(response(VISIT, rating=2, code=CODE))))
    (row,) = rows(database, feedback_table)
    assert (row["channel"], row["rev"], row["note"]) == ("kiosk", 1, "很好，谢谢")
    first, second = (shoppers.track(code, None)[0] for code in (own, CODE))
    assert first.case_id == second.case_id is not None


def test_a_number_is_kept_only_with_consent_and_sealed(
    shoppers: Shoppers, database: Database, settings: Settings
) -> None:
    number = replace(_written(), number="138 0013 8000")
    with pytest.raises(InputError) as caught:
        shoppers.write(_here(shoppers), number, None)
    assert caught.value.field == "consent"
    shoppers.write(_here(shoppers), replace(number, consent=True), None)
    (row,) = rows(database, feedback_table)
    assert "0013" not in row["contact_sealed"]
    assert contact.unseal(settings.data_dir, row["contact_sealed"]) == "138 0013 8000"
    with database.reading() as connection:
        assert feedback.one(connection, EVERYTHING, row["id"])["contact_consent"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("(0371) 6666-8888", None),
        ("138.0013.8000", None),
        ("１３８００１３８０００", "13800138000"),
    ],
)
def test_a_number_may_be_written_as_people_write_it(
    shoppers: Shoppers, database: Database, settings: Settings, typed: str, kept: str | None
) -> None:
    shoppers.write(_here(shoppers), replace(_written(), number=typed, consent=True), None)
    (row,) = rows(database, feedback_table)
    assert contact.unseal(settings.data_dir, row["contact_sealed"]) == (kept or typed)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"text": "  "}, "text"), ({"text": "长" * 501}, "text"), ({"id": "1"}, "id"),
        ({"number": "call me", "consent": True}, "number"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_form(
    shoppers: Shoppers, database: Database, changed: dict[str, object], field: str
) -> None:
    with pytest.raises(InputError) as caught:
        shoppers.write(_here(shoppers), replace(_written(), **changed), None)  # type: ignore[arg-type]
    assert caught.value.field == field
    assert rows(database, feedback_table) == []


def test_a_store_that_is_not_known_and_a_visit_that_cannot_be(shoppers: Shoppers) -> None:
    for store, visit in (("s9", None), ("s1", "not-a-visit"), ("s1\x00", None)):
        with pytest.raises(NotFoundError):
            shoppers.place(store, "till", visit)
    assert shoppers.place("s1", "made-up", None).touchpoint is None


def test_one_address_writes_only_so_much(shoppers: Shoppers) -> None:
    shoppers.notes._per_address.amount = 2
    here = _here(shoppers)
    for _ in range(2):
        shoppers.write(here, _written(), "10.0.0.9")
    with pytest.raises(TooManyTriesError):
        shoppers.write(here, _written(), "10.0.0.9")
    shoppers.write(here, _written(), "10.0.0.8")
