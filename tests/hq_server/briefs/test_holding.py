"""hq_server/briefs/holding.py: what gateways hold is known, and blocks of codes are given once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hq_server.briefs import holding, numbers, repository
from hq_server.database import Database
from hq_server.tables import briefs, code_blocks, holdings
from protocols.briefs import BriefKind
from protocols.messages import GatewayState
from tests.hq_server.briefs.conftest import Says
from tests.hq_server.conftest import NOW
from tests.hq_server.field import at

LATER = NOW + timedelta(minutes=1)
EACH_GIVES = 40


def _gives(url: str, name: str, together: threading.Barrier) -> None:
    """Give codes to gateways of one's own, as fast as one process of HQ can."""
    with closing(Database(url)) as own:
        together.wait(30)
        for number in range(EACH_GIVES):
            gateway = f"{name}-{number}"
            state = GatewayState(
                gateway=gateway, store="s1", online=True, epoch="e", at=at(), codes_left=0
            )
            with own.writing() as connection:
                holding.heard(connection, state, "s1", NOW)


def _blocks(database: Database, gateway: str = "g1") -> list[int]:
    with database.reading() as connection:
        wanted = sa.select(code_blocks.c.number).where(code_blocks.c.gateway_id == gateway)
        return list(connection.execute(wanted.order_by(code_blocks.c.number)).scalars())


def _wanted(database: Database, gateway: str = "g1") -> str | None:
    with database.reading() as connection:
        wanted = sa.select(briefs.c.version).where(briefs.c.addressee == gateway)
        return connection.execute(wanted).scalar_one_or_none()


def test_what_a_gateway_holds_is_known_as_it_said_it_last(database: Database, says: Says) -> None:
    says({BriefKind.SURVEY: "a", BriefKind.PROMISES: "p"}, left=None)
    says({BriefKind.SURVEY: "b"}, left=None, when=LATER)
    says({BriefKind.SURVEY: "old"}, left=None)  # a broker kept it: said before
    with database.reading() as connection:
        assert repository.held(connection, "g1") == {"survey": "b"}


def test_a_gateway_without_the_key_gets_no_codes(database: Database, says: Says) -> None:
    says(left=None)
    assert not _blocks(database)


def test_a_block_is_wanted_until_it_is_taken_and_the_next_when_it_runs_out(
    database: Database, says: Says
) -> None:
    says(left=0)
    says(left=0, when=LATER)
    [first] = _blocks(database)
    assert _wanted(database) == str(first)
    says({BriefKind.CODES: str(first)}, when=LATER + timedelta(seconds=1))
    assert _blocks(database) == [first]
    says({BriefKind.CODES: str(first)}, left=10, when=LATER + timedelta(seconds=2))
    _, second = _blocks(database)
    assert _wanted(database) == str(second)


def test_a_replaced_disk_gets_another_block_and_never_the_old_one(
    database: Database, says: Says
) -> None:
    says(left=0)
    says(left=0, epoch="new", when=NOW + timedelta(seconds=1))
    assert (len(_blocks(database)), _wanted(database)) == (1, None)
    says(left=0, epoch="new", when=LATER)
    _, fresh = _blocks(database)
    assert _wanted(database) == str(fresh)


def test_a_restored_hq_never_gives_the_same_numbers_again(database: Database, says: Says) -> None:
    says(left=0)
    [given] = _blocks(database)
    with database.writing() as connection:  # last night's backup knows nothing of it
        for table in (code_blocks, briefs, holdings):
            connection.execute(sa.delete(table))
    says(left=0, gateway="g2", when=LATER)
    assert _blocks(database, "g2")[0] > given  # g1 is cut off: nobody has said so
    says({BriefKind.CODES: str(given + 5)}, left=10, when=LATER)
    learnt, fresh = _blocks(database)
    assert learnt == given + 5
    assert fresh > max(learnt, _blocks(database, "g2")[0])
    assert _wanted(database) == str(fresh)


@pytest.mark.parametrize("said", ["99999999999999999", "9" * 40, "-1", "x", "²"])
def test_a_gateway_cannot_take_the_numbers_away(database: Database, says: Says, said: str) -> None:
    says({BriefKind.CODES: said}, left=0)
    [number] = _blocks(database)
    assert number == numbers.next_number(None, NOW)


def test_a_number_of_another_gateway_stays_with_it(database: Database, says: Says) -> None:
    says(left=0)
    [given] = _blocks(database)
    says({BriefKind.CODES: str(given)}, gateway="g2", left=0)
    assert _blocks(database) == [given]
    assert _blocks(database, "g2") == [given + 1]


def test_two_processes_never_give_the_same_block(
    database: Database, database_url: str, count: Callable[[str], int]
) -> None:
    together = threading.Barrier(2)
    with ThreadPoolExecutor() as givers:
        given = [givers.submit(_gives, database_url, name, together) for name in ("east", "west")]
        for each in given:
            each.result(60)
    assert count("code_blocks") == 2 * EACH_GIVES
    with database.reading() as connection:
        held = connection.execute(sa.select(code_blocks.c.number)).scalars().all()
    assert len(set(held)) == 2 * EACH_GIVES
