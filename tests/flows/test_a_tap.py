"""One tap, from the face to the case, through every part, and through the loss of each."""

from __future__ import annotations

import json

from kiosk.events import (
    ConsentTapped,
    DigitTapped,
    DoneTapped,
    FinishTapped,
    KeyTapped,
    NextTapped,
    Rated,
    ReasonTapped,
    SkipTapped,
    State,
    SubmitTapped,
    WriteTapped,
)
from tests.flows.whole_chain import WholeChain

PHONE = "13912345678"


def test_a_happy_tap_is_a_row_at_hq_and_no_case(chain: WholeChain) -> None:
    chain.start_ingest()
    chain.start_gateway()
    with chain.kiosk() as kiosk:
        kiosk.touch(Rated(5), SkipTapped())
        kiosk.wait_for(State.THANKS)
        row = chain.wait_for_row(lambda row: row["rating"] == 5)
    assert row["case"] is None
    assert row["grade"] == "B"


def test_words_of_harm_raise_the_alarm_in_the_store_with_the_wan_cut(chain: WholeChain) -> None:
    """The manager knows at once; HQ merges it into one case when the line is back."""
    chain.start_ingest()
    chain.start_gateway()
    chain.wan.cut()
    with chain.kiosk(0) as kiosk, chain.kiosk(1) as neighbour:
        kiosk.touch(Rated(1), WriteTapped(), KeyTapped("孩子吃完过敏了"), DoneTapped())
        alarm = neighbour.wait_for_alarm()
        assert alarm.touchpoint == "till-3"
        assert "过敏" not in repr(alarm), "no shopper's words on a screen in the store"
        assert len(chain.gateway.runner.gateway.alarms.standing()) == 1
        assert chain.rows() == []
        chain.wan.mend()
        row = chain.wait_for_row(lambda row: row["case"] is not None and row["grade"] == "S", 60)
    assert row["rating"] == 1
    assert len(chain.rows()) == 1


def test_taps_wait_in_the_kiosk_while_the_gateway_is_away(chain: WholeChain) -> None:
    chain.start_ingest()
    with chain.kiosk() as kiosk:
        kiosk.touch(Rated(2), NextTapped())
        kiosk.touch(SkipTapped())
    chain.start_gateway()
    with chain.kiosk():
        assert chain.wait_for_row(lambda row: row["rating"] == 2)["case"] is not None


def test_taps_wait_in_the_gateway_while_hq_is_away_and_it_restarts(chain: WholeChain) -> None:
    chain.start_gateway()
    with chain.kiosk() as kiosk:
        for score in (1, 2, 3, 4, 5):
            kiosk.touch(Rated(score), SkipTapped())
            kiosk.wait_for(State.THANKS)
            kiosk.touch(FinishTapped())
        chain.stop_gateway()
        chain.start_gateway()
        chain.start_ingest()
        chain.wait_for_row(lambda row: row["rating"] == 5, 60)
    assert sorted(row["rating"] for row in chain.rows()) == [1, 2, 3, 4, 5]


def test_a_receipt_printed_at_the_till_is_on_the_rating(chain: WholeChain) -> None:
    chain.start_ingest()
    chain.start_gateway()
    with chain.kiosk() as kiosk:
        chain.wait_for_till()
        number = chain.till.sell()
        kiosk.touch(Rated(4), SkipTapped())
        row = chain.wait_for_row(lambda row: row["receipt"] is not None, 30)
    assert row["receipt"] == number


def test_a_phone_number_is_readable_at_hq_alone(chain: WholeChain) -> None:
    chain.start_ingest()
    chain.start_gateway()
    with chain.kiosk() as kiosk:
        digits = [DigitTapped(digit) for digit in PHONE]
        kiosk.touch(
            Rated(1),
            ReasonTapped("queue"),
            WriteTapped(),
            KeyTapped(f"call {PHONE}"),
            DoneTapped(),
            *digits,
            ConsentTapped(),
            SubmitTapped(),
        )
        kiosk.wait_for(State.THANKS)
        chain.wait_for_row(lambda row: row["rating"] == 1 and row["rev"] >= 3)
    chain.stop_gateway()
    files = [path for path in chain.layout.folder.rglob("*") if path.is_file()]
    assert len(files) > 8
    for path in files:
        assert PHONE.encode() not in path.read_bytes(), path
    assert PHONE not in json.dumps(chain.rows(), default=str)
