from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest

from edge_gateway.till_metrics import TillCollector
from edge_gateway.wait_radar.radar import Measures
from protocols.readers.events import CardPresented, JobKind, Printed
from tests.edge_gateway.field import Store, response


def test_every_figure_of_the_tills_is_there_from_the_start_and_counts(tmp_path: Path) -> None:
    store = Store(tmp_path)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(TillCollector(store.gateway.floor))
    assert 'unlinked_ratings_total{why="no_receipt"} 0.0' in generate_latest(registry).decode()
    for _ in range(2):
        store.read(Printed(kind=JobKind.RECEIPT, number="0418", total="1.00", damaged=True))
    store.read(Printed(kind=JobKind.KITCHEN))
    store.read(CardPresented(technology="em4100", card="x"))
    store.hand_over(response(1))
    store.gateway.floor.measures = {
        "till-4": Measures(waiting=2.5, wait_s=150, pace=None, arrivals=60, busy=0.5, sales=9)
    }
    page = generate_latest(registry).decode()
    for line in (
        'print_jobs_total{kind="receipt"} 2.0',
        'print_jobs_total{kind="kitchen"} 1.0',
        'linked_ratings_total{by="time"} 1.0',
        "damaged_receipts_total 2.0",
        "repeated_receipts_total 1.0",
        "questions_total 1.0",
        "cards_total 1.0",
        "instructions_total 0.0",
        'waiting_people{touchpoint="till-4"} 2.5',
        'wait_seconds{touchpoint="till-4"} 150.0',
    ):
        assert f"storeloop_gateway_{line}\n" in page
    assert "items_per_minute{" not in page
