"""hq_server/rulebook/stores.py: which gateway grades by what, and why not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from hq_server.accounts.scope import EVERYTHING, Scope
from hq_server.briefs import repository as briefs
from hq_server.briefs.composing import Composer, version_of
from hq_server.database import Database
from hq_server.devices import service as devices
from hq_server.rulebook import service as rulebook
from hq_server.rulebook import stores
from hq_server.rulebook.grading_by import rulebook_of
from hq_server.rulebook.stores import Standing
from hq_server.settings import Settings
from protocols.briefs import BriefKind, RulesState
from protocols.messages import GatewayState
from tests.hq_server.conftest import NOW
from tests.hq_server.field import at
from tests.hq_server.rulebook.conftest import rules

VERSION = version_of(BriefKind.RULEBOOK, rulebook.brief_body(1, rules()))


def _state(toml: str, fault: str = "", lexicon: str = "") -> RulesState:
    made = rulebook_of(toml)
    return RulesState(
        lexicon_version=lexicon or made.lexicon_version,
        policy_version=made.policy_version,
        fault=fault,
    )


@pytest.mark.parametrize(
    ("held", "said", "codes_left", "found"),
    [
        (VERSION, _state(rules()), 9, (1, Standing.SAME)),
        (VERSION, _state(rules(), fault="an older fault"), 9, (1, Standing.SAME)),
        (VERSION, _state(rules(), lexicon="other"), 9, (1, Standing.OTHER_PROGRAM)),
        (None, _state(""), 9, (0, Standing.COMING)),
        (None, _state("", fault="why"), 9, (0, Standing.CANNOT)),
        (None, _state(""), None, (0, Standing.NO_KEY)),
        ("unheard-of", _state(""), 9, (None, Standing.COMING)),
        (None, None, 9, (None, Standing.OLD)),
    ],
)
def test_how_a_gateway_stands_to_what_is_in_force(
    database: Database,
    published: Callable[[str], int],
    held: str | None,
    said: RulesState | None,
    codes_left: int | None,
    found: tuple[int | None, Standing],
) -> None:
    assert published(rules()) == 1
    state = GatewayState(
        gateway="g1", store="s1", online=True, epoch="e", at=at(), codes_left=codes_left,
        briefs={BriefKind.RULEBOOK: held} if held else {}, rules=said,
    )  # fmt: skip
    with database.writing() as connection:
        devices.heard(connection, state, "s1", NOW)
        known = stores.of_gateways(connection, EVERYTHING)
        assert stores.of_gateways(connection, Scope(frozenset({"s2"}))).keys() == {"g2"}
    assert (known["g1"].revision, known["g1"].standing) == found
    assert known["g1"].fault == ("why" if found[1] is Standing.CANNOT else "")
    assert known["g2"].standing is Standing.NEVER


def test_a_program_that_knows_nothing_of_rules_is_sent_none(
    database: Database, settings: Settings, published: Callable[[str], int]
) -> None:
    published(rules())
    with database.writing() as connection:
        Composer(settings).refresh(connection, ["s1"], NOW)

    def _lacking(said: RulesState | None, seconds: int) -> bool:
        now = NOW + timedelta(seconds=seconds)
        state = GatewayState(
            gateway="g1", store="s1", online=True, epoch="e", at=at(now), codes_left=9, rules=said
        )
        with database.writing() as connection:
            devices.heard(connection, state, "s1", now)
            kinds = {each.kind for each in briefs.lacking(connection)}
        assert BriefKind.PROMISES in kinds
        return BriefKind.RULEBOOK in kinds

    assert not _lacking(None, 1)
    assert _lacking(_state(""), 2)
    assert not _lacking(None, 3), "an older program was put back"
