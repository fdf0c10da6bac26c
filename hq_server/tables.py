"""Every table of HQ. Each carries store_id or is global; ids are text, no sequence makes one."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, String, Text

from hq_server.database import UtcDateTime, metadata
from protocols.messages import Misuse, Outcome

GLOBAL_TABLES = {
    "stores",
    "accounts",
    "sessions",
    "leases",
    "partitions",
    "refusals",
    "boots",
    "rollups",
    "surveys",
    "publications",
    "documents",
    "rulebook_drafts",
    "rulebook_revisions",
    "rulebook_publications",
    "rulebook_versions",
    "rulebook_replays",
}


def _id(name: str = "id") -> Column[str]:
    return Column(name, String(64), primary_key=True)


def _store(*, index: bool = True) -> Column[str]:
    return Column("store_id", String(64), nullable=False, index=index)


def _at(name: str, *, optional: bool = False, index: bool = False) -> Column[object]:
    return Column(name, UtcDateTime, nullable=optional, index=index)


def codes_only(table: str) -> sa.Index:
    """Return an index over the few rows that have a case code."""
    has_code = sa.text("code IS NOT NULL")
    return sa.Index(f"ix_{table}_code", "code", sqlite_where=has_code, postgresql_where=has_code)


stores = sa.Table(
    "stores",
    metadata,
    _id(),
    Column("names", sa.JSON, nullable=False),
    Column("touchpoints", sa.JSON, nullable=False),
    Column("region", String(200), nullable=False),
    Column("opens", String(5), nullable=False),
    Column("closes", String(5), nullable=False),
    _at("created_at"),
)

gateways = sa.Table(
    "gateways",
    metadata,
    _id(),
    _store(),
    _at("created_at"),
    Column("online", Boolean, nullable=False),
    Column("epoch", String(64)),
    Column("program", String(200)),
    Column("waiting", BigInteger),
    _at("state_at", optional=True),
    # When it said so by its own clock, and at which broker (see devices/presence.py).
    Column("state_clock", sa.JSON),
    _at("last_batch_at", optional=True),
    # Case codes that it has not granted yet, and where kiosks of the store connect.
    Column("codes_left", BigInteger),
    Column("address", String(200)),
    # Its serial ports, as it gives account of them.
    Column("readers", sa.JSON),
    # What it grades by, and why it could not use the last rules that it was told; NULL: its
    # program knows nothing of that.
    Column("rules", sa.JSON(none_as_null=True)),
)

devices = sa.Table(
    "devices",
    metadata,
    _id(),
    _store(),
    Column("gateway_id", String(64), nullable=False),
    Column("touchpoint", String(64)),
    Column("epoch", String(64)),
    Column("program", String(200)),
    Column("accepted", sa.JSON, nullable=False),
    Column("waiting", BigInteger),
    _at("seen_at"),
    # What it holds of what HQ tells stores, and what it counted today.
    Column("survey_version", BigInteger),
    Column("briefs", sa.JSON),
    Column("codes_left", BigInteger),
    Column("marked", BigInteger),
    Column("responses", BigInteger),
)

streams = sa.Table(
    "streams",
    metadata,
    _id("device"),
    _id("epoch"),
    Column("lane", String(16), primary_key=True),
    Column("store_id", String(64), primary_key=True, index=True),
    Column("gateway_id", String(64), nullable=False),
    Column("through", BigInteger, nullable=False),
    Column("duplicates", BigInteger, nullable=False),
    Column("gaps", BigInteger, nullable=False),
    Column("holes", BigInteger, nullable=False),
    Column("dead", BigInteger, nullable=False),
    Column("missing", sa.JSON, nullable=False),
    _at("first_at"),
    _at("last_at"),
)

# What a device says of its streams, for the ledger: one row each, as it was said last.
stream_accounts = sa.Table(
    "stream_accounts",
    metadata,
    _id("device"),
    _id("epoch"),
    Column("lane", String(16), primary_key=True),
    Column("store_id", String(64), primary_key=True, index=True),
    Column("gateway_id", String(64), nullable=False),
    Column("accepted", BigInteger, nullable=False),
    Column("committed", BigInteger, nullable=False),
    _at("waiting_since", optional=True),
    # Whether it was the device's own epoch when it said so: of an earlier one nothing new comes.
    Column("current", Boolean, nullable=False),
    _at("said_at"),
)

# What a gateway offered last of a stream: who still holds what HQ lacks.
offers = sa.Table(
    "offers",
    metadata,
    _id("device"),
    _id("epoch"),
    Column("lane", String(16), primary_key=True),
    Column("store_id", String(64), primary_key=True, index=True),
    Column("gateway_id", String(64), nullable=False),
    Column("head", BigInteger, nullable=False),
    Column("known", BigInteger, nullable=False),
    _at("said_at"),
)

# Parts of streams that HQ's database or a gateway's disk lost, and that the field sent again (D5).
replays = sa.Table(
    "replays",
    metadata,
    _id(),
    _store(),
    Column("gateway_id", String(64), nullable=False),
    Column("device", String(64), nullable=False),
    Column("epoch", String(64), nullable=False),
    Column("lane", String(16), nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("lost_by", String(16), nullable=False),
    _at("noticed_at", index=True),
    _at("done_at", optional=True, index=True),
)

# Who was refused, and why; one row per sender and reason, so that a flood stays one row.
refusals = sa.Table(
    "refusals",
    metadata,
    _id("sender"),
    Column("why", String(300), primary_key=True),
    Column("times", BigInteger, nullable=False),
    _at("first_at"),
    _at("last_at"),
)

dead_letters = sa.Table(
    "dead_letters",
    metadata,
    _id(),
    _store(),
    Column("gateway_id", String(64), nullable=False),
    Column("device", String(64)),
    Column("epoch", String(64)),
    Column("lane", String(16)),
    Column("seq", BigInteger),
    Column("raw", LargeBinary, nullable=False),
    Column("why", String(500), nullable=False),
    _at("received_at", index=True),
    # Taken in again by a person, and when that worked.
    _at("tried_at", optional=True),
    _at("done_at", optional=True, index=True),
)

# How the monotonic clock of one boot of one device maps to true time (see ingest/true_time.py).
boots = sa.Table(
    "boots",
    metadata,
    _id("device"),
    _id("boot"),
    Column("offset_ms", BigInteger, nullable=False),
    Column("synced", Boolean, nullable=False),
)

feedback = sa.Table(
    "feedback",
    metadata,
    _id(),
    _store(index=False),  # the index below begins with it
    Column("gateway_id", String(64), nullable=False),
    Column("device", String(64), nullable=False),
    Column("touchpoint", String(64)),
    Column("channel", String(16), nullable=False),
    Column("rev", Integer, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("final", Boolean, nullable=False),
    Column("survey", String(64), nullable=False),
    Column("survey_version", BigInteger, nullable=False),
    Column("question", String(64), nullable=False),
    Column("rating", Integer),
    Column("nps", Integer),
    Column("reasons", sa.JSON, nullable=False),
    Column("note", Text),
    Column("contact_sealed", Text),
    Column("contact_consent", Boolean, nullable=False),
    Column("code", String(20)),
    Column("language", String(16), nullable=False),
    _at("occurred_at"),
    _at("received_at", index=True),
    Column("clock_quality", String(16), nullable=False),
    Column("grade", String(1)),
    Column("grading", sa.JSON),
    Column("lexicon_version", String(64)),
    # By when the screen promised an answer.
    _at("promised_at", optional=True),
    # Why it may be no shopper's honest answer, and what it still counts in the scores: hundredths.
    Column("marks", sa.JSON, nullable=False),
    Column("weight", Integer, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    sa.Index("ix_feedback_store_id_received_at", "store_id", "received_at"),
    codes_only("feedback"),
    # The few that have words, for what is counted over the latest of them.
    sa.Index(
        "ix_feedback_words",
        "received_at",
        sqlite_where=sa.text("note IS NOT NULL"),
        postgresql_where=sa.text("note IS NOT NULL"),
    ),
)

# What feedback came to, by store, local day and touchpoint ("" for none): always what a count of
# the table feedback would give, for it is written in the same transaction. Scores (rated_* and the
# three of NPS) are in hundredths of a response, so that a doubted one counts less than whole.
day_scores = sa.Table(
    "day_scores",
    metadata,
    Column("store_id", String(64), primary_key=True),
    Column("day", String(10), primary_key=True, index=True),
    Column("touchpoint", String(64), primary_key=True),
    Column("responses", BigInteger, nullable=False),
    *(Column(f"rated_{score}", BigInteger, nullable=False) for score in range(1, 6)),
    *(Column(f"grade_{grade}", BigInteger, nullable=False) for grade in "sab"),
    Column("noted", BigInteger, nullable=False),
    *(Column(name, BigInteger, nullable=False) for name in ("promoters", "passives", "detractors")),
    *(Column(f"ended_{outcome}", BigInteger, nullable=False) for outcome in Outcome),
    Column("marked", BigInteger, nullable=False),
    *(Column(f"mark_{misuse}", BigInteger, nullable=False) for misuse in Misuse),
)

# The time zone whose days the rollups count; nothing here yet: they must be counted first.
rollups = sa.Table("rollups", metadata, _id("name"), Column("zone", String(64), nullable=False))

alarms = sa.Table(
    "alarms",
    metadata,
    _id(),
    Column("store_id", String(64), primary_key=True),
    Column("gateway_id", String(64), nullable=False),
    Column("response_id", String(64), nullable=False, index=True),
    Column("evidence", sa.JSON, nullable=False),
    _at("raised_at", optional=True),
    _at("acknowledged_at", optional=True),
    Column("acknowledged_by", String(200)),
)

cases = sa.Table(
    "cases",
    metadata,
    _id(),
    _store(),
    Column("response_id", String(64), nullable=False, unique=True),
    Column("code", String(20), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("grade", String(1), nullable=False),
    Column("department", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("opened_because", String(32), nullable=False),
    Column("assignee", String(64)),
    _at("started_at"),
    _at("opened_at"),
    Column("policy_version", String(32), nullable=False),
    Column("calendar_version", String(64), nullable=False),
    _at("respond_by", optional=True),
    _at("progress_by", optional=True),
    _at("solve_by", optional=True),
    _at("responded_at", optional=True),
    _at("progressed_at", optional=True),
    _at("solved_at", optional=True),
    _at("due_at", optional=True, index=True),
    Column("due_target", String(16)),
)

timeline = sa.Table(
    "timeline",
    metadata,
    _id(),
    _store(index=False),  # nobody asks by store
    Column("case_id", String(64), sa.ForeignKey("cases.id"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("note", Text),
    Column("detail", sa.JSON, nullable=False),
    _at("at"),
    Column("source", String(140), nullable=False),
    sa.UniqueConstraint("case_id", "source"),
)

accounts = sa.Table(
    "accounts",
    metadata,
    _id(),
    Column("name", String(64), nullable=False, unique=True),
    Column("password_hash", String(300), nullable=False),
    Column("role", String(16), nullable=False),
    Column("store_ids", sa.JSON, nullable=False),
    Column("active", Boolean, nullable=False),
    _at("created_at"),
)

sessions = sa.Table(
    "sessions",
    metadata,
    _id(),
    Column("account_id", String(64), sa.ForeignKey("accounts.id"), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    _at("created_at"),
    _at("expires_at"),
)

leases = sa.Table(
    "leases",
    metadata,
    _id("name"),
    Column("holder", String(200), nullable=False),
    Column("token", String(64), nullable=False),
    _at("expires_at"),
    # What this process counted, for /metrics and the fleet page.
    Column("figures", sa.JSON),
)

# Which ingest process takes in the gateways of a partition: the token of its lease, while it lasts.
partitions = sa.Table(
    "partitions",
    metadata,
    Column("id", String(8), primary_key=True),
    Column("token", String(64)),
)

# --- what HQ tells stores ------------------------------------------------------------------------

# Every survey that was ever saved; none changes, and a correction is the next version.
surveys = sa.Table(
    "surveys",
    metadata,
    _id(),
    Column("version", BigInteger, nullable=False, unique=True),
    Column("body", LargeBinary, nullable=False),
    Column("made_from", BigInteger),
    Column("author", String(64), nullable=False),
    Column("note", String(500), nullable=False),
    _at("saved_at"),
)

# What was published, where and by whom; the last one of a place counts. Version NULL: this place
# has no survey of its own any more.
publications = sa.Table(
    "publications",
    metadata,
    _id(),
    Column("scope", String(16), nullable=False),
    Column("place", String(200), nullable=False),
    Column("version", BigInteger),
    Column("author", String(64), nullable=False),
    Column("note", String(500), nullable=False),
    _at("published_at"),
    sa.Index("ix_publications_scope_place", "scope", "place"),
)

# Bodies of briefs by their version, which is what they hold; many stores share one.
documents = sa.Table(
    "documents",
    metadata,
    _id(),
    Column("body", LargeBinary, nullable=False),
    _at("wanted_at", index=True),
)

# Which version of each kind an addressee (a store, or for case codes a gateway) is to hold.
briefs = sa.Table(
    "briefs",
    metadata,
    _id("addressee"),
    Column("kind", String(16), primary_key=True),
    _store(),
    Column("version", String(64), nullable=False),
    _at("changed_at"),
)

# Which version of each kind a gateway said that it holds.
holdings = sa.Table(
    "holdings",
    metadata,
    _id("gateway_id"),
    Column("kind", String(16), primary_key=True),
    _store(index=False),  # nobody asks by store
    Column("version", String(200), nullable=False),
)

# When a store's briefs were composed, and whether something they are made of changed since.
compositions = sa.Table(
    "compositions",
    metadata,
    _id("store_id"),
    Column("stale", Boolean, nullable=False, index=True),
    _at("composed_at", optional=True, index=True),
)

# Blocks of case codes: a number belongs to one gateway, and to that one disk of it.
code_blocks = sa.Table(
    "code_blocks",
    metadata,
    _id(),
    _store(index=False),  # nobody asks by store
    Column("number", BigInteger, nullable=False, unique=True),
    Column("gateway_id", String(64), nullable=False, index=True),
    Column("epoch", String(64), nullable=False),
    _at("made_at"),
    _at("taken_at", optional=True),
)

# Kiosks that may be set up with a one-time code, of which only the hash is kept.
enrolments = sa.Table(
    "enrolments",
    metadata,
    _id(),
    _store(),
    Column("device", String(64), nullable=False),
    Column("touchpoint", String(64), nullable=False),
    Column("code_hash", String(64), nullable=False, unique=True),
    # The device's epoch at that time: with another one, the kiosk was set up since.
    Column("epoch_before", String(64)),
    Column("author", String(64), nullable=False),
    _at("made_at"),
    _at("expires_at"),
    _at("revoked_at", optional=True),
)
