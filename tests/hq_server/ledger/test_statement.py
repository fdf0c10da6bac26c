"""hq_server/ledger/statement.py: the ledger for people and for programs."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from rich.console import Console

from hq_server.accounts.scope import EVERYTHING
from hq_server.database import Database
from hq_server.ingest.intake import Answer
from hq_server.ledger import statement
from hq_server.ledger.audit import audit
from hq_server.tables import dead_letters
from protocols.messages import Offer
from tests.hq_server.conftest import NOW
from tests.hq_server.field import KIOSK, batch, response, taken

ZONE = ZoneInfo("Asia/Shanghai")


def _printed(shown: object) -> str:
    console = Console(file=io.StringIO(), width=200)
    console.print(shown)
    said: str = console.file.getvalue()  # type: ignore[attr-defined]
    return said


def test_a_narrow_terminal_cuts_no_id_and_no_figure(
    database: Database, take: Callable[..., list[Answer]]
) -> None:
    take(taken(batch(response("r1"), b"secret \xff words")))
    with database.reading() as connection:
        found = audit(connection, EVERYTHING, NOW, 10)
        (letter,) = connection.execute(sa.select(dead_letters)).mappings()
    for shown in (*statement.tables(found, ZONE), statement.letters_table([letter], ZONE)):
        console = Console(file=io.StringIO(), width=80)
        statement.show(shown, console)
        said = console.file.getvalue()  # type: ignore[attr-defined]
        assert "…" not in said
    assert letter["id"] in said
    assert {len(line) for line in said.splitlines()} == {console.width}


def test_the_ledger_in_every_form(database: Database, take: Callable[..., list[Answer]]) -> None:
    take(taken(batch(response("r1"), b"secret \xff words")))
    take(taken(Offer(stream=KIOSK, oldest=1, head=6, floor=1, known=4, nonce=1)))
    with database.reading() as connection:
        found = audit(connection, EVERYTHING, NOW, 10)
        (letter,) = connection.execute(sa.select(dead_letters)).mappings()
    assert statement.summary(found, ZONE) == (
        "1 stream, accepted 2, committed 2, duplicates 0, dead letters 1, missing 2, waiting 2, "
        "1 stream without an account, 1 being sent again"
    )
    streams, again = statement.tables(found, ZONE)
    assert "not said" in _printed(streams)
    assert "hq" in _printed(again)
    said = json.loads(statement.as_json(found))
    assert (said["totals"]["missing"], said["streams"][0]["device"]) == (2, "k1")
    assert said["replays"][0]["last"] == 4
    assert "secret" not in statement.letter_json(letter)
    assert "secret" not in _printed(statement.letters_table([letter], ZONE))
    shown = json.loads(statement.letter_json(letter, raw=True))
    assert (shown["raw"], shown["seq"]) == ("secret \\xff words", 2)
