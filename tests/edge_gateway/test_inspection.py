import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from edge_gateway import inspection
from edge_gateway.errors import GatewayError
from edge_gateway.settings import Settings
from outbox import Outbox, OutboxHeld
from protocols.messages import Lane
from protocols.wire import encode_event
from tests.edge_gateway.field import response, stream
from tests.edge_gateway.running import configured


def test_what_waits_is_shown_beside_the_running_gateway(tmp_path: Path) -> None:
    settings = configured(tmp_path)
    settings.data_dir.mkdir()
    outbox = Outbox.open(settings.data_dir / "outbox.db", device="g1", program="test")
    outbox.store(stream(lane=Lane.URGENT), 1, [b"a", b"b", b"c"], 1_000)
    outbox.commit_through(stream(lane=Lane.URGENT), 1)
    (line,) = inspection.streams(settings)
    assert (line.accepted, line.committed, line.waiting, line.oldest_ms) == (3, 1, 2, 1_000)
    console = Console(record=True, width=100)
    console.print(inspection.table([line], "g1", now_ms=61_000))
    text = console.export_text()
    assert "60 s" in text
    assert "2 waiting for HQ" in text
    outbox.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return those of a gateway that was stopped with events of a kiosk and of its own."""
    made = configured(tmp_path)
    made.data_dir.mkdir()
    outbox = Outbox.open(made.data_dir / "outbox.db", device="g1", program="test")
    said = encode_event(response(1, note="the milk was sour"))
    outbox.store(stream("k1"), 1, [said, b"\xff no event"], 1_000)
    outbox.store(stream("k2", Lane.URGENT), 1, [encode_event(response(2))], 2_000)
    outbox.close()
    return made


def lines(settings: Settings, **wanted: Any) -> list[dict[str, Any]]:
    return [json.loads(one) for one in inspection.events(settings, inspection.Wanted(**wanted))]


def test_events_are_outlined_and_nobodys_words_shown(settings: Settings) -> None:
    first, second, _ = lines(settings)
    assert first == {
        "device": "k1",
        "epoch": "e1",
        "lane": "bulk",
        "seq": 1,
        "accepted": "1970-01-01T00:00:01.000+00:00",
        "bytes": len(encode_event(response(1, note="the milk was sour"))),
        "type": "response",
        "id": "e1-1",
        "at": "2026-11-22T04:00:00.000+00:00",
    }
    assert second["type"] is None
    assert "milk" not in json.dumps(lines(settings))


def test_whole_events_are_shown_at_the_operators_wish(settings: Settings) -> None:
    first, second, _ = lines(settings, payload=True)
    assert first["event"]["note"] == "the milk was sour"
    assert second["raw"] == "\\xff no event"


def test_the_events_of_a_device_a_lane_and_a_run_are_chosen(settings: Settings) -> None:
    assert [one["seq"] for one in lines(settings, device="k1", first=2)] == [2]
    assert [one["seq"] for one in lines(settings, device="k1", last=1)] == [1]
    assert [one["device"] for one in lines(settings, lane=Lane.URGENT)] == ["k2"]


def test_a_hole_is_given_up_only_while_the_gateway_stands_still(settings: Settings) -> None:
    path = settings.data_dir / "outbox.db"
    outbox = Outbox.open(path, device="g1", program="test")
    outbox.store(stream("k1"), 3, [b"3", b"4"], 1_000)
    outbox.commit_through(stream("k1"), 2)
    outbox.rewind(stream("k1"), 0)
    with pytest.raises(OutboxHeld):
        inspection.given_up(settings, "k1", "test")
    outbox.close()
    (hole,) = inspection.given_up(settings, "k1", "test")
    assert (hole.first, hole.last, hole.held_through) == (1, 2, 4)
    with pytest.raises(GatewayError, match="nothing to give up"):
        inspection.given_up(settings, "k1", "test")
    assert [one["seq"] for one in lines(settings, device="k1")] == [3, 4]


def test_what_is_no_outbox_is_said_in_a_sentence(settings: Settings) -> None:
    (settings.data_dir / "outbox.db").write_bytes(b"no database" * 1_000)
    with pytest.raises(GatewayError, match="cannot be read"):
        inspection.streams(settings)


def test_what_a_running_gateway_says_of_its_links_is_shown() -> None:
    said = {
        "broker": "mqtt:8883",
        "hq_cut_since_ms": 0,
        "storage_trouble": None,
        "missing_events": 7,
        "held_back": ["k2"],
        "refused": {"foreign": 3},
        "briefs": {"survey": "12"},
        "brief_faults": {"promises": "HQ did not sign it"},
        "codes_left": 40,
        "rules_revision": 3,
        "readers": [
            {"name": "till-4", "driver": "escpos", "standing": "reading", "messages": 12},
            {"name": "5", "driver": "scanner", "standing": "gone", "trouble": "no such port"},
        ],
    }
    text = "\n".join(inspection.links(said))
    assert "broker: mqtt:8883" in text
    assert "HQ: out of reach since 1970-01-01" in text
    assert "replay: 7 events" in text
    assert "device k2: floods" in text
    assert "reader till-4 (escpos): reading, 12 messages" in text
    assert "reader 5 (scanner): gone: no such port, 0 messages" in text
    assert "refused: 3 (foreign)" in text
    assert "told by HQ: survey 12; case codes left: 40" in text
    assert "promises not taken: HQ did not sign it" in text
    assert "grades by: revision 3" in text
    assert list(inspection.links(None)) == ["No gateway answers: it does not run."]


def test_without_an_outbox_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(GatewayError, match="no outbox yet"):
        inspection.streams(configured(tmp_path))
