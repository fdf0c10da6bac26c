"""Tables of the rulebook: drafts, revisions, what was published, and replays over feedback."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Text

from hq_server.database import UtcDateTime, metadata

# What people work on: one row at most. `edits` counts what was kept, so that of two people who
# change it at once the later one is told.
drafts = sa.Table(
    "rulebook_drafts",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("toml", Text, nullable=False),
    Column("made_from", Integer, nullable=False),
    Column("edits", Integer, nullable=False),
    Column("author", String(64), nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
)

# Every text of changes that was ever published; none changes. Revision 0 is no row: it is the
# built-in rulebook.
revisions = sa.Table(
    "rulebook_revisions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("toml", Text, nullable=False),
    Column("made_from", Integer, nullable=False),
    Column("author", String(64), nullable=False),
    Column("note", String(500), nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
)

# Which revision was put in force when, by whom and why; that with the highest number is in force.
publications = sa.Table(
    "rulebook_publications",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("revision", Integer, nullable=False),
    Column("author", String(64), nullable=False),
    Column("note", String(500), nullable=False),
    Column("published_at", UtcDateTime, nullable=False),
)

# Which revision a grading's versions mean: with an update of the programs a revision gets others.
versions = sa.Table(
    "rulebook_versions",
    metadata,
    Column("lexicon_version", String(64), primary_key=True),
    Column("policy_version", String(64), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("first_at", UtcDateTime, nullable=False),
)

# Stored feedback graded by some changes (after) and by what was in force (before).
replays = sa.Table(
    "rulebook_replays",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("toml", Text, nullable=False),
    Column("version", String(64), nullable=False),
    Column("before_toml", Text, nullable=False),
    Column("before_version", String(64), nullable=False),
    Column("before_revision", Integer, nullable=False),
    Column("author", String(64), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("failed", Boolean, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("done", BigInteger, nullable=False),
    *(Column(name, BigInteger, nullable=False) for name in ("leaves_s", "becomes_s")),
    *(Column(name, BigInteger, nullable=False) for name in ("regraded", "otherwise")),
)

# Texts that change, so many of each kind of change; the words themselves stay in feedback.
changed = sa.Table(
    "rulebook_changed",
    metadata,
    Column("replay_id", String(64), primary_key=True),
    Column("response_id", String(64), primary_key=True),
    Column("store_id", String(64), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("before", sa.JSON, nullable=False),
    Column("after", sa.JSON, nullable=False),
    sa.Index("ix_rulebook_changed_replay_id_rank", "replay_id", "rank", "response_id"),
)
