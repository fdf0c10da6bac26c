"""kiosk/flow/receipts.py: which purchase it is about, scanned or typed."""

from __future__ import annotations

import pytest

from kiosk.events import (
    BackTapped,
    DigitTapped,
    DoneTapped,
    EraseTapped,
    Event,
    IdlePassed,
    Rated,
    ReceiptScanned,
    ReceiptTapped,
    SaleChanged,
    Save,
    SkipTapped,
    State,
)
from kiosk.visit import Visit
from protocols.messages import Outcome, ReceiptSaid
from tests.kiosk.flow.shopper import PHONE, new_flow, told

CODE = "https://fb.example.cn/s/RM03/20261121/0387?t=8f3a"
SCANNED = ReceiptSaid(text=CODE, scanned=True)


def typed(digits: str) -> list[Event]:
    return [ReceiptTapped(), *(DigitTapped(digit) for digit in digits)]


def saved(*events: Event) -> Visit:
    flow = new_flow()
    commands = told(flow, *events)
    return [command.visit for command in commands if isinstance(command, Save)][-1]


def test_what_is_typed_goes_with_the_visit() -> None:
    visit = saved(Rated(2), *typed("10387"), EraseTapped(), DigitTapped("7"), DoneTapped())
    assert (visit.receipt, visit.rev, visit.final) == (ReceiptSaid(text="10387"), 2, False)


def test_fewer_than_four_digits_say_nothing() -> None:
    flow = new_flow()
    told(flow, Rated(2), *typed("038"), DoneTapped())
    assert (flow.state, flow.picture().receipt) == (State.RECEIPT, "")
    told(flow, BackTapped())
    assert (flow.state, flow.picture().receipt_typed) == (State.REASONS, "")


def test_a_kiosk_that_reads_no_till_does_not_ask() -> None:
    flow = new_flow(receipt_digits=False)
    told(flow, Rated(2), ReceiptTapped())
    assert (flow.state, flow.picture().receipt_may_be_typed) == (State.REASONS, False)


@pytest.mark.parametrize("before", [True, False], ids=["before the tap", "after it"])
def test_a_scan_belongs_to_the_visit_that_it_begins_or_meets(before: bool) -> None:
    scan = ReceiptScanned(f" {CODE} ")
    events = (scan, Rated(1)) if before else (Rated(1), scan)
    assert saved(*events).receipt == SCANNED
    assert saved(*events, SkipTapped()).receipt == SCANNED


def test_a_scan_that_nobody_follows_up_is_asked_and_ignored() -> None:
    flow = new_flow()
    told(flow, ReceiptScanned(CODE))
    assert flow.picture().receipt == CODE[-4:]
    (command, *_) = told(flow, IdlePassed())
    assert isinstance(command, Save)
    assert (command.visit.outcome, command.visit.receipt) == (Outcome.TIMED_OUT, SCANNED)
    assert flow.picture().receipt == ""
    assert saved(ReceiptScanned(CODE), IdlePassed(), Rated(5)).receipt is None


WECHAT, ALIPAY, UNIONPAY = "134567890123456789", "281234567890123456", "6212345678901234567"


@pytest.mark.parametrize(
    "text",
    ["123", "x" * 201, PHONE, f"tel:{PHONE}", "12\x0034", "   ", WECHAT, ALIPAY, UNIONPAY,
     "wxp://f2f0abc", "WIFI:S:home;T:WPA;P:secret99;;", "https://hq.example.cn/t/ABCD"],
)  # fmt: skip
def test_what_is_no_receipt_or_says_who_somebody_is_is_not_taken(text: str) -> None:
    flow = new_flow()
    told(flow, ReceiptScanned(text), Rated(1), ReceiptScanned(text))
    assert flow.picture().receipt == ""


@pytest.mark.parametrize("digits", [PHONE, WECHAT, ALIPAY])
def test_a_number_of_a_person_is_wiped_and_never_saved(digits: str) -> None:
    flow = new_flow()
    commands = told(flow, Rated(2), *typed(digits), DoneTapped())
    assert (flow.state, flow.picture().receipt_typed) == (State.RECEIPT, "")
    commands += told(flow, BackTapped(), SkipTapped())
    visits = [command.visit for command in commands if isinstance(command, Save)]
    assert [visit.receipt for visit in visits] == [None] * len(visits)


def test_a_scan_while_digits_are_typed_takes_their_place() -> None:
    flow = new_flow()
    told(flow, Rated(1), *typed("99"), ReceiptScanned(CODE))
    assert (flow.state, flow.picture().receipt) == (State.REASONS, "8f3a")


def test_the_screen_knows_when_somebody_pays() -> None:
    flow = new_flow()
    told(flow, SaleChanged(open=True))
    assert flow.picture().selling
    told(flow, SaleChanged(open=False))
    assert not flow.picture().selling
