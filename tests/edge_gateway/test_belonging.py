from pathlib import Path

import msgspec
import pytest

from edge_gateway import events as ev
from protocols.events import Event
from protocols.messages import MAX_EVENT_BYTES, Lane, ReaderStanding, ReaderState, ReceiptSaid
from protocols.readers.events import Code, Goods, JobKind, Printed, ScanKind, Scanned
from protocols.till_events import (
    MAX_SOLD_GOODS,
    LinkedBy,
    ReceiptLinked,
    ReceiptSeen,
    ReceiptUnlinked,
    WhyUnlinked,
)
from protocols.wire import encode_event
from tests.edge_gateway.field import Store, later, response


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path)
    till = ReaderState(
        name="4", driver="escpos", standing=ReaderStanding.READING, touchpoint="till-4"
    )
    store.post(ev.ReadersChanged((till,)))
    return store


def paper(number: str | None = "0418", kind: JobKind = JobKind.RECEIPT, **more: object) -> Printed:
    fields = {"total": "14.97", "printed_at": "2026-11-21T18:42:07"} | more
    return Printed(kind=kind, number=number, **fields)  # type: ignore[arg-type]


def found(store: Store) -> list[Event]:
    """Return the links and the reasons for none."""
    kinds = ReceiptLinked | ReceiptUnlinked
    return [one for one in store.own(Lane.BULK) if isinstance(one, kinds)]


def rate(store: Store, number: int = 1, *, rev: int = 1, said: ReceiptSaid | None = None,
         touchpoint: str = "till-4") -> None:  # fmt: skip
    given = response(number, at=store.now, rev=rev, touchpoint=touchpoint)
    store.hand_over(msgspec.structs.replace(given, receipt_said=said))


def test_a_receipt_says_all_that_the_paper_says(store: Store) -> None:
    store.read(
        paper(
            currency="CNY",
            items=2,
            cashier="c" * 64,
            table="A7",
            discount="1.00",
            payment="wechat",
            goods=(Goods(name="东北大米 5kg", quantity="1", amount="39.90"), Goods(name="袋")),
            damaged=True,
        )
    )
    (seen,) = store.own(Lane.BULK)
    assert isinstance(seen, ReceiptSeen)
    assert (seen.till, seen.touchpoint, seen.number, seen.total) == ("4", "till-4", "0418", "14.97")
    assert (seen.currency, seen.items, seen.cashier, seen.table) == ("CNY", 2, "c" * 64, "A7")
    assert (seen.discount, seen.payment, seen.damaged) == ("1.00", "wechat", True)
    assert [(one.name, one.quantity, one.amount) for one in seen.goods] == [
        ("东北大米 5kg", "1", "39.90"),
        ("袋", None, None),
    ]
    assert store.gateway.floor.belonging.damaged == 1


def test_a_basket_of_any_size_fits_into_an_event(store: Store) -> None:
    goods = tuple(
        Goods(name="\x00" * 500, quantity="9" * 99, amount="9" * 99) for _ in range(1_000)
    )
    store.read(paper("9" * 999, goods=goods, cashier="x" * 999, items=-1))
    (seen,) = store.own(Lane.BULK)
    assert isinstance(seen, ReceiptSeen)
    assert 0 < len(seen.goods) <= MAX_SOLD_GOODS
    assert len(encode_event(seen)) <= MAX_EVENT_BYTES


def test_what_is_no_sale_is_counted_and_no_event(store: Store) -> None:
    for kind in JobKind:
        if kind is not JobKind.RECEIPT:
            store.read(paper(kind=kind))
    store.read(paper(None))
    assert store.own(Lane.BULK) == []
    assert set(store.gateway.floor.belonging.jobs) == set(JobKind)
    assert store.gateway.today.shown.receipts == 0


def test_a_receipt_that_is_printed_again_is_one_sale_even_after_a_restart(store: Store) -> None:
    store.read(paper())
    store.read(paper())
    store.now = later(23 * 3600)
    store.restart()
    store.read(paper())
    assert len(store.own(Lane.BULK)) == 1
    assert store.gateway.floor.belonging.repeats == 1
    store.now = later(25 * 3600)
    store.restart()
    store.read(paper())
    assert len(store.own(Lane.BULK)) == 2


def test_a_rating_hears_once_that_no_receipt_came(store: Store) -> None:
    rate(store)
    rate(store, rev=2)
    store.now = later(91)
    for _ in range(2):
        store.post(ev.Tick())
    (why,) = found(store)
    assert isinstance(why, ReceiptUnlinked)
    assert (why.response, why.why, why.touchpoint) == ("r1", WhyUnlinked.NO_RECEIPT, "till-4")
    assert store.gateway.floor.belonging.unlinked == {WhyUnlinked.NO_RECEIPT: 1}


def test_where_no_till_prints_a_rating_needs_no_reason(store: Store) -> None:
    rate(store, touchpoint="fitting")
    store.now = later(91)
    store.post(ev.Tick())
    assert found(store) == []


def test_a_rush_where_no_till_prints_gives_no_reasons_either(store: Store) -> None:
    many = (response(n, at=store.now, touchpoint="fitting") for n in range(300))
    store.hand_over(*many)
    assert found(store) == []


@pytest.mark.parametrize(
    ("text", "scanned", "by"),
    [("0418", False, LinkedBy.TYPED), ("https://x.example/r/4711-0418", True, LinkedBy.SCANNED)],
)
def test_what_the_shopper_shows_links_at_any_kiosk(
    store: Store, text: str, scanned: bool, by: LinkedBy
) -> None:
    store.read(paper("4711-0418"))
    store.now = later(600)
    rate(store, touchpoint="exit")
    rate(store, rev=2, touchpoint="exit", said=ReceiptSaid(text=text, scanned=scanned))
    rate(store, rev=3, touchpoint="exit", said=ReceiptSaid(text=text, scanned=scanned))
    (link,) = found(store)
    assert isinstance(link, ReceiptLinked)
    assert (link.by, link.number, link.offset_ms) == (by, "4711-0418", 600_000)


def test_a_typed_number_replaces_a_link_by_time_and_spends_its_receipt(store: Store) -> None:
    store.read(paper("4711-0418"))
    store.read(paper("4711-0419"))
    store.now = later(200)
    store.read(paper("4711-0420"))
    store.now = later(205)
    rate(store)
    rate(store, rev=2, said=ReceiptSaid(text="0418"))
    assert [(one.by, one.number) for one in found(store) if isinstance(one, ReceiptLinked)] == [
        (LinkedBy.TIME, "4711-0420"),
        (LinkedBy.TYPED, "4711-0418"),
    ]


def test_what_fits_nothing_is_said_and_ends_the_wait(store: Store) -> None:
    rate(store, said=ReceiptSaid(text="9999"))
    store.now = later(10)
    store.read(paper("4711-0418"))
    store.now = later(200)
    store.post(ev.Tick())
    (why,) = found(store)
    assert isinstance(why, ReceiptUnlinked)
    assert why.why is WhyUnlinked.NOT_FOUND


def test_a_receipt_under_the_tills_scanner_belongs_to_the_next_rating_there(store: Store) -> None:
    url = "https://x.example/s/7Hk2"
    store.read(paper("4711-0418", codes=(Code(symbology="qr", text=url),)))
    store.now = later(300)
    shown = Scanned(code=Code(symbology="qr", text=url), kind=ScanKind.RECEIPT)
    store.read(shown)
    rate(store, 1, touchpoint="till-5")
    store.now = later(360)
    rate(store, 2)
    rate(store, 3)
    (link,) = found(store)
    assert isinstance(link, ReceiptLinked)
    assert (link.response, link.by) == ("r2", LinkedBy.SCANNED)
    store.read(shown)
    store.now = later(421)
    rate(store, 4)
    assert len(found(store)) == 1, "a minute later it is somebody else's"


def test_the_codes_of_receipts_find_them_by_number_after_a_restart(store: Store) -> None:
    store.read(paper("4711-0418"))
    store.restart()
    rate(store, said=ReceiptSaid(text="x/4711-0418", scanned=True))
    (link,) = found(store)
    assert isinstance(link, ReceiptLinked)
    assert link.by is LinkedBy.SCANNED


def test_a_receipt_of_the_run_before_is_never_linked_twice_and_its_rating_no_guess(
    store: Store,
) -> None:
    store.read(paper("4711-0418"))
    store.now = later(5)
    store.restart()
    store.now = later(10)
    rate(store)
    store.read(paper("4711-0419"))
    (why,) = found(store)
    assert isinstance(why, ReceiptUnlinked)
    assert why.why is WhyUnlinked.AMBIGUOUS
