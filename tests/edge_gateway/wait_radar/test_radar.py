import pytest

from edge_gateway.wait_radar.queue import LONGEST_SERVICE_S
from edge_gateway.wait_radar.radar import Measures, Radar


def measured(radar: Radar, now_s: float, place: str = "t") -> Measures:
    return radar.measures(now_s)[place]


def sell(radar: Radar, began_s: float, *, items: int = 10, every_s: float = 3.0,
         place: str = "t") -> float:  # fmt: skip
    """Let a scanner and a display see a basket; return when its receipt came."""
    for n in range(items):
        radar.item(place, "scanner", began_s + n * every_s)
        radar.item(place, "display", began_s + n * every_s)
    ended_s = began_s + items * every_s + 20
    radar.sold(place, None, ended_s)
    return ended_s


def test_pace_counts_each_piece_once_however_many_readers_see_it() -> None:
    radar = Radar()
    sell(radar, 0)
    assert measured(radar, 60).pace == pytest.approx(10 / (50 / 60))


def test_what_the_receipt_says_of_its_pieces_goes_before_what_was_seen() -> None:
    radar = Radar()
    radar.item("t", "display", 0)
    radar.sold("t", 20, 60)
    assert measured(radar, 60).pace == pytest.approx(20)


def test_a_till_without_items_has_no_pace_and_still_a_load() -> None:
    radar = Radar()
    for n in range(1, 20):
        radar.sold("t", None, 60 * n)
    found = measured(radar, 60 * 19)
    assert found.pace is None
    assert found.sales == 15
    assert found.arrivals == pytest.approx(60, rel=0.2)
    assert found.busy > 0.6


def test_busy_and_idle_tills_are_told_apart() -> None:
    radar = Radar()
    at_s = 0.0
    for n in range(20):
        at_s = sell(radar, at_s + 8, place="rush")
        sell(radar, 58 * n, items=1, place="calm")
    rush, calm = measured(radar, at_s, "rush"), measured(radar, at_s, "calm")
    assert 1 < rush.waiting < 6
    assert calm.waiting < 0.1
    assert rush.busy > 0.8
    assert calm.busy < 0.5
    assert rush.wait_s > 60 > calm.wait_s
    assert rush.arrivals == pytest.approx(62, rel=0.3)


def test_receipts_alone_show_a_rush_by_intervals_that_are_nothing_but_baskets() -> None:
    radar = Radar()
    for n in range(30):
        radar.sold("rush", 10, 55 * n)
        radar.sold("calm", 10, 400 * n)
    assert measured(radar, 55 * 29 + 5, "rush").waiting > 0.5
    assert measured(radar, 400 * 29 + 5, "calm").waiting < 0.2


def test_a_basket_that_was_left_ends_and_a_till_at_rest_is_forgotten() -> None:
    radar = Radar()
    sell(radar, 0)
    radar.item("t", "scanner", 100)
    radar.item("t", "scanner", 101 + LONGEST_SERVICE_S)
    radar.sold("t", None, 150 + LONGEST_SERVICE_S)
    assert measured(radar, 160 + LONGEST_SERVICE_S).sales == 1
    assert radar.measures(151 + 3 * LONGEST_SERVICE_S) == {}
