"""The gateway's figures for Prometheus, read at each scrape."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from edge_gateway.runner import Runner


class GatewayCollector(Collector):
    """Looks at a running gateway."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def collect(self) -> Iterable[Metric]:
        """Yield every figure."""
        gateway, counts = self._runner.gateway, self._runner.counts
        waiting = GaugeMetricFamily(
            "storeloop_gateway_waiting_events", "Events HQ has not committed", labels=["lane"]
        )
        by_lane = {"urgent": 0, "bulk": 0}
        for one in gateway.hq.uplink.positions():
            by_lane[one.stream.lane] += max(0, one.head - one.committed)
        for lane, count in by_lane.items():
            waiting.add_metric([lane], count)
        yield waiting
        for name, text, value in (
            ("hq_connected", "1 while HQ answers", gateway.hq.cut_since_ms is None),
            (
                "storage_trouble",
                "1 while nothing is confirmed",
                gateway.storage.trouble is not None,
            ),
            ("devices_connected", "Devices with an open link", len(gateway.connected)),
            ("alarms_standing", "Alarms nobody took charge of", len(gateway.alarms.standing())),
            ("writer_jobs", "Jobs that wait for the disk", self._runner.writer.waiting()),
        ):
            yield GaugeMetricFamily(f"storeloop_gateway_{name}", text, value=float(value))
        for name, text, number in (
            ("accepted_events", "Events taken from devices", gateway.intake.counts["accepted"]),
            ("duplicate_events", "Events sent again", gateway.intake.counts["duplicate"]),
            ("gaps", "Batches that began too late", gateway.intake.counts["gap"]),
            ("holes", "Runs of events that no device holds", gateway.intake.counts["hole"]),
            ("malformed_downlink", "MQTT messages not understood", counts["malformed_downlink"]),
            ("bad_tokens", "Connections with a wrong token", counts["bad_token"]),
            ("undecodable_events", "Events passed on unread", gateway.findings.undecodable),
            ("failed_writes", "Writes that came to nothing", gateway.storage.failures),
            ("published", "Offers and batches published", counts["published"]),
            ("damaged_receipts", "Receipts that were not whole", counts["damaged_receipt"]),
        ):
            yield CounterMetricFamily(f"storeloop_gateway_{name}", text, value=float(number))


class Figures:
    """The page that Prometheus reads."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self, runner: Runner) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(GatewayCollector(runner))

    def page(self) -> bytes:
        """Return the figures as they are now."""
        return generate_latest(self._registry)
