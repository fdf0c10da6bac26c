"""The gateway's figures for Prometheus, read at each scrape."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from edge_gateway.enrolment import ENROLLED, RENEWED, Desk
from edge_gateway.readers.line import Line
from edge_gateway.refusals import Kind
from edge_gateway.runner import Runner
from edge_gateway.till_figures import figures
from edge_gateway.till_floor import TillFloor
from protocols.enrolment import EnrolProblem
from protocols.messages import CaseFound, Lane, ReaderStanding

_PREFIX = "storeloop_gateway_"
Lines = Callable[[], Iterable[Line]]
_READER_COUNTS: tuple[tuple[str, str, Callable[[Line], int]], ...] = (
    ("bytes", "Bytes that its port brought", lambda line: line.counts.received_bytes),
    ("dropped_bytes", "Of these, what meant nothing", lambda line: line.counts.dropped_bytes),
    ("messages", "Print jobs, scans, frames", lambda line: line.counts.messages),
    ("damaged", "Of these, the ones with something lost", lambda line: line.counts.damaged),
    ("resyncs", "Times that something was cut off", lambda line: line.counts.resyncs),
    ("openings", "Times that its port was opened", lambda line: line.openings),
)


class GatewayCollector(Collector):
    """Looks at a running gateway."""

    def __init__(self, runner: Runner, desk: Desk) -> None:
        self._runner = runner
        self._desk = desk

    def collect(self) -> Iterable[Metric]:
        """Yield every figure."""
        yield from self._lanes()
        yield from self._gauges()
        yield from self._counters()
        refused = CounterMetricFamily(
            f"{_PREFIX}refused", "Messages of devices that were not taken", labels=["kind"]
        )
        for kind in Kind:
            refused.add_metric([kind], self._runner.gateway.refusals.counts[kind])
        yield refused
        yield from self._labelled()

    def _labelled(self) -> Iterator[Metric]:
        asked = CounterMetricFamily(
            f"{_PREFIX}cases_asked", "Answers to shoppers who typed a code", labels=["found"]
        )
        for found in CaseFound:
            asked.add_metric([found], self._runner.gateway.cases.counts[found])
        enrolments = CounterMetricFamily(
            f"{_PREFIX}enrolments", "Kiosks that came with a code", labels=["result"]
        )
        for result in (ENROLLED, RENEWED, *EnrolProblem):
            enrolments.add_metric([result], self._desk.counts[result])
        yield from (asked, enrolments)

    def _lanes(self) -> Iterator[Metric]:
        gateway = self._runner.gateway
        waiting = dict.fromkeys(Lane, 0)
        for one in gateway.hq.uplink.positions():
            waiting[one.stream.lane] += max(0, one.head - one.committed)
        depth = GaugeMetricFamily(
            f"{_PREFIX}waiting_events", "Events HQ has not committed", labels=["lane"]
        )
        oldest = GaugeMetricFamily(
            f"{_PREFIX}oldest_waiting_seconds",
            "Age of the oldest event HQ has not committed; 0 when none waits",
            labels=["lane"],
        )
        now_ms = self._runner.clock.now().wall_ms
        for lane in Lane:
            since_ms = gateway.stock.oldest_ms.get(lane, now_ms) if waiting[lane] else now_ms
            depth.add_metric([lane], waiting[lane])
            oldest.add_metric([lane], max(0, now_ms - since_ms) / 1000)
        yield from (depth, oldest)

    def _gauges(self) -> Iterator[Metric]:
        gateway = self._runner.gateway
        trouble = gateway.storage.trouble is not None
        for name, text, value in (
            ("hq_connected", "1 while HQ answers", gateway.hq.cut_since_ms is None),
            ("broker_connected", "1 while a broker is connected", gateway.hq.broker_up),
            ("storage_trouble", "1 while nothing is confirmed", trouble),
            ("outbox_bytes", "What the outbox holds", gateway.stock.used_bytes),
            ("outbox_quota_bytes", "What it may hold", gateway.admission.quota_bytes or 0),
            ("devices_connected", "Devices with an open link", len(gateway.connected)),
            ("alarms_standing", "Alarms nobody took charge of", len(gateway.alarms.standing())),
            ("briefs_held", "Documents of HQ held here", len(gateway.briefs.versions)),
            ("codes_left", "Case codes not granted yet", gateway.codes.left),
            ("writer_jobs", "Jobs that wait for the disk", self._runner.writer.waiting()),
            (
                "missing_events",
                "Events this outbox lost that devices send again",
                gateway.hq.replays.missing_events,
            ),
        ):
            yield GaugeMetricFamily(_PREFIX + name, text, value=float(value))

    def _counters(self) -> Iterator[Metric]:
        gateway, counts = self._runner.gateway, self._runner.counts
        taken = gateway.intake.counts
        for name, text, number in (
            ("accepted_events", "Events taken from devices", taken["accepted"]),
            ("duplicate_events", "Events sent again", taken["duplicate"]),
            ("gaps", "Batches that began too late", taken["gap"]),
            ("holes", "Runs of events that no device holds", taken["hole"]),
            ("replayed_events", "Lost here and sent again", gateway.hq.replays.healed_events),
            ("disk_commits", "Commits that kept events", gateway.storage.commits),
            ("kept_events", "Events kept on disk", gateway.storage.kept_events),
            ("hq_committed_events", "Events HQ has committed", gateway.hq_committed),
            ("failed_writes", "Writes that came to nothing", gateway.storage.failures),
            ("device_connections", "Links that devices opened", counts["device_connection"]),
            ("bad_tokens", "Connections with a wrong token", counts["bad_token"]),
            ("newer_kinds", "Messages that only a newer version knows", counts["newer_kind"]),
            ("broker_connections", "Links to a broker that stood", counts["broker_connection"]),
            ("published", "Offers and batches published", counts["published"]),
            ("published_bytes", "Their size on the wire", counts["published_bytes"]),
            ("malformed_downlink", "MQTT messages not understood", counts["malformed_downlink"]),
            ("undecodable_events", "Events passed on unread", gateway.findings.undecodable),
            ("refused_briefs", "Documents not taken", gateway.briefs.refused),
            ("marked_responses", "Responses doubted here", gateway.findings.marked),
        ):
            yield CounterMetricFamily(_PREFIX + name, text, value=float(number))


class ReaderCollector(Collector):
    """Looks at the serial readers, each by its name."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def collect(self) -> Iterable[Metric]:
        """Yield every figure of every reader."""
        lines = list(self._lines())
        for name, text, count in _READER_COUNTS:
            counter = CounterMetricFamily(f"{_PREFIX}reader_{name}", text, labels=["reader"])
            for line in lines:
                counter.add_metric([line.name], count(line))
            yield counter
        standing = GaugeMetricFamily(
            f"{_PREFIX}reader_standing", "1 for how it stands", labels=["reader", "standing"]
        )
        skew = GaugeMetricFamily(
            f"{_PREFIX}reader_clock_skew_seconds", "The till's clock minus ours", labels=["reader"]
        )
        for line in lines:
            state = line.state()
            for one in ReaderStanding:
                standing.add_metric([line.name, one], float(state.standing is one))
            if state.skew_s is not None:
                skew.add_metric([line.name], state.skew_s)
        yield from (standing, skew)


class TillCollector(Collector):
    """Looks at the tills."""

    def __init__(self, floor: TillFloor) -> None:
        self._floor = floor

    def collect(self) -> Iterable[Metric]:
        """Yield every figure of the tills."""
        for figure in figures(self._floor):
            family = CounterMetricFamily if figure.grows else GaugeMetricFamily
            labels = [] if figure.label is None else [figure.label]
            metric = family(_PREFIX + figure.name, figure.text, labels=labels)
            for value, number in figure.values.items():
                metric.add_metric([value] if labels else [], number)
            yield metric


class Figures:
    """The page that Prometheus reads."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self, runner: Runner, desk: Desk, lines: Lines = tuple) -> None:
        """`lines` gives the serial readers that there are when it is read."""
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(GatewayCollector(runner, desk))
        self._registry.register(TillCollector(runner.gateway.floor))
        self._registry.register(ReaderCollector(lines))

    def page(self) -> bytes:
        """Return the figures as they are now."""
        return generate_latest(self._registry)
