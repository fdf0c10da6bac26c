from pathlib import Path

from edge_gateway.till_figures import figures
from edge_gateway.till_floor import TillFloor
from edge_gateway.wait_radar.radar import Measures
from protocols.readers.events import CardPresented, JobKind, Printed
from tests.edge_gateway.field import Store, response


def seen(floor: TillFloor) -> dict[str, float]:
    return {
        f"{one.name}.{label}" if label else one.name: value
        for one in figures(floor)
        for label, value in one.values.items()
    }


def test_every_figure_of_the_tills_is_there_from_the_start_and_counts(tmp_path: Path) -> None:
    store = Store(tmp_path)
    floor = store.gateway.floor
    assert set(seen(floor).values()) == {0}
    assert "unlinked_ratings.no_receipt" in seen(floor)
    for _ in range(2):
        store.read(Printed(kind=JobKind.RECEIPT, number="0418", total="1.00", damaged=True))
    store.read(Printed(kind=JobKind.KITCHEN))
    store.read(CardPresented(technology="em4100", card="x"))
    store.hand_over(response(1))
    floor.measures = {
        "till-4": Measures(waiting=2.5, wait_s=150, pace=None, arrivals=60, busy=0.5, sales=9)
    }
    assert {name: value for name, value in seen(floor).items() if value} == {
        "print_jobs.receipt": 2,
        "print_jobs.kitchen": 1,
        "linked_ratings.time": 1,
        "damaged_receipts": 2,
        "repeated_receipts": 1,
        "questions": 1,
        "cards": 1,
        "waiting_people.till-4": 2.5,
        "wait_seconds.till-4": 150,
        "arrivals_per_hour.till-4": 60,
        "busy_share.till-4": 0.5,
    }
