"""What flows in a simulated chain, read from the programs' own /metrics and the shoppers' lists."""

from __future__ import annotations

import urllib.error
import urllib.request
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

from simulator.local_chain import LocalChain

Samples = dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One look at the chain."""

    taps: int
    at_hq: int
    waiting: int
    """Events in the gateways that HQ has not committed."""
    receipts: int
    alarms: int
    alarms_while_cut: int
    cut: bool


def read_figures(chain: LocalChain, before: Figures | None = None) -> Figures:
    """Look at every program; `before` is the look before this one."""
    at_hq = chain.count_at_hq()  # before the taps: HQ is never ahead of what was given
    stores = [
        scrape(f"http://127.0.0.1:{store.board_port}/metrics") for store in chain.layout.stores
    ]
    alarms = round(sum(one.get("storeloop_gateway_alarms_standing", 0) for one in stores))
    new_alarms = max(0, alarms - (before.alarms if before else 0))
    cut = chain.wan_is_cut
    return Figures(
        taps=len(chain.taps()),
        at_hq=at_hq,
        waiting=round(sum(one.get("storeloop_gateway_waiting_events", 0) for one in stores)),
        receipts=sum(till.printed for till in chain.tills),
        alarms=alarms,
        alarms_while_cut=(before.alarms_while_cut if before else 0) + (new_alarms if cut else 0),
        cut=cut,
    )


def scrape(url: str) -> Samples:
    """Return each metric's sum over its labels; nothing when the program does not answer."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 (our own loopback)
            text = answer.read().decode()
    except (urllib.error.URLError, OSError):
        return {}
    samples: Samples = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            samples[sample.name] = samples.get(sample.name, 0.0) + sample.value
    return samples
