"""The gateway's tables of what HQ told it, beside its outbox: briefs, and the reserve of codes.

They share the outbox's file, and so its fate: an older copy of it, whose codes may have been
given out already, is known by its epoch.
"""

from __future__ import annotations

import sqlite3

from edge_gateway.events import KeepBrief
from outbox.migration import bring_up_to_date
from protocols.briefs import BriefKind
from protocols.messages import Brief

OWNER = "edge_gateway.briefs"


def briefs_and_codes(database: sqlite3.Connection) -> None:
    """One row per kind of brief, per code not given yet, and per block ever taken in."""
    database.execute("""
        CREATE TABLE briefs (
            kind TEXT PRIMARY KEY,
            version TEXT NOT NULL,
            body BLOB NOT NULL,
            signature TEXT NOT NULL
        )""")
    database.execute("CREATE TABLE blocks (block INTEGER PRIMARY KEY)")
    database.execute("""
        CREATE TABLE codes (
            number INTEGER PRIMARY KEY,
            code TEXT NOT NULL UNIQUE,
            epoch TEXT NOT NULL
        )""")


STEPS = (briefs_and_codes,)


def set_up(database: sqlite3.Connection, epoch: str) -> None:
    """Bring the tables up to date; codes of another epoch of the file are given to nobody."""
    bring_up_to_date(database, OWNER, STEPS)
    database.execute("DELETE FROM codes WHERE epoch <> ?", (epoch,))


def keep(database: sqlite3.Connection, kept: KeepBrief, epoch: str) -> None:
    """Keep a brief in place of the last one of its kind; a block adds its codes once."""
    brief, block = kept.brief, kept.block
    database.execute(
        "INSERT OR REPLACE INTO briefs VALUES (?, ?, ?, ?)",
        (brief.kind, brief.version, brief.body, brief.signature),
    )
    if block is None:
        return
    if block.block > highest_block(database):
        database.execute("INSERT INTO blocks VALUES (?)", (block.block,))
        database.executemany(
            "INSERT OR IGNORE INTO codes (code, epoch) VALUES (?, ?)",
            [(code, epoch) for code in block.codes],
        )


def remove_codes(database: sqlite3.Connection, codes: tuple[str, ...]) -> None:
    """Take codes out of the reserve."""
    database.executemany("DELETE FROM codes WHERE code = ?", [(code,) for code in codes])


def clear_codes(database: sqlite3.Connection) -> None:
    """Empty the reserve."""
    database.execute("DELETE FROM codes")


def load_briefs(database: sqlite3.Connection) -> list[Brief]:
    """Return the kept briefs; one of a kind that this version does not know is left alone."""
    rows = database.execute("SELECT kind, version, body, signature FROM briefs").fetchall()
    return [
        Brief(kind=BriefKind(kind), version=version, body=bytes(body), signature=signature)
        for kind, version, body, signature in rows
        if kind in set(BriefKind)
    ]


def load_codes(database: sqlite3.Connection) -> list[str]:
    """Return the codes that nobody has been given, in the order they came."""
    return [code for (code,) in database.execute("SELECT code FROM codes ORDER BY number")]


def highest_block(database: sqlite3.Connection) -> int:
    """Return the number of the last block that was taken in; -1 before the first."""
    (number,) = database.execute("SELECT max(block) FROM blocks").fetchone()
    return -1 if number is None else int(number)
