"""hq_server/feedback/said.py: one row of what a device, a gateway and a phone said."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from grading.rulebook import built_in
from hq_server.accounts.scope import EVERYTHING
from hq_server.database import Database
from hq_server.errors import InputError
from hq_server.feedback import service
from hq_server.feedback.said import Words, columns
from hq_server.ingest.intake import Answer
from protocols.messages import Mark, Misuse, ResponseMarked
from tests.hq_server.conftest import NOW
from tests.hq_server.field import GATEWAY, at, batch, response, taken

Take = Callable[..., list[Answer]]
SHANGHAI = ZoneInfo("Asia/Shanghai")
PROMISED = NOW + timedelta(hours=1)


def words(id_: str = "w1", note: str = "排队太久了", response: str | None = "r1") -> Words:
    return Words(
        id=id_, store="s1", touchpoint="till", response=response, note=note, language="zh-CN",
        contact_sealed="c2VhbGVk", code="7Q2M-KX4D-PR", at=NOW,
    )  # fmt: skip


def _say(database: Database, take: Take, what: str) -> None:
    if what == "visit":
        mark = Mark(misuse=Misuse.AFTER_HOURS, weight=0.5)
        given = {"note": "价签不对", "rating": 2, "nps": None, "marks": (mark,)}
        take(taken(batch(response("r1", promised_ms=int(PROMISED.timestamp() * 1000), **given))))
    elif what == "doubt":
        mark = Mark(misuse=Misuse.AFTER_SALE, weight=0.25)
        take(
            taken(
                batch(
                    ResponseMarked(id="m1", store="s1", at=at(), response="r1", mark=mark),
                    stream=GATEWAY,
                )
            )
        )
    else:
        with database.writing() as connection:
            service.add_words(connection, words(), SHANGHAI)


@pytest.mark.parametrize("order", list(itertools.permutations(["visit", "doubt", "phone"])))
def test_whichever_comes_first_the_row_is_the_same(
    database: Database, take: Take, order: tuple[str, ...]
) -> None:
    for what in order:
        _say(database, take, what)
    with database.reading() as connection:
        row = service.one(connection, EVERYTHING, "r1")
    assert row["note"] == "价签不对\n排队太久了"
    assert (row["channel"], row["rev"], row["weight"]) == ("kiosk", 1, 25)
    assert row["marks"] == [
        {"misuse": "after_hours", "weight": 50}, {"misuse": "after_sale", "weight": 25},
    ]  # fmt: skip
    assert row["promised_at"] == PROMISED
    assert row["code"] == "7Q2M-KX4D-PR"
    assert (row["has_contact"], row["contact_consent"]) == (True, True)


def test_words_without_a_visit_are_feedback_of_their_own(database: Database) -> None:
    with database.writing() as connection:
        assert service.add_words(connection, words(response=None), SHANGHAI) is not None
        assert service.add_words(connection, words(response=None), SHANGHAI) is None
    with database.reading() as connection:
        row = service.one(connection, EVERYTHING, "w1")
    assert (row["channel"], row["outcome"], row["note"]) == ("phone", "rated", "排队太久了")


def test_a_visit_takes_only_so_many_words_and_none_of_another_store(
    database: Database, take: Take
) -> None:
    take(taken(batch(response("r1", store="s2")), gateway="g2"))
    with database.writing() as connection:
        absorbed = service.add_words(connection, words(), SHANGHAI)
        assert absorbed is not None
        assert set(absorbed.added) == {"w1"}
        for number in range(service.MOST_WORDS):
            service.add_words(connection, words(f"x{number}", response="r9"), SHANGHAI)
        with pytest.raises(InputError):
            service.add_words(connection, words("more", response="r9"), SHANGHAI)


def test_a_promise_of_a_broken_clock_is_none() -> None:
    for promised_ms in (None, 0, 2**61):
        row = columns(response("r1", promised_ms=promised_ms), (), NOW, built_in())
        assert row["promised_at"] is None


def test_words_and_a_doubt_at_the_same_moment_both_stay(database: Database, take: Take) -> None:
    _say(database, take, "visit")
    doubt = threading.Thread(target=_say, args=(database, take, "doubt"))
    with database.writing() as connection:
        service.add_words(connection, words(), SHANGHAI)
        doubt.start()
        doubt.join(0.5)  # it waits for this transaction
        assert doubt.is_alive()
    doubt.join()
    with database.reading() as connection:
        row = service.one(connection, EVERYTHING, "r1")
    assert "排队太久了" in row["note"]
    assert row["has_contact"]
    assert row["weight"] == 25
