"""Replays: all stored feedback graded by changes and by what is in force, side by side.

One runs in a process of its own at low priority, reads in batches, and keeps numbers and the
texts that change; feedback itself stays as it is. `python -m hq_server.rulebook.replaying` with a
line of JSON at its standard input is that process.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping

from hq_server import failures
from hq_server.accounts.scope import Scope
from hq_server.clock import utc_now
from hq_server.database import Database, new_id
from hq_server.errors import HqError
from hq_server.feedback import said
from hq_server.rulebook import moves, repository
from hq_server.rulebook.grading_by import in_force, rulebook_of
from hq_server.rulebook.moves import Move

logger = logging.getLogger(__name__)

TEXTS_AT_ONCE = 500
KEPT_OF_EACH = 1000
"""Texts kept of each kind of change; the numbers count all."""
_REPLAYS_KEPT = 5
_WRITTEN_EVERY_S = 1.0
# Whoever runs one says so every second.
_SILENT_FOR = timedelta(seconds=60)
_PRIORITY = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """How a replay went, or how far it is."""

    id: str
    toml: str
    before_toml: str
    before_revision: int
    author: str
    started_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    failed: bool
    total: int
    done: int
    leaves_s: int
    becomes_s: int
    regraded: int
    otherwise: int

    @property
    def finished(self) -> bool:
        """Whether all feedback was graded."""
        return self.ended_at is not None and not self.failed

    @property
    def changed(self) -> int:
        """How many texts change at all."""
        return self.leaves_s + self.becomes_s + self.regraded + self.otherwise

    @property
    def percent(self) -> int:
        """How much of it is done."""
        return 100 * self.done // self.total if self.total else 100

    def count(self, move: Move) -> int:
        """Return how many texts change in this way."""
        counted = (self.leaves_s, self.becomes_s, self.regraded, self.otherwise)
        return counted[move]

    def running(self, now: datetime) -> bool:
        """Whether somebody is at work on it."""
        return self.ended_at is None and now - self.seen_at < _SILENT_FOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A text whose verdict changes: both verdicts, and what was said."""

    said: RowMapping
    move: Move


def begin(connection: Connection, toml: str, author: str, now: datetime) -> tuple[Replay, bool]:
    """Return a replay of changes against what is in force, and whether it is to be run.

    FaultyRulesError when grading cannot use them. One that runs already is not begun again; of
    other changes, it ends: there is one at a time.
    """
    running = latest(connection, toml)
    if running is not None and running.running(now):
        return running, False
    before = in_force(connection)
    row: dict[str, object] = {
        "id": new_id(),
        "toml": toml,
        "version": rulebook_of(toml).version,
        "before_toml": "" if before.problems else before.toml,
        "before_version": before.rulebook.version,
        "before_revision": before.revision,
        "author": author,
        "started_at": now,
        "seen_at": now,
        "ended_at": None,
        "failed": False,
        "total": repository.count_texts(connection),
        "done": 0,
        **{move.name.lower(): 0 for move in Move},
    }
    repository.add_replay(connection, row)
    repository.forget_replays(connection, str(row["id"]), _REPLAYS_KEPT)
    return one(connection, str(row["id"])), True


def one(connection: Connection, id_: str) -> Replay:
    """Return a replay."""
    row = repository.replay(connection, id_)
    if row is None:
        raise _GoneError(id_)
    return _replay(row)


class _GoneError(HqError):
    """A newer replay took the place of this one."""

    def __init__(self, id_: str) -> None:
        super().__init__(f"a newer replay took the place of {id_}")


def latest(connection: Connection, toml: str) -> Replay | None:
    """Return the last replay of exactly these changes against what is in force."""
    before = in_force(connection).rulebook.version
    row = repository.latest_replay(connection, rulebook_of(toml).version, before)
    return None if row is None else _replay(row)


def _replay(row: RowMapping) -> Replay:
    names = Replay.__dataclass_fields__
    return Replay(**{name: row[name] for name in names})


def changed(
    connection: Connection, scope: Scope, replay: Replay, move: Move | None, limit: int
) -> list[Changed]:
    """Return texts that change, those that leave S first; of one kind, or all."""
    rows = repository.changed_texts(connection, scope, replay.id, move, limit)
    return [Changed(said=row, move=Move(row["rank"])) for row in rows]


# --- running one ----------------------------------------------------------------------------------


class _Run:
    """One replay under way."""

    def __init__(self, database: Database, replay: Replay, now: Callable[[], datetime]) -> None:
        self._database = database
        self._id = replay.id
        self._now = now
        self._before = rulebook_of(replay.before_toml)
        self._after = rulebook_of(replay.toml)
        self._counted: Counter[Move] = Counter()
        self._rows: list[dict[str, object]] = []
        self._done = 0
        self._written_at = time.monotonic()

    def to_the_end(self) -> None:
        """Grade everything; _GoneError when a newer replay took this one's place."""
        last = ""
        while True:
            with self._database.reading() as connection:
                texts = repository.texts_after(connection, last, TEXTS_AT_ONCE)
            if not texts:
                break
            for text in texts:
                self._compare(text)
            last = texts[-1]["id"]
            if time.monotonic() - self._written_at >= _WRITTEN_EVERY_S:
                self.write()
        self.write(ended=True)

    def _compare(self, text: RowMapping) -> None:
        self._done += 1
        row = dict(text)
        before = said.regraded(row, self._before, evidence=False)
        after = said.regraded(row, self._after, evidence=False)
        move = moves.move(before, after)
        if move is None:
            return
        self._counted[move] += 1
        if self._counted[move] <= KEPT_OF_EACH:
            self._rows.append(
                {
                    "replay_id": self._id,
                    "response_id": text["id"],
                    "store_id": text["store_id"],
                    "rank": int(move),
                    "before": moves.shown(said.regraded(row, self._before)),
                    "after": moves.shown(said.regraded(row, self._after)),
                }
            )

    def write(self, *, ended: bool = False, failed: bool = False) -> None:
        """Write how far it is, with the texts that were found since."""
        now = self._now()
        row: dict[str, object] = {
            "seen_at": now,
            "done": self._done,
            **{move.name.lower(): self._counted[move] for move in Move},
        }
        if ended:
            row |= {"ended_at": now, "failed": failed}
            # What came in while it ran was graded, too.
            row |= {} if failed else {"total": self._done}
        with self._database.writing() as connection:
            if not repository.advance_replay(connection, self._id, row):
                raise _GoneError(self._id)
            repository.keep_changed(connection, self._rows)
        self._rows.clear()
        self._written_at = time.monotonic()


def run(database: Database, replay: Replay, now: Callable[[], datetime] = utc_now) -> Replay:
    """Run a replay to its end and return it; what goes wrong is written, and raised."""
    under_way = _Run(database, replay, now)
    try:
        under_way.to_the_end()
    except _GoneError:
        return replace(replay, ended_at=now(), failed=True)
    except BaseException:  # whatever it was, nobody waits for it any longer
        under_way.write(ended=True, failed=True)
        raise
    with database.reading() as connection:
        return one(connection, replay.id)


def start(database_url: str, replay: Replay) -> subprocess.Popen[bytes]:
    """Run a replay in a process of its own."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", __name__], stdin=subprocess.PIPE
    )
    assert process.stdin is not None  # noqa: S101 - as asked for above
    # The address may hold a password: the list of processes is for everybody's eyes.
    with process.stdin as line:
        line.write(json.dumps({"database": database_url, "replay": replay.id}).encode())
    threading.Thread(target=process.wait, daemon=True).start()  # its end is taken note of
    return process


def main() -> None:
    """Run the replay that standard input names."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    asked = json.load(sys.stdin)
    os.nice(_PRIORITY)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C at `serve` ends it without a word
    database = Database(asked["database"])
    try:
        with database.reading() as connection:
            wanted = one(connection, asked["replay"])
        run(database, wanted)
    except _GoneError as gone:  # before it began, or right after its end
        logger.info("%s", gone)
    except Exception as error:  # the text of an error may repeat a shopper's words
        logger.error("replay failed: %s\n%s", failures.kind(error), failures.place(error))
        raise SystemExit(1) from None
    finally:
        database.close()


if __name__ == "__main__":
    main()
