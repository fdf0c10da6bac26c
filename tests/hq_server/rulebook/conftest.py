"""What the tests of rules share: changes of their own, and a replay of any changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hq_server.database import Database
from hq_server.rulebook import replaying
from hq_server.rulebook import service as rulebook
from hq_server.rulebook.replaying import Replay
from hq_server.rulebook.service import Signed
from tests.hq_server.conftest import NOW

SIGNED = Signed(author="admin", note=" why ", at=NOW)
WORD = "蓝莓事件"
FAULTY = '[[change]]\nrule = "zh.nothing"\nadd = ["某某事"]\n'


def rules(word: str = WORD, kind: str = "harm", name: str = "incident") -> str:
    """Return changes with one rule of the chain's own."""
    return (
        f'[[rule]]\nid = "own.zh.{name}"\nlanguage = "zh"\ntopic = "safety"\n'
        f'kind = "{kind}"\nwords = ["{word}"]\n'
    )


Replayed = Callable[[str], Replay]


@pytest.fixture
def replayed(database: Database) -> Replayed:
    """Replay changes over all feedback, in this process."""

    def _replayed(toml: str) -> Replay:
        with database.writing() as connection:
            begun, _ = replaying.begin(connection, toml, "admin", NOW)
        return replaying.run(database, begun, lambda: NOW)

    return _replayed


@pytest.fixture
def published(database: Database, replayed: Replayed) -> Callable[[str], int]:
    """Replay changes and put them in force."""

    def _published(toml: str) -> int:
        leaving = replayed(toml).leaves_s
        with database.writing() as connection:
            return rulebook.publish_changes(connection, toml, 0, leaving, SIGNED)

    return _published
