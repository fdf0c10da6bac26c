from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from edge_gateway import events as ev
from edge_gateway.clock import SystemClock
from edge_gateway.devices import Devices
from edge_gateway.enrolment import Desk
from edge_gateway.metrics import Figures
from edge_gateway.runner import Runner
from protocols.case_code import block_code
from protocols.messages import CaseAsked
from tests.edge_gateway.field import HQ_KEY, Store, code_block, later, response, stream
from tests.edge_gateway.running import configured, running


def test_every_figure_is_there_and_readable(tmp_path: Path) -> None:
    with running(configured(tmp_path)) as gateway:
        page = Figures(gateway.program.runner, gateway.program.desk).page().decode()
    families = list(text_string_to_metric_families(page))
    samples = {sample.name: sample.value for one in families for sample in one.samples}
    assert samples["storeloop_gateway_hq_connected"] == 0
    assert samples["storeloop_gateway_accepted_events_total"] == 0
    assert samples["storeloop_gateway_waiting_events"] == 0
    assert samples["storeloop_gateway_outbox_quota_bytes"] == 2e9
    assert samples["storeloop_gateway_repeated_receipts_total"] == 0
    assert samples["storeloop_gateway_unlinked_ratings_total"] == 0
    assert all(family.documentation for family in families)


def test_what_waits_is_counted_and_aged_per_lane(tmp_path: Path) -> None:
    store = Store(tmp_path, quota_bytes=1_000_000)
    runner = Runner(store.gateway, store.outbox, SystemClock())
    settings = configured(tmp_path)
    desk = Desk(settings, Devices(settings), store.gateway.briefs)
    store.hand_over(response(1), response(2))
    store.post(ev.DeviceConnected("k1"))
    store.post(ev.MalformedArrived("k1", "no message"))
    store.post(ev.BriefArrived(code_block()))
    store.post(ev.CaseAskedArrived("k1", CaseAsked(code=block_code(HQ_KEY, 1), nonce=1)))
    store.now = later(60)
    store.post(ev.Tick())
    page = Figures(runner, desk).page().decode()
    samples = {
        (sample.name.removeprefix("storeloop_gateway_"), *sample.labels.values()): sample.value
        for one in text_string_to_metric_families(page)
        for sample in one.samples
    }
    assert samples["waiting_events", "bulk"] == 2
    assert samples["waiting_events", "urgent"] == 0
    assert samples["oldest_waiting_seconds", "bulk"] < 60
    assert samples["oldest_waiting_seconds", "urgent"] == 0
    assert samples["disk_commits_total",] >= 1
    assert samples["kept_events_total",] == 2
    assert samples["refused_total", "undecodable"] == 1
    assert samples["outbox_bytes",] > 0
    assert (samples["codes_left",], samples["briefs_held",]) == (300, 1)
    assert (samples["cases_asked_total", "away"], samples["cases_asked_total", "found"]) == (1, 0)
    assert samples["enrolments_total", "wrong_code"] == 0
    assert samples["refused_briefs_total",] == samples["marked_responses_total",] == 0
    store.commit(stream(), 2)
    assert store.gateway.hq_committed == 0  # it was not offered: HQ's word comes out of turn
    store.post(ev.BrokerUp())
    store.answer_offers(2)
    page = Figures(runner, desk).page().decode()
    assert "storeloop_gateway_hq_committed_events_total 2.0" in page
    store.outbox.close()
