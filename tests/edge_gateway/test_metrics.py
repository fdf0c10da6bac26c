from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from edge_gateway.metrics import Figures
from tests.edge_gateway.running import configured, running


def test_every_figure_is_there_and_readable(tmp_path: Path) -> None:
    with running(configured(tmp_path)) as gateway:
        page = Figures(gateway.program.runner).page().decode()
    families = list(text_string_to_metric_families(page))
    samples = {sample.name: sample.value for one in families for sample in one.samples}
    assert samples["storeloop_gateway_hq_connected"] == 0
    assert samples["storeloop_gateway_accepted_events_total"] == 0
    assert samples["storeloop_gateway_waiting_events"] == 0
    assert all(family.documentation for family in families)
