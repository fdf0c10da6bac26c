"""hq_server/feedback/service.py: revisions merged and graded; a ledger of all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.rulebook import built_in
from hq_server.accounts.scope import EVERYTHING, Scope
from hq_server.cases.opening import Facts, opens_case
from hq_server.database import Database
from hq_server.errors import NotFoundError
from hq_server.feedback import service
from hq_server.ingest.arrival import Arrival, Origin
from hq_server.ingest.intake import Answer
from protocols.messages import Reason
from tests.hq_server.conftest import NOW
from tests.hq_server.field import KIOSK, at, batch, response, taken

Take = Callable[..., list[Answer]]


def test_a_revision_keeps_when_the_visit_began_and_came(database: Database, take: Take) -> None:
    begun = NOW - timedelta(minutes=3)
    take(taken(batch(response("r1", at=at(begun))), when=begun))
    take(taken(batch(response("r1", rev=2, rating=1), first=2)))
    with database.reading() as connection:
        (line,) = list(service.ledger(connection))
    assert (line["rev"], line["rating"]) == (2, 1)
    assert line["occurred_at"] == line["received_at"] == begun.isoformat()
    assert line["case"] is not None


def test_an_older_revision_changes_nothing_else(database: Database, take: Take) -> None:
    take(taken(batch(response("r1", rev=5, rating=4))))
    take(taken(batch(response("r1", rev=2, rating=1), first=2)))
    with database.reading() as connection:
        row = service.one(connection, EVERYTHING, "r1")
        with pytest.raises(NotFoundError):
            service.one(connection, Scope(frozenset({"s2"})), "r1")
    assert (row["rev"], row["rating"], row["grade"]) == (5, 4, "B")


def test_the_lexicon_that_graded_is_on_record(database: Database, take: Take) -> None:
    take(taken(batch(response("r1", rating=1, note="吃了过敏，全身起疹子"))))
    with database.reading() as connection:
        row = service.one(connection, EVERYTHING, "r1")
    assert row["lexicon_version"] == row["grading"]["lexicon_version"] != ""
    assert any(found["effect"] == "harm" for found in row["grading"]["evidence"])


_said = st.fixed_dictionaries(
    {
        "rating": st.none() | st.integers(1, 5),
        "contact_sealed": st.sampled_from([None, "c2VhbGVk"]),
        "contact_consent": st.booleans(),
        "nps": st.sampled_from([None, None, 0, 6, 7, 10]),
        "promised_ms": st.sampled_from([None, int(NOW.timestamp() * 1000)]),
    }
)


@given(
    _said, st.lists(st.sampled_from(["queue", "allergy"]), max_size=2, unique=True), st.booleans()
)
def test_no_response_that_is_passed_over_would_open_a_case(
    fields: dict[str, Any], topics: list[str], urgent: bool
) -> None:
    reasons = tuple(Reason(id=each, topic=each, urgent=urgent) for each in topics)
    said = response("r1", reasons=reasons, **fields)
    arrival = Arrival(
        event=said, raw=b"", stream=KIOSK, seq=1, occurred_ms=0, clock_quality="synced",
        origin=Origin(gateway="g1", store="s1", received_at=NOW),
    )  # fmt: skip
    row = service._row(arrival, NOW, NOW, (), built_in())
    facts = service._facts(row, is_new=True)
    because = opens_case(
        Facts(
            rating=facts.rating,
            grade=facts.grade,
            intent=facts.intent,
            has_note=facts.has_note,
            contact_requested=facts.contact_requested,
            alarmed=False,
            nps=facts.nps,
            promised=facts.promised,
        )
    )
    assert because is None or not service._content(row)
