"""Every fault of the campaign, by name: what it does to a chain, moment by moment.

A fault is a generator: it does something, yields how many seconds shoppers go on, does the next
thing. All its chances come from the run's seed, so the same seed brings the same moments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random

from simulator.campaign import fault_disks, fault_files, fault_links, fault_programs
from simulator.campaign.scene import Need, Scene

Act = Callable[[Scene, Random], Iterator[float]]


def _nothing(_scene: Scene, _random: Random) -> None:
    """Prepare nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One kind of fault."""

    act: Act
    prepare: Callable[[Scene, Random], None] = _nothing
    """Before the chain opens: disks and clocks of a program's own, small quotas."""
    needs: frozenset[Need] = frozenset()
    sqlite_only: bool = False

    @property
    def says(self) -> str:
        """What it does, in one sentence."""
        return (self.act.__doc__ or "").strip()


_ROOT = frozenset({Need.ROOT})
_CLOCK = frozenset({Need.CLOCK})

FAULTS: Mapping[str, Fault] = {
    "kill-kiosk": Fault(act=fault_programs.kill_kiosk),
    "kill-gateway": Fault(act=fault_programs.kill_gateway),
    "kill-broker": Fault(act=fault_programs.kill_broker),
    "kill-ingest": Fault(act=fault_programs.kill_ingest),
    "kill-all": Fault(act=fault_programs.kill_all),
    "broker-frozen": Fault(act=fault_programs.freeze_broker),
    "hq-frozen": Fault(act=fault_programs.freeze_hq),
    "black-hole-lan": Fault(act=fault_links.black_hole_lan),
    "black-hole-wan": Fault(act=fault_links.black_hole_wan),
    "black-hole-hq": Fault(act=fault_links.black_hole_hq),
    "resets": Fault(act=fault_links.resets),
    "full-quota-kiosk": Fault(
        act=fault_disks.rush_at_kiosk, prepare=fault_disks.small_quota_at_kiosk
    ),
    "full-quota-gateway": Fault(
        act=fault_disks.rush_at_gateway, prepare=fault_disks.small_quota_at_gateway
    ),
    "full-disk-kiosk": Fault(
        act=fault_disks.fill_disk_of_kiosk, prepare=fault_disks.disk_for_kiosk, needs=_ROOT
    ),
    "full-disk-gateway": Fault(
        act=fault_disks.fill_disk_of_gateway, prepare=fault_disks.disk_for_gateway, needs=_ROOT
    ),
    "full-disk-hq": Fault(
        act=fault_disks.fill_disk_of_hq,
        prepare=fault_disks.disk_for_hq,
        needs=_ROOT,
        sqlite_only=True,
    ),
    "power-cut-kiosk": Fault(
        act=fault_disks.cut_power_of_kiosk, prepare=fault_disks.disk_for_kiosk, needs=_ROOT
    ),
    "power-cut-gateway": Fault(
        act=fault_disks.cut_power_of_gateway, prepare=fault_disks.disk_for_gateway, needs=_ROOT
    ),
    "power-cut-hq": Fault(
        act=fault_disks.cut_power_of_hq,
        prepare=fault_disks.disk_for_hq,
        needs=_ROOT,
        sqlite_only=True,
    ),
    "clock-jump": Fault(
        act=fault_programs.jump_clock, prepare=fault_programs.clock_for_one, needs=_CLOCK
    ),
    "corrupt-event-kiosk": Fault(act=fault_files.corrupt_event_at_kiosk),
    "corrupt-event-gateway": Fault(act=fault_files.corrupt_event_at_gateway),
    "old-hq-database": Fault(act=fault_files.restore_old_hq, sqlite_only=True),
    "damaged-outbox-kiosk": Fault(act=fault_files.damage_outbox_of_kiosk),
    "damaged-outbox-gateway": Fault(act=fault_files.damage_outbox_of_gateway),
    "one-of-two-ingests": Fault(
        act=fault_programs.kill_one_ingest, prepare=fault_programs.second_ingest
    ),
    "one-of-two-brokers": Fault(
        act=fault_programs.kill_one_broker, prepare=fault_programs.second_broker
    ),
    "new-gateway-disk": Fault(act=fault_files.swap_gateway_disk),
}
