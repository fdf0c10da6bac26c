"""The ledger: what devices accepted against what HQ holds, stream by stream.

A stream has three books. The device *said* (its account): accepted A, and C of these committed at
HQ. A gateway *offered* it: it holds the stream up to G, and knew HQ to have it up to K. HQ *has* it
up to its watermark W, at whichever store it came in.

**missing** is what HQ lacks and nobody will bring, or what HQ once had and lacks now:

- holes: seqs that the device itself no longer held when its stream went on past them;
- max(C, K) - W, when positive: HQ confirmed it and does not have it. Its database was restored
  from an older state; the row is missing until the field has sent it again (see replays). K is
  believed no further than A once the device spoke after the offer;
- of a stream that its device has left behind: A - max(W, C, K, G), when positive. Left behind
  means that the device speaks, of another epoch now, and either no longer names the stream or
  says that nothing of it waits. G counts while its gateway is offline, or for half an hour after
  its last offer: a gateway that holds something offers it more often than that.

**waiting** is what somebody still holds: A or G beyond max(W, C, K). Waiting is not missing,
however long it lasts. Dead letters were accepted and are at HQ: they are not missing either.

A stream without an account is of an older device, or was never spoken of: what can be judged
without A is. Counted once, whatever store it came in by: a device may move.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from hq_server.accounts.scope import Scope
from hq_server.ledger import repository

# Idle senders ask every ten minutes, others at least every minute (protocols/delivery.py).
HELD_FOR = timedelta(minutes=30)

_Key = tuple[str, str, str]


@dataclass(slots=True, kw_only=True)
class Line:
    """One stream in the ledger."""

    device: str
    epoch: str
    lane: str
    store: str = ""
    gateway: str = ""
    accepted: int | None = None
    """What the device said, or HQ has when that is more; None when no device accounts for it."""
    committed: int = 0
    duplicates: int = 0
    dead_letters: int = 0
    missing: int = 0
    waiting: int = 0
    waiting_since: datetime | None = None
    said_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Totals:
    """The ledger in one line."""

    streams: int = 0
    accepted: int = 0
    committed: int = 0
    duplicates: int = 0
    dead_letters: int = 0
    """Of streams and whole messages together."""
    missing: int = 0
    waiting: int = 0
    waiting_since: datetime | None = None
    without_account: int = 0
    replays_open: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What the ledger says: the worst lines first."""

    lines: list[Line]
    totals: Totals
    replays: list[sa.RowMapping]
    missing_of_stores: dict[str, int]


@dataclass(slots=True, kw_only=True)
class _Books:
    """What is known of one stream, from all sides."""

    line: Line
    through: int = 0
    holes: int = 0
    known: int = 0
    held: int = 0
    left_behind: bool = False
    heard: bool = False
    stores: list[tuple[int, str, str]] = field(default_factory=list)


def audit(connection: sa.Connection, scope: Scope, now: datetime, replays_shown: int) -> Audit:
    """Return the ledger of the stores in scope."""
    books: dict[_Key, _Books] = {}
    # What HQ has comes last: on PostgreSQL each look sees what was committed before it, and what
    # is said of a watermark must not be younger than the watermark.
    for row in repository.account_rows(connection, scope):
        _said(_book(books, row), row)
    for row in repository.offer_rows(connection, scope):
        _offered(_book(books, row), row, now)
    for row in repository.stream_rows(connection, scope):
        _has(_book(books, row), row)
    whole = 0
    for row in repository.letters_of_streams(connection, scope):
        if row.device is None:
            whole += row.letters
        else:
            _book(books, row).line.dead_letters += row.letters
    lines = [judged(each) for each in books.values()]
    lines.sort(key=lambda line: (-line.missing, -line.waiting, line.store, line.device, line.lane))
    replays = repository.replay_rows(connection, scope, replays_shown)
    totals = _totals(lines, whole)
    totals.replays_open = repository.open_count(connection, scope)
    return Audit(lines=lines, totals=totals, replays=replays, missing_of_stores=_by_store(lines))


def _book(books: dict[_Key, _Books], row: Any) -> _Books:
    key = (row.device, row.epoch, row.lane)
    found = books.get(key)
    if found is None:
        line = Line(device=row.device, epoch=row.epoch, lane=row.lane)
        found = books[key] = _Books(line=line)
    return found


def _has(book: _Books, row: Any) -> None:
    book.through = max(book.through, row.through)
    book.holes += row.holes
    book.line.duplicates += row.duplicates
    book.stores.append((row.through, row.store_id, row.gateway_id))


def _said(book: _Books, row: Any) -> None:
    line = book.line
    if line.said_at is not None and line.said_at >= row.said_at:
        return  # what it said at an earlier store
    named = row.heard_at is None or row.said_at >= row.heard_at
    nothing_waits = row.waiting_since is None and not row.current
    book.left_behind = nothing_waits if named else row.epoch_now != row.epoch
    book.known = max(book.known, row.committed)
    book.heard = True
    line.accepted, line.said_at = row.accepted, row.said_at
    line.waiting_since = row.waiting_since
    line.store, line.gateway = row.store_id, row.gateway_id


def _offered(book: _Books, row: Any, now: datetime) -> None:
    known = row.known
    if book.line.said_at is not None and book.line.said_at >= row.said_at:
        known = min(known, max(book.through, book.line.accepted or 0))
    book.known = max(book.known, known)
    if not row.online or now - row.said_at < HELD_FOR:
        book.held = max(book.held, row.head)
    book.stores.append((row.head, row.store_id, row.gateway_id))


def judged(book: _Books) -> Line:
    """Return the line of a stream, with what is missing and what waits."""
    line = book.line
    sure = max(book.through, book.known)
    accepted = line.accepted or 0
    line.committed = book.through
    if line.accepted is not None:
        line.accepted = max(
            accepted, book.through
        )  # it speaks every 30 s, and HQ hears events at once
    line.missing = book.holes + sure - book.through
    if book.left_behind:
        line.missing += max(0, accepted - max(sure, book.held))
        line.waiting = max(0, min(accepted, book.held) - sure)
    else:
        line.waiting = max(0, max(accepted, book.held) - sure)
    if not line.waiting:
        line.waiting_since = None
    if not book.heard and book.stores:
        _through, line.store, line.gateway = max(book.stores)
    return line


def _totals(lines: Iterable[Line], whole_letters: int) -> Totals:
    totals = Totals(dead_letters=whole_letters)
    for line in lines:
        totals.streams += 1
        totals.accepted += line.committed if line.accepted is None else line.accepted
        totals.committed += line.committed
        totals.duplicates += line.duplicates
        totals.dead_letters += line.dead_letters
        totals.missing += line.missing
        totals.waiting += line.waiting
        totals.without_account += line.accepted is None
        if line.waiting_since is not None:
            oldest = totals.waiting_since or line.waiting_since
            totals.waiting_since = min(oldest, line.waiting_since)
    return totals


def _by_store(lines: Iterable[Line]) -> dict[str, int]:
    missing: dict[str, int] = {}
    for line in lines:
        if line.missing:
            missing[line.store] = missing.get(line.store, 0) + line.missing
    return missing
