"""hq_server/insights/service.py: the scores are what a count of the feedback would give."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hq_server.accounts.scope import EVERYTHING, Scope
from hq_server.database import TRANSIENT, Database, RacedError
from hq_server.devices import service as devices
from hq_server.feedback import service as feedback
from hq_server.feedback.said import Words
from hq_server.ingest.intake import Answer, Care, Intake, Taken
from hq_server.insights import service
from hq_server.insights.scores import COUNTS, Scores, csat
from hq_server.sla import policy
from hq_server.tables import day_scores, rollups
from protocols.messages import (
    Clock,
    ClockQuality,
    Lane,
    Mark,
    Misuse,
    Outcome,
    Response,
    ResponseMarked,
    Stream,
)
from tests.hq_server.conftest import NOW
from tests.hq_server.field import at, batch, response, taken

Take = Callable[..., list[Answer]]
SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY, YESTERDAY = date(2026, 11, 20), date(2026, 11, 19)


def _scores(database: Database) -> dict[tuple[str, str, str], dict[str, int]]:
    with database.reading() as connection:
        rows = connection.execute(sa.select(day_scores)).mappings().all()
    return {
        (row["store_id"], row["day"], row["touchpoint"]): {name: row[name] for name in COUNTS}
        for row in rows
        if any(row[name] for name in COUNTS)
    }


def _recount(
    database: Database, zone: ZoneInfo = SHANGHAI
) -> dict[tuple[str, str, str], dict[str, int]]:
    with database.reading() as connection:
        return service.recount(connection, zone).changes()


_clocks = st.one_of(
    st.builds(lambda hours: at(NOW - timedelta(hours=hours)), st.integers(0, 60)),
    st.builds(
        lambda mono: Clock(boot="b2", mono_ms=mono, wall_ms=1000, quality=ClockQuality.UNSYNCED),
        st.integers(0, 10**8),
    ),
)
_MASHED = Mark(misuse=Misuse.MASH, weight=0)
_LATE = Mark(misuse=Misuse.AFTER_HOURS, weight=0.5)
_said = st.fixed_dictionaries(
    {
        "id_": st.sampled_from(["r1", "r2", "r3"]),
        "store": st.sampled_from(["s1", "s1", "s1", "s2"]),
        "rev": st.integers(1, 4),
        "rating": st.sampled_from([None, 1, 2, 3, 4, 5]),
        "nps": st.sampled_from([None, None, 0, 7, 10]),
        "outcome": st.sampled_from(Outcome),
        "marks": st.sampled_from([(), (), (_MASHED,), (_MASHED, _LATE)]),
        "note": st.sampled_from([None, None, "吃了过敏，全身起疹子", "排队太久了", "很好"]),
        "touchpoint": st.sampled_from([None, "till", "fresh"]),
        "at": _clocks,
    }
)
# What the gateway and the shopper's phone add: to which response, before which batch, and what.
_added = st.lists(
    st.tuples(st.sampled_from(["r1", "r2", "r3"]), st.integers(0, 5), st.booleans()), max_size=3
)
# Each batch: whose gateway brings it, what is in it, together with the one before or not.
_batches = st.lists(
    st.tuples(st.lists(_said, min_size=1, max_size=4), st.booleans(), st.sampled_from(Care)),
    min_size=1,
    max_size=6,
)


def _add(database: Database, take: Take, id_: str, unique: str, *, doubted: bool) -> None:
    if doubted:
        mark = Mark(misuse=Misuse.AFTER_SALE, weight=0.25)
        event = ResponseMarked(id=f"m{unique}", store="s1", at=at(), response=id_, mark=mark)
        stream = Stream(device="g1", epoch=unique, lane=Lane.BULK)
        take(taken(batch(event, stream=stream)))
        return
    words = Words(
        id=f"w{unique}", store="s1", touchpoint="till", response=id_, note="排队太久了", at=NOW,
        language="zh-CN", contact_sealed=None, code="7Q2M-KX4D-PR",
    )  # fmt: skip
    with database.writing() as connection:
        absorbed = feedback.add_words(connection, words, SHANGHAI)
        if absorbed is not None:
            service.keep(connection, absorbed.tally)


def _response(said: dict[str, Any]) -> Response:
    return response(**said)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(history=_batches, added=_added, replayed=st.booleans(), number=st.uuids())
def test_after_any_history_the_scores_are_those_of_a_recount(
    database: Database, take: Take, history: Any, added: Any, replayed: bool, number: Any
) -> None:
    """Revisions up and down, in any order, of two stores, by wrong clocks, twice, alone or not.

    And doubts of the gateway and words from phones, before and after what they are about.
    """
    messages: list[tuple[Taken, Care]] = []
    for at_, (some, foreign, care) in enumerate(history):
        gateway, store = ("g2", "s2") if foreign else ("g1", "s1")
        stream = Stream(device=f"k{at_}", epoch=str(number), lane=Lane.BULK)
        said = [_response(each | {"id_": f"{number}-{each['id_']}"}) for each in some]
        own = [each for each in said if each.store == store] or [
            response(f"{number}-other-{at_}", store=store)
        ]
        messages.append((taken(batch(*own, stream=stream), gateway=gateway), care))
    for place, (message, care) in enumerate(messages):
        for response_id, before, doubted in added:
            if before == place:
                _add(
                    database, take, f"{number}-{response_id}", f"{number}-{place}", doubted=doubted
                )
        take(message, care=care)
        if replayed:
            take(message, message)
    assert _scores(database) == _recount(database)


def test_a_later_revision_takes_the_score_of_the_earlier_back(
    database: Database, take: Take
) -> None:
    take(taken(batch(response("r1", rating=5))))
    take(taken(batch(response("r1", rev=2, rating=1, note="排队太久了"), first=2)))
    ((_, counts),) = _scores(database).items()
    assert {name: n for name, n in counts.items() if n} == {
        "responses": 1, "rated_1": 100, "grade_a": 1, "noted": 1, "ended_rated": 1,
    }  # fmt: skip


def test_an_early_revision_that_comes_late_moves_the_visit_to_its_day(
    database: Database, take: Take
) -> None:
    take(taken(batch(response("r1", rev=2))))
    take(taken(batch(response("r1", at=at(NOW - timedelta(days=1))), first=2)))
    assert [day for _, day, _ in _scores(database)] == [YESTERDAY.isoformat()]


def test_feedback_of_an_older_version_is_counted_at_the_first_intake(
    database: Database, take: Take
) -> None:
    take(taken(batch(response("r1", rating=2), response("r2"))))
    with database.writing() as connection:  # as 0003 finds it: feedback, and no scores
        connection.execute(sa.delete(day_scores))
        connection.execute(sa.delete(rollups))
    take(taken(batch(response("r3"), first=3)))
    assert sum(counts["responses"] for counts in _scores(database).values()) == 3
    assert _scores(database) == _recount(database)


def test_another_time_zone_counts_again(database: Database, take: Take) -> None:
    late = at(NOW - timedelta(hours=4))  # 07:00 on the 20th in Shanghai, the 19th in New York
    take(taken(batch(response("r1", at=late))))
    with database.writing() as connection:
        service.prepare(connection, ZoneInfo("America/New_York"))
    assert [day for _, day, _ in _scores(database)] == [YESTERDAY.isoformat()]


def test_scores_of_a_store_over_its_touchpoints_and_only_of_the_scope(
    database: Database, take: Take
) -> None:
    said = [
        response("r1", rating=5, touchpoint="till"),
        response("r2", rating=1, touchpoint="fresh"),
        response("r3", rating=4, at=at(NOW - timedelta(days=1))),
    ]
    take(taken(batch(*said)))
    take(taken(batch(response("x", store="s2")), gateway="g2"))
    with database.reading() as connection:
        found = service.by_store(connection, EVERYTHING, [TODAY, YESTERDAY])
        scoped = service.by_store(connection, Scope(frozenset({"s2"})), [TODAY])
    assert found["s1"][TODAY].responses == 2
    assert csat(found["s1"][TODAY]) == pytest.approx(0.5)
    assert found["s1"][YESTERDAY] == Scores(responses=1, rated_4=100, grade_b=1, ended_rated=1)
    assert list(scoped) == ["s2"]


def _take_in(intake: Intake, database: Database, message: Taken, refused: list[str]) -> None:
    """Take a message in as the worker does; what was refused but for a race is noted."""
    for _ in range(20):
        try:
            with database.writing() as connection:
                intake.take(connection, [message], NOW)
        except RacedError:
            continue
        except TRANSIENT as error:
            refused.append(repr(error))
        return


def test_two_processes_at_once_never_deadlock_and_count_exactly(
    database: Database, database_url: str
) -> None:
    """The same visits of the same store by two gateways, and each its own, in different orders."""
    with database.writing() as connection:
        devices.add_gateway(connection, "g3", "s1", NOW)
    refused: list[str] = []
    barrier = threading.Barrier(2)

    def _process(gateway: str) -> None:
        try:
            _bring(gateway)
        except Exception as error:  # a thread's failure is the test's
            refused.append(repr(error))
            barrier.abort()

    def _bring(gateway: str) -> None:
        intake = Intake(policy.shipped(), SHANGHAI, 2)
        own = Database(database_url)
        random = Random(gateway)
        for round_ in range(12):
            ids = [f"v{round_}-{n}" for n in range(60)] + [
                f"{gateway}-{round_}-{n}" for n in range(60)
            ]
            random.shuffle(ids)
            said = [
                response(
                    id_,
                    rev=random.randint(1, 3),
                    rating=random.randint(1, 5),
                    touchpoint=random.choice(["a", "b", "c"]),
                    at=at(NOW - timedelta(hours=random.randint(0, 48))),
                )
                for id_ in ids
            ]
            stream = Stream(device=f"k-{gateway}", epoch="e", lane=Lane.BULK)
            message = taken(batch(*said, stream=stream, first=round_ * 120 + 1), gateway=gateway)
            barrier.wait()
            _take_in(intake, own, message, refused)
        own.close()

    threads = [threading.Thread(target=_process, args=(name,)) for name in ("g1", "g3")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == []
    assert _scores(database) == _recount(database)
    assert sum(counts["responses"] for counts in _scores(database).values()) == 12 * 180


def test_the_least_satisfied_store_comes_first_and_one_without_a_score_last(
    database: Database, take: Take
) -> None:
    with database.writing() as connection:
        store = devices.Store(id="s0", names={"en": "s0"})
        devices.add_store(connection, store, NOW)
        devices.add_gateway(connection, "g0", "s0", NOW)
    take(taken(batch(response("r1", rating=5))))
    take(taken(batch(response("r2", rating=1, store="s2")), gateway="g2"))
    take(taken(batch(response("r3", rating=None, store="s0")), gateway="g0"))
    with database.reading() as connection:
        found = service.two_days(connection, EVERYTHING, TODAY, 3)
        assert [each.store for each in found] == ["s2", "s1", "s0"]
        assert [each.today.responses for each in found] == [1, 1, 1]
        assert len(service.two_days(connection, EVERYTHING, TODAY, 2)) == 2
        assert service.two_days(connection, EVERYTHING, date(2026, 1, 1), 2) == []


def test_a_report_adds_up_days_and_puts_the_least_satisfied_first(
    database: Database, take: Take
) -> None:
    said = [response("r1", rating=5), response("r2", rating=1, at=at(NOW - timedelta(days=1)))]
    take(taken(batch(*said, response("old", at=at(NOW - timedelta(days=9))))))
    take(taken(batch(response("x", store="s2", rating=5)), gateway="g2"))
    with database.reading() as connection:
        found = service.report(connection, EVERYTHING, TODAY, 7)
    assert [store for store, _ in found.stores] == ["s1", "s2"]
    assert [day for day, _ in found.days] == [TODAY, YESTERDAY]
    assert found.whole.responses == 3
    assert found.whole.outcomes == {"rated": 3}
