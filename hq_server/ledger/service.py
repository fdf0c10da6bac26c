"""The ledger's books: what devices say, what gateways offer, and what was lost and sent again (D5).

Ingest calls it inside its own transaction; `audit.py` compares the books with what HQ holds.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from hq_server.accounts.scope import Scope
from hq_server.database import new_id
from hq_server.ingest.arrival import Arrival
from hq_server.ledger import bounds, repository
from hq_server.tables import offers as offers_table
from hq_server.tables import stream_accounts
from protocols.messages import GatewayState, Offer, Replayed, Stream, StreamAccount

logger = logging.getLogger(__name__)

REPLAYS_SHOWN = 100
# Losses that one gateway may have open: HQ's own loss makes one per stream, a liar no more.
OPEN_PER_GATEWAY = 5_000
# Lines of a minute before the rest are counted in one.
LINES_PER_EPISODE = 20
EPISODE = timedelta(minutes=1)
# A clock that says less was never set.
EARLIEST_MS = 1_577_836_800_000  # 2020


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """An offer, and how far HQ has its stream, at whatever store."""

    offer: Offer
    gateway: str
    store: str
    through: int

    @property
    def known(self) -> int:
        """How far HQ said to have it, as far as the sender knows."""
        return min(max(self.offer.known, self.offer.told), max(self.offer.head, self.through))

    @property
    def again(self) -> tuple[int, int] | None:
        """First and last seq that HQ lacks, had confirmed, and can still be sent.

        The device holds nothing below the floor, and no more than it retains (D5).
        """
        lowest = max(self.through + 1, self.offer.floor, self.known - bounds.RETAINED + 1)
        return (lowest, self.known) if lowest <= self.known else None


class _Lines:
    """Log lines of one kind: the first of an episode one by one, the rest counted in one."""

    def __init__(self, summary: str) -> None:
        self._summary = summary
        self._began: datetime | None = None
        self._said = 0
        self._more = 0

    def say(self, now: datetime, line: str, *values: object) -> None:
        self.flush(now)
        if self._began is None:
            self._began = now
        if self._said < LINES_PER_EPISODE:
            self._said += 1
            logger.warning(line, *values)
        else:
            self._more += 1

    def flush(self, now: datetime) -> None:
        """Say what was counted, when the episode is over."""
        if self._began is None or now - self._began < EPISODE:
            return
        if self._more:
            logger.warning(self._summary, self._more)
        self._began, self._said, self._more = None, 0, 0


_lost = _Lines("%s more streams: this database lacks what it had confirmed; the field sends again")
_healed = _Lines("%s more streams: this database has again what it lacked")


def offered(connection: sa.Connection, offers: Sequence[Offered], now: datetime) -> Counter[str]:
    """Note who holds what; what HQ had confirmed and lacks now becomes an open replay.

    Returns how many offers of each gateway were of too many streams, and are not noted.
    """
    if not offers:
        return Counter()
    last = {(each.offer.stream, each.store): each for each in offers}
    rows = [
        _of_stream(each.offer.stream, each.store, each.gateway)
        | {"head": each.offer.head, "known": each.known, "said_at": now}
        for each in last.values()
    ]
    kept, refused = bounds.within(connection, offers_table, rows)
    repository.keep_offers(connection, kept)
    lost = [each for each in last.values() if each.again]
    if lost:
        _open(connection, lost, now)
    return Counter(str(row["gateway_id"]) for row in refused)


def _open(connection: sa.Connection, lost: Sequence[Offered], now: datetime) -> None:
    here = repository.open_replays(connection, [each.offer.stream for each in lost])
    room = {
        gateway: OPEN_PER_GATEWAY - repository.open_replays_of(connection, gateway)
        for gateway in {each.gateway for each in lost}
    }
    rows = []
    opened: Counter[str] = Counter()
    for each in lost:
        stream = each.offer.stream
        found = here.get((stream, each.store))
        if found:
            replay, first, last = found
            if last < each.known < first + bounds.RETAINED:
                repository.lengthen_replay(connection, replay, each.known)
        elif opened[each.gateway] < room[each.gateway]:
            opened[each.gateway] += 1
            loss = _loss(each, now)
            rows.append(loss)
            _lost.say(
                now,
                "stream %s/%s/%s: this database lacks %s-%s, which it had confirmed (restored "
                "from an older backup?); the field sends them again",
                stream.device, stream.epoch, stream.lane, loss["first"], loss["last"],
            )  # fmt: skip
    repository.add_replays(connection, rows)


def _loss(each: Offered, now: datetime) -> dict[str, object]:
    first, last = each.again or (each.through + 1, each.known)
    return _of_stream(each.offer.stream, each.store, each.gateway) | {
        "id": new_id(),
        "first": first,
        "last": last,
        "lost_by": "hq",
        "noticed_at": now,
        "done_at": None,
    }


def replayed(connection: sa.Connection, arrivals: Iterable[Arrival]) -> None:
    """Note what gateways had lost and have again from a device."""
    rows = []
    for arrival in arrivals:
        if isinstance(event := arrival.event, Replayed):
            at = arrival.origin.received_at
            rows.append(
                _of_stream(event.stream, arrival.origin.store, arrival.origin.gateway)
                | {
                    "id": event.id,
                    "first": event.first,
                    "last": event.last,
                    "lost_by": "gateway",
                    "noticed_at": at,
                    "done_at": at,
                }
            )
    repository.add_replays(connection, rows)


def anything_open(connection: sa.Connection) -> bool:
    """Return whether HQ lacks anything that it had confirmed."""
    return repository.any_open(connection)


def close_healed(connection: sa.Connection, now: datetime) -> None:
    """Close what HQ has again."""
    _lost.flush(now)
    _healed.flush(now)
    for row in repository.close_healed(connection, now):
        _healed.say(
            now, "stream %s/%s/%s: this database has %s-%s again",
            row.device, row.epoch, row.lane, row.first, row.last,
        )  # fmt: skip


def said(connection: sa.Connection, state: GatewayState, store: str, now: datetime) -> int:
    """Keep what a gateway and its devices say of their streams; return how many were too many."""
    spoken = [(state.gateway, state.epoch, state.streams)]
    spoken += [(device.device, device.epoch, device.streams) for device in state.devices]
    rows: dict[tuple[str, str, str], dict[str, object]] = {}
    for device, epoch, accounts in spoken:
        for account in accounts:
            stream = Stream(device=device, epoch=account.epoch, lane=account.lane)
            rows[device, account.epoch, str(account.lane)] = _of_stream(
                stream, store, state.gateway
            ) | {
                "accepted": account.accepted,
                "committed": account.committed,
                "waiting_since": _waiting_since(account, now),
                "current": account.epoch == epoch,
                "said_at": now,
            }
    return _keep_accounts(connection, list(rows.values()), now)


def _keep_accounts(connection: sa.Connection, rows: Sequence[repository.Row], now: datetime) -> int:
    """Write accounts, those of current epochs first: they take the place of a device's oldest."""
    in_order = sorted(rows, key=lambda row: not row["current"])
    kept, refused = bounds.within(connection, stream_accounts, in_order)
    repository.keep_accounts(connection, kept)
    current: dict[tuple[str, str], list[repository.Row]] = {}
    for row in refused:
        if row["current"]:
            current.setdefault((str(row["device"]), str(row["store_id"])), []).append(row)
    for (device, store), wanted in current.items():
        room = repository.forget_oldest(connection, device, store, len(wanted), now)
        repository.keep_accounts(connection, wanted[:room])
    return len(refused)


def _waiting_since(account: StreamAccount, now: datetime) -> datetime | None:
    """Return when the oldest waiting event was accepted; now, when a clock cannot be right."""
    if account.oldest_waiting_ms is None:
        return None
    latest_ms = int(now.timestamp() * 1000)
    if not EARLIEST_MS <= account.oldest_waiting_ms <= latest_ms:
        return now
    return datetime.fromtimestamp(account.oldest_waiting_ms / 1000, UTC)


def _of_stream(stream: Stream, store: str, gateway: str) -> dict[str, object]:
    return {
        "device": stream.device,
        "epoch": stream.epoch,
        "lane": str(stream.lane),
        "store_id": store,
        "gateway_id": gateway,
    }


def replays(connection: sa.Connection, scope: Scope) -> list[sa.RowMapping]:
    """Return what was sent again: what still is first, then the latest."""
    return repository.replay_rows(connection, scope, REPLAYS_SHOWN)
