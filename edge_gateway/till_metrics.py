"""The figures of the tills for Prometheus, read at each scrape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from edge_gateway.till_floor import TillFloor
from protocols.readers.events import JobKind
from protocols.till_events import LinkedBy, WhyUnlinked

_PREFIX = "storeloop_gateway_"
_Kind = TypeVar("_Kind", JobKind, LinkedBy, WhyUnlinked)


class TillCollector(Collector):
    """Looks at the tills of a running gateway."""

    def __init__(self, floor: TillFloor) -> None:
        self._floor = floor

    def collect(self) -> Iterable[Metric]:
        """Yield every figure."""
        yield from self._counters()
        yield from self._waits()

    def _counters(self) -> Iterator[Metric]:
        belonging, counts = self._floor.belonging, self._floor.counts
        for name, text, label, found in (
            ("print_jobs", "Print jobs of tills", "kind", _all(JobKind, belonging.jobs)),
            ("linked_ratings", "Ratings with a receipt", "by", _all(LinkedBy, belonging.linked)),
            (
                "unlinked_ratings",
                "Ratings that stay without one",
                "why",
                _all(WhyUnlinked, belonging.unlinked),
            ),
        ):
            family = CounterMetricFamily(_PREFIX + name, text, labels=[label])
            for value, number in found.items():
                family.add_metric([value], number)
            yield family
        for name, text, number in (
            ("damaged_receipts", "Receipts that were not whole", belonging.damaged),
            ("repeated_receipts", "Receipts that were printed again", belonging.repeats),
            ("questions", "Questions that sales opened", counts["questions"]),
            ("ignored_questions", "Of those that a device asked", counts["ignored"]),
            ("bounced_keys", "Presses too soon after another", counts["bounces"]),
            ("cards", "Cards that were held to a reader", counts["cards"]),
            ("instructions", "Given by rules of the store", self._floor.instructions.given),
        ):
            yield CounterMetricFamily(_PREFIX + name, text, value=float(number))

    def _waits(self) -> Iterator[Metric]:
        for name, text, of in (
            ("waiting_people", "Who waits at a till, estimated", "waiting"),
            ("wait_seconds", "How long who joins now waits, estimated", "wait_s"),
            ("arrivals_per_hour", "Who came within the last quarter", "arrivals"),
            ("busy_share", "Of the last quarter, 0 to 1", "busy"),
            ("items_per_minute", "While serving", "pace"),
        ):
            gauge = GaugeMetricFamily(_PREFIX + name, text, labels=["touchpoint"])
            for touchpoint, measured in self._floor.measures.items():
                value = getattr(measured, of)
                if value is not None:
                    gauge.add_metric([touchpoint], value)
            yield gauge


def _all(kinds: Iterable[_Kind], counts: Mapping[_Kind, int]) -> dict[str, int]:
    """Return a figure for each kind, also for those not met yet."""
    return {str(kind): counts.get(kind, 0) for kind in kinds}
