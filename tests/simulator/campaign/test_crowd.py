"""Shoppers at a silent kiosk list exactly what it saved, and nobody comes to closed doors."""

import threading
import time
from pathlib import Path
from random import Random

import pytest

from kiosk.settings import Settings, load
from outbox import Outbox
from protocols.messages import Lane, Response
from protocols.wire import decode_event
from simulator.broker import free_port
from simulator.campaign.crowd import Crowd, Doors
from simulator.campaign.saved_list import SavedList, highest, note_hash, read
from simulator.layout import Ports, Sizes, plan, write_stores
from simulator.silent_kiosk import SilentKiosk
from tests.simulator.test_layout import PIN_HASH, PUBLIC_KEY, VERIFY_KEY


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    nobody = free_port()
    ports = Ports(hq_broker=nobody, store_brokers=(nobody,), hq=nobody, boards=(nobody,))
    layout = plan(tmp_path, Sizes(stores=1, kiosks=1), ports)
    write_stores(layout, ports, PIN_HASH, PUBLIC_KEY, VERIFY_KEY)
    return load(layout.stores[0].kiosks[0].config)


def play(settings: Settings, saved: Path, doors: Doors, seconds: float) -> None:
    threading.Timer(seconds, lambda: setattr(doors, "ended", True)).start()
    with SilentKiosk(settings, on_saved=SavedList(saved).add) as kiosk:
        Crowd(kiosk, Random(5), doors, 0.05).run()
        kiosk.live(0.2)


def on_disk(settings: Settings) -> dict[str, Response]:
    outbox = Outbox.open(settings.outbox_path, device=settings.device, program="test")
    last: dict[str, Response] = {}
    for lane in Lane:
        stream = outbox.stream(lane)
        head = outbox.position(stream).head
        for payload in outbox.read(stream, 1, head, 10_000_000) if head else []:
            event = decode_event(payload)
            assert isinstance(event, Response)
            if event.response not in last or last[event.response].rev < event.rev:
                last[event.response] = event
    outbox.close()
    return last


def test_the_list_is_what_is_on_the_kiosks_disk(settings: Settings, tmp_path: Path) -> None:
    saved = tmp_path / "saved.jsonl"
    play(settings, saved, Doors(), 2.0)
    listed, kept = highest(read([saved])), on_disk(settings)
    assert len(listed) > 5
    assert listed.keys() == kept.keys()
    for response, mine in listed.items():
        event = kept[response]
        assert (event.rev, event.rating, note_hash(event.note)) == (
            mine.rev,
            mine.rating,
            mine.note,
        )


def test_a_rush_brings_many_long_notes(settings: Settings, tmp_path: Path) -> None:
    saved = tmp_path / "saved.jsonl"
    play(settings, saved, Doors(rush=True), 1.5)
    listed = highest(read([saved]))
    assert len(listed) > 20
    assert sum(each.note is not None for each in listed.values()) > len(listed) / 2


def test_nobody_comes_to_closed_doors(settings: Settings, tmp_path: Path) -> None:
    began = time.monotonic()
    play(settings, tmp_path / "saved.jsonl", Doors(open=False), 0.3)
    assert read([tmp_path / "saved.jsonl"]) == []
    assert time.monotonic() - began < 20
