"""The tables of an outbox file, as migrations that are applied when it is opened."""

import sqlite3

OWNER = "outbox"


def first_tables(database: sqlite3.Connection) -> None:
    """Streams with their positions, events by (stream, seq), and the epoch of this file."""
    database.execute("""
        CREATE TABLE identity (
            device TEXT NOT NULL,
            epoch TEXT NOT NULL,
            created_ms INTEGER NOT NULL
        )""")
    database.execute("""
        CREATE TABLE streams (
            id INTEGER PRIMARY KEY,
            device TEXT NOT NULL,
            epoch TEXT NOT NULL,
            lane TEXT NOT NULL,
            origin INTEGER NOT NULL,
            oldest INTEGER NOT NULL,
            head INTEGER NOT NULL,
            committed INTEGER NOT NULL,
            floor INTEGER NOT NULL,
            UNIQUE (device, epoch, lane)
        )""")
    # WITHOUT ROWID: rows lie in stream and seq order, so a batch is one run of pages.
    database.execute("""
        CREATE TABLE events (
            stream INTEGER NOT NULL REFERENCES streams (id),
            seq INTEGER NOT NULL,
            accepted_ms INTEGER NOT NULL,
            payload BLOB NOT NULL,
            PRIMARY KEY (stream, seq)
        ) WITHOUT ROWID""")


STEPS = (first_tables,)
