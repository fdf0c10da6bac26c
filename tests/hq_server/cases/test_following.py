"""hq_server/cases/following.py: grades rise and never fall; alarms wait for their response."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from hq_server.database import Database
from hq_server.ingest.intake import Answer
from hq_server.tables import cases, timeline
from protocols import case_code
from protocols.messages import AlarmRaised, Lane, Stream
from tests.hq_server.conftest import NOW
from tests.hq_server.field import GATEWAY, at, batch, response, taken

Take = Callable[..., list[Answer]]


def _case(database: Database) -> sa.RowMapping:
    with database.reading() as connection:
        return connection.execute(sa.select(cases)).mappings().one()


def _kinds(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(connection.execute(sa.select(timeline.c.kind)).scalars())


def test_a_later_revision_raises_the_grade_with_a_timeline_entry(
    database: Database, take: Take
) -> None:
    take(taken(batch(response("r1", rating=2))))
    before = _case(database)
    take(taken(batch(response("r1", rev=2, rating=2, note="吃了过敏，全身起疹子"), first=2)))
    after = _case(database)
    assert (before["grade"], after["grade"]) == ("A", "S")
    assert after["respond_by"] == NOW + timedelta(hours=1)
    assert after["version"] == before["version"] + 1
    assert sorted(_kinds(database)) == ["opened", "raised"]


def test_a_calmer_revision_never_lowers_s(database: Database, take: Take) -> None:
    take(taken(batch(response("r1", rating=1, note="吃了过敏，全身起疹子"))))
    take(taken(batch(response("r1", rev=2, rating=5, note="没事了"), first=2)))
    assert _case(database)["grade"] == "S"
    assert sorted(_kinds(database)) == ["opened", "revised"]


def test_an_alarm_before_its_response_makes_the_case_s(database: Database, take: Take) -> None:
    alarm = AlarmRaised(id="e1", store="s1", at=at(), alarm="a1", response="r1")
    take(taken(batch(alarm, stream=GATEWAY)))
    take(taken(batch(response("r1", rating=4))))
    assert (_case(database)["grade"], _case(database)["opened_because"]) == ("S", "alarm")
    assert sorted(_kinds(database)) == ["alarm", "opened"]


def test_an_alarm_of_another_store_does_not_touch_the_case(database: Database, take: Take) -> None:
    foreign = Stream(device="g2", epoch="e", lane=Lane.URGENT)
    alarm = AlarmRaised(id="e1", store="s2", at=at(), alarm="a1", response="r1")
    take(taken(batch(alarm, stream=foreign), gateway="g2"))
    take(taken(batch(response("r1", rating=2))))
    again = AlarmRaised(id="e2", store="s2", at=at(), alarm="a2", response="r1")
    take(taken(batch(again, stream=foreign, first=2), gateway="g2"))
    assert _case(database)["grade"] == "A"
    assert _kinds(database) == ["opened"]


def test_the_code_of_the_thanks_screen_stands_and_a_wrong_one_is_replaced(
    database: Database, take: Take
) -> None:
    code = case_code.mint(12345)
    take(taken(batch(response("r1", rating=1, code=code), response("r2", rating=1, code="?!"))))
    with database.reading() as connection:
        rows = connection.execute(sa.select(cases.c.response_id, cases.c.code)).all()
    codes = {row.response_id: row.code for row in rows}
    assert codes["r1"] == code
    assert case_code.parse(codes["r2"]) == codes["r2"]
