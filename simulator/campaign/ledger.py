"""Compares what `storeloop-hq audit` says with what the campaign counted itself. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import msgspec

from simulator.campaign.hq_rows import StreamKey


class LedgerLine(msgspec.Struct, kw_only=True):
    """One stream, as HQ's ledger has it."""

    device: str
    epoch: str
    lane: str
    committed: int
    missing: int
    waiting: int
    accepted: int | None = None


class Totals(msgspec.Struct, kw_only=True):
    """The ledger in one line."""

    accepted: int
    committed: int
    missing: int
    waiting: int


class Ledger(msgspec.Struct, kw_only=True):
    """What `audit --json` says."""

    totals: Totals
    streams: list[LedgerLine]


def read(said: str) -> Ledger:
    """Return the ledger in the words of the audit, the last when it spoke several times.

    Raises msgspec.DecodeError when there is none.
    """
    spoken = [line for line in said.splitlines() if line.startswith("{")]
    return msgspec.json.decode(spoken[-1] if spoken else "", type=Ledger)


def disagreements(
    ledger: Ledger, accepted: Mapping[StreamKey, int], listed: Mapping[str, int]
) -> list[str]:
    """Return in words where the ledger differs from what must be true once all has arrived.

    `accepted`: the highest seq of each stream on the disks of the field; `listed`: how many
    revisions shoppers saw saved, by device.
    """
    totals = ledger.totals
    lines = {(line.device, line.epoch, line.lane): line for line in ledger.streams}
    # What a gateway had offered of its own when its disk was taken away is believed to wait for
    # half an hour: HQ cannot know sooner that nobody holds it any more.
    gone = sum(line.waiting for key, line in lines.items() if key not in accepted)
    found = []
    if totals.missing or totals.waiting != gone or totals.accepted != totals.committed:
        found.append(
            f"accepted {totals.accepted}, committed {totals.committed},"
            f" missing {totals.missing}, waiting {totals.waiting}"
        )
    if totals.committed != sum(line.committed for line in ledger.streams):
        found.append(f"committed {totals.committed} is not the sum of the streams")
    for key, head in accepted.items():
        committed = lines[key].committed if key in lines else 0
        if committed < head:
            found.append(f"{'/'.join(key)}: accepted {head}, the ledger has {committed}")
    by_device: Counter[str] = Counter()
    for line in ledger.streams:
        by_device[line.device] += line.committed
    found += [
        f"{device}: {count} saved, the ledger has {by_device[device]}"
        for device, count in listed.items()
        if by_device[device] < count
    ]
    return found
