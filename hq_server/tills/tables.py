"""Tables of what comes from tills: receipts, which rating belongs to which, instructions."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import BigInteger, Boolean, Column, String

from hq_server.database import UtcDateTime, metadata

receipts = sa.Table(
    "receipts",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("store_id", String(64), nullable=False),  # no index: nobody asks by store
    Column("gateway_id", String(64), nullable=False),
    Column("till", String(64), nullable=False),
    Column("number", String(200), nullable=False),
    Column("total", String(32)),
    Column("currency", String(8)),
    Column("printed_at", String(200)),
    Column("items", BigInteger),
    Column("damaged", Boolean, nullable=False),
    # The store's HMAC of the staff number: who it was is known in the store only.
    Column("cashier", String(64)),
    Column("at_table", String(32)),
    Column("discount", String(32)),
    Column("payment", String(32)),
    Column("goods", sa.JSON, nullable=False),
    Column("occurred_at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
)

# A rating and its receipt, or why it has none; kept apart from feedback because either may arrive
# first. The better way stands (`rank`): no receipt, by time, typed, scanned; of the same the last.
receipt_links = sa.Table(
    "receipt_links",
    metadata,
    Column("response_id", String(64), primary_key=True),
    Column("store_id", String(64), primary_key=True),
    Column("rank", BigInteger, nullable=False),
    Column("found_by", String(16)),
    Column("why_not", String(16)),
    Column("receipt_id", String(64)),
    Column("number", String(200)),
    Column("till", String(64)),
    Column("offset_ms", BigInteger),
)

# What gateways told their stores to do (R035). What was given, taken charge of and ended may come
# in any order.
instructions = sa.Table(
    "instructions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("store_id", String(64), primary_key=True),
    Column("gateway_id", String(64), nullable=False),
    Column("touchpoint", String(64)),
    Column("rule", String(64)),
    Column("measure", String(64)),
    Column("value", sa.Float),
    Column("bound", sa.Float),
    Column("text", sa.JSON),
    Column("given_at", UtcDateTime),
    Column("acknowledged_at", UtcDateTime),
    Column("acknowledged_by", String(200)),
    Column("ended_at", UtcDateTime),
    sa.Index("ix_instructions_store_id_given_at", "store_id", "given_at"),
)
