"""Tables of what comes from shoppers beside their visits: words, doubts of others, votes."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, String

from hq_server.database import UtcDateTime, metadata
from hq_server.tables import codes_only

# What others than the device say of a response: a doubt of the gateway, words from the shopper's
# own phone. Kept apart because either may come first; the row of feedback is made of both.
additions = sa.Table(
    "additions",
    metadata,
    Column("response_id", String(64), primary_key=True),
    Column("store_id", String(64), primary_key=True),
    Column("source", String(80), primary_key=True),
    Column("detail", sa.JSON, nullable=False),
    # The case code that the shopper's phone was given.
    Column("code", String(20)),
    Column("at", UtcDateTime, nullable=False),
    codes_only("additions"),
)

# What shoppers said of open problems: "me too", "fixed now"; each vote is an event.
problem_votes = sa.Table(
    "problem_votes",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("store_id", String(64), primary_key=True),
    Column("gateway_id", String(64), nullable=False),
    Column("problem", String(64), nullable=False),
    Column("topic", String(64), nullable=False),
    Column("place", String(64)),
    Column("touchpoint", String(64)),
    Column("vote", String(16), nullable=False),
    Column("occurred_at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    sa.Index("ix_problem_votes_store_id_problem", "store_id", "problem"),
)

# Problems that staff keep from the kiosks' screens.
problem_hidden = sa.Table(
    "problem_hidden",
    metadata,
    Column("problem", String(64), primary_key=True),
    Column("store_id", String(64), primary_key=True),
    Column("hidden_by", String(64), nullable=False),
    Column("hidden_at", UtcDateTime, nullable=False),
)
