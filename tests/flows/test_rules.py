"""Rules that HQ puts in force grade the next text, at HQ and in the store, bit by bit alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import msgspec
import pytest
import sqlalchemy as sa

from edge_gateway.gateway import Gateway
from grading.rulebook import built_in
from hq_server import tables
from hq_server.accounts.scope import EVERYTHING
from hq_server.clock import utc_now
from hq_server.database import new_id
from hq_server.feedback import service as feedback
from hq_server.rulebook import replaying, repository, stores
from hq_server.rulebook import service as rulebook
from hq_server.rulebook.service import Signed
from hq_server.rulebook.stores import GatewayRules, Standing
from kiosk.events import DoneTapped, KeyTapped, Rated, WriteTapped
from protocols import wire
from protocols.briefs import BriefKind
from protocols.messages import Response
from tests.flows.whole_chain import WholeChain

WORD = "蓝莓事件"
RULES = f"""
[[rule]]
id = "own.zh.incident"
language = "zh"
topic = "safety"
kind = "harm"
words = ["{WORD}"]
only = {{ store = ["chengbei"], touchpoint = ["till-3"] }}

[policy.grade]
complaint_from = 0.36
"""


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeChain]:
    made = WholeChain(tmp_path_factory.mktemp("chain"))
    try:
        made.start_ingest()
        made.start_gateway()
        yield made
    finally:
        made.close()


def _signed(note: str = "why") -> Signed:
    return Signed(author="tests", note=note, at=utc_now())


def _gateway(chain: WholeChain) -> Gateway:
    return chain.gateway.runner.gateway


def _wait_for(chain: WholeChain, fits: Callable[[GatewayRules], bool]) -> GatewayRules:
    """Return what HQ knows of the store's gateway, once it is as wanted."""
    give_up = time.monotonic() + 30
    while True:
        with chain.database.reading() as connection:
            (said,) = stores.of_gateways(connection, EVERYTHING).values()
        if fits(said):
            return said
        assert time.monotonic() < give_up, said
        time.sleep(0.1)


def _say(chain: WholeChain, words: str) -> dict[str, object]:
    """Let a shopper write something, and return its row at HQ."""
    with chain.kiosk() as kiosk:
        kiosk.touch(Rated(2), WriteTapped(), KeyTapped(words), DoneTapped())
        visit = kiosk.flow.visit
        assert visit is not None

        def _written(row: dict[str, object]) -> bool:
            return row["id"] == visit.response and row["rev"] >= 2  # type: ignore[operator]

        id_ = str(chain.wait_for_row(_written)["id"])
    with chain.database.reading() as connection:
        return dict(feedback.one(connection, EVERYTHING, id_))


def _rules_of(row: dict[str, object]) -> set[str]:
    grading = row["grading"]
    assert isinstance(grading, dict)
    return {found["rule"] for found in grading["evidence"]}


def _publish(chain: WholeChain, toml: str) -> int:
    with chain.database.writing() as connection:
        replay, _ = replaying.begin(connection, toml, "tests", utc_now())
    done = replaying.run(chain.database, replay)
    with chain.database.writing() as connection:
        return rulebook.publish_changes(connection, toml, 0, done.leaves_s, _signed())


def _same_in_the_store(chain: WholeChain, row: dict[str, object]) -> bool:
    """Whether the gateway's own verdict on what the kiosk sent has the same bytes."""
    with chain.database.reading() as connection:
        wanted = sa.select(tables.feedback.c.raw).where(tables.feedback.c.id == row["id"])
        raw = connection.execute(wanted).scalar_one()
    event = wire.decode_event(raw)
    assert isinstance(event, Response)
    in_store = msgspec.json.encode(_gateway(chain).alarms._verdict(event))
    return in_store == msgspec.json.encode(row["grading"])


def test_rules_that_are_put_in_force_grade_alike_everywhere_until_they_are_taken_back(
    chain: WholeChain,
) -> None:
    _wait_for(chain, lambda one: (one.revision, one.standing) == (0, Standing.SAME))
    before = _say(chain, f"遇到{WORD}")
    assert "own.zh.incident" not in _rules_of(before)
    assert _same_in_the_store(chain, before)

    assert _publish(chain, RULES) == 1
    _wait_for(chain, lambda one: (one.revision, one.standing) == (1, Standing.SAME))
    row = _say(chain, f"又遇到{WORD}")
    assert (row["grade"], "own.zh.incident" in _rules_of(row)) == ("S", True)
    assert _same_in_the_store(chain, row)
    assert _gateway(chain).alarms.standing()[0].evidence == ("own.zh.incident",)
    with chain.database.reading() as connection:
        grading = row["grading"]
        assert isinstance(grading, dict)
        assert rulebook.revision_of(connection, grading) == 1

    chain.stop_ingest()
    chain.stop_gateway()
    chain.start_gateway()
    assert "own.zh.incident" in _gateway(chain).alarms.rulebook.rules, "kept, without asking HQ"

    # As an HQ of a newer version would: this program knows no such rule.
    with chain.database.writing() as connection:
        broken = '[[change]]\nrule = "zh.of.tomorrow"\nadd = ["明天"]\n'
        row_of = {"id": new_id(), "number": 2, "toml": broken, "made_from": 1, "author": "tests",
                  "note": "newer", "saved_at": utc_now()}  # fmt: skip
        repository.add_revision(connection, row_of)
        rulebook._put_in_force(connection, 2, _signed())
    chain.start_ingest()
    said = _wait_for(chain, lambda one: one.standing is Standing.CANNOT)
    assert (said.revision, "zh.of.tomorrow: unknown rule" in said.fault) == (1, True)
    assert "own.zh.incident" in _gateway(chain).alarms.rulebook.rules, "the last good ones"
    assert _gateway(chain).briefs.refused <= 2, "sent again with patience"

    with chain.database.writing() as connection:
        rulebook.roll_back(connection, 0, _signed())
    _wait_for(chain, lambda one: (one.revision, one.standing) == (0, Standing.SAME))
    assert _gateway(chain).alarms.rulebook is built_in()
    assert BriefKind.RULEBOOK not in _gateway(chain).briefs.faults
    after = _say(chain, f"还是{WORD}")
    assert "own.zh.incident" not in _rules_of(after)
    assert _same_in_the_store(chain, after)
