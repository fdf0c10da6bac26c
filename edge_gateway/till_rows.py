"""The gateway's tables of its tills, beside its outbox: sales of a day, open instructions.

They share the outbox's file, and so its fate and its transactions.
"""

from __future__ import annotations

import sqlite3
from dataclasses import astuple, fields

from edge_gateway.sales import DAY_MS, MOST_SALES, Sale
from outbox.migration import bring_up_to_date

OWNER = "edge_gateway.tills"
# A row takes some 150 bytes: what is kept of sales is at most a twentieth of the file.
_QUOTA_PER_SALE = 3_000


def sales_and_instructions(database: sqlite3.Connection) -> None:
    """One row per sale of the last day, and per instruction that is not over."""
    database.execute("""
        CREATE TABLE sales (
            receipt TEXT NOT NULL,
            till TEXT NOT NULL,
            touchpoint TEXT NOT NULL,
            number TEXT NOT NULL,
            printed_at TEXT,
            total TEXT,
            whole INTEGER NOT NULL,
            seen_ms INTEGER NOT NULL
        )""")
    database.execute("CREATE TABLE instructions (instruction TEXT PRIMARY KEY)")


STEPS = (sales_and_instructions,)


def set_up(database: sqlite3.Connection, now_ms: int) -> None:
    """Bring the tables up to date and drop what is over."""
    bring_up_to_date(database, OWNER, STEPS)
    database.execute("DELETE FROM sales WHERE seen_ms < ?", (now_ms - DAY_MS,))


def save_sale(database: sqlite3.Connection, sale: Sale) -> None:
    """Keep a sale, and the latest ones before it, in a small share of the file's quota (D8)."""
    kept = database.execute("INSERT INTO sales VALUES (?, ?, ?, ?, ?, ?, ?, ?)", astuple(sale))
    (page_bytes,) = database.execute("PRAGMA page_size").fetchone()
    (pages,) = database.execute("PRAGMA max_page_count").fetchone()
    most = min(MOST_SALES, pages * page_bytes // _QUOTA_PER_SALE)
    database.execute("DELETE FROM sales WHERE rowid <= ?", ((kept.lastrowid or 0) - most,))


def load_sales(database: sqlite3.Connection) -> list[Sale]:
    """Return the kept sales, oldest first."""
    names = [one.name for one in fields(Sale)]
    rows = database.execute(
        f"SELECT {', '.join(names)} FROM sales ORDER BY rowid DESC LIMIT ?",  # noqa: S608 (ours)
        (MOST_SALES,),
    ).fetchall()
    kept = [dict(zip(names, row, strict=True)) for row in reversed(rows)]
    return [Sale(**{**one, "whole": bool(one["whole"])}) for one in kept]


def open_instruction(database: sqlite3.Connection, instruction: str) -> None:
    """Keep that an instruction was given: after a restart it must be ended."""
    database.execute("INSERT OR IGNORE INTO instructions VALUES (?)", (instruction,))


def end_instruction(database: sqlite3.Connection, instruction: str) -> None:
    """Keep that an instruction is over."""
    database.execute("DELETE FROM instructions WHERE instruction = ?", (instruction,))


def load_open_instructions(database: sqlite3.Connection) -> tuple[str, ...]:
    """Return the instructions that an earlier run left open."""
    rows = database.execute("SELECT instruction FROM instructions ORDER BY instruction")
    return tuple(name for (name,) in rows)
