import pytest

from edge_gateway.sales import DAY_MS, MOST_CODES_PER_SALE, MOST_SALES, Sale, Sales
from protocols.messages import ReceiptSaid
from protocols.till_events import WhyUnlinked

NOW = 1_795_320_000_000


def sale(
    receipt: str = "A",
    number: str = "20261121-0418",
    *,
    till: str = "4",
    touchpoint: str = "till-4",
    printed_at: str | None = "2026-11-21T18:42:07",
    total: str | None = "14.97",
    whole: bool = True,
    seen_ms: int = NOW,
) -> Sale:
    return Sale(
        receipt=receipt,
        till=till,
        touchpoint=touchpoint,
        number=number,
        printed_at=printed_at,
        total=total,
        whole=whole,
        seen_ms=seen_ms,
    )


@pytest.mark.parametrize(
    ("again", "is_repeat"),
    [
        (sale("B"), True),
        (sale("B", seen_ms=NOW + DAY_MS), True),
        (sale("B", seen_ms=NOW + DAY_MS + 1), False),
        (sale("B", till="5"), False),
        (sale("B", number="20261121-0419"), False),
        (sale("B", total="15.00"), False),
        (sale("B", printed_at="2026-11-21T18:50:00"), False),
        # Damage took a field: what is left says the same.
        (sale("B", total=None, whole=False), True),
        (sale("B", total=None, printed_at=None, whole=False), False),
        # A whole one that says less is another sale.
        (sale("B", total=None), False),
    ],
)
def test_the_same_till_number_time_and_total_within_a_day_is_one_sale(
    again: Sale, is_repeat: bool
) -> None:
    assert (Sales([sale()]).repeats(again) is not None) is is_repeat


def test_a_number_alone_is_the_same_sale_only_where_the_till_prints_no_more() -> None:
    bare = sale(printed_at=None, total=None)
    assert Sales([bare]).repeats(sale("B", printed_at=None, total=None)) == bare
    torn = sale("B", printed_at=None, total=None, whole=False)
    assert Sales([bare]).repeats(torn) is None, "a torn one is never dropped on its number alone"


def said(text: str, *, scanned: bool = False) -> ReceiptSaid:
    return ReceiptSaid(text=text, scanned=scanned)


def test_the_last_digits_find_the_receipt_of_the_own_till_first() -> None:
    sales = Sales(
        [sale("A"), sale("B", "77-0418", till="5", touchpoint="till-5"), sale("C", "0999")]
    )
    assert sales.find(said("0418"), "till-4") == sale("A")
    assert sales.find(said("21 0418"), "exit") == sale("A"), "signs between digits mean nothing"
    assert sales.find(said("0418"), "exit") is WhyUnlinked.AMBIGUOUS
    assert sales.find(said("0417"), "till-4") is WhyUnlinked.NOT_FOUND
    assert sales.find(said("---418"), "till-4") is WhyUnlinked.NOT_FOUND, "three digits fit many"


def test_among_several_the_one_that_the_time_found_is_no_guess() -> None:
    sales = Sales([sale("A", "1-0418"), sale("B", "2-0418")])
    assert sales.find(said("0418"), "till-4") is WhyUnlinked.AMBIGUOUS
    found = sales.find(said("0418"), "till-4", by_time="B")
    assert isinstance(found, Sale)
    assert found.receipt == "B"


def test_a_scanned_code_is_the_printed_one_or_holds_the_whole_number() -> None:
    sales = Sales()
    sales.add(sale("A"), ["https://x.example/s/7Hk2"])
    sales.add(sale("B", "20261121-0419"), ["20261121-0419x"])
    assert sales.find(said("https://x.example/s/7Hk2", scanned=True), None) == sale("A")
    url = "https://x.example/r/20261121-0419?t=ab"
    assert sales.find(said(url, scanned=True), None) == sale("B", "20261121-0419")
    piece = "https://x.example/r/120261121-0419"
    assert sales.find(said(piece, scanned=True), None) is WhyUnlinked.NOT_FOUND
    typed = sales.find(said("https://x.example/s/7Hk2"), None)
    assert typed is WhyUnlinked.NOT_FOUND, "what is typed is a number"


def test_what_is_kept_is_bounded_in_number_age_and_codes() -> None:
    sales = Sales(sale(str(n), str(n)) for n in range(MOST_SALES + 5))
    assert len(sales) == MOST_SALES
    assert sales.repeats(sale("again", "4")) is None
    assert sales.repeats(sale("again", "5")) is not None
    sales.add(sale("x", "x", seen_ms=NOW + 1), [f"code-{n}" for n in range(9)] + ["y" * 300])
    last = f"code-{MOST_CODES_PER_SALE}"
    assert sales.find(said(last, scanned=True), None) is WhyUnlinked.NOT_FOUND
    sales.forget_before(NOW + DAY_MS + 1)
    assert len(sales) == 1
    sales.forget_before(NOW + DAY_MS + 2)
    assert len(sales) == 0
    assert sales.repeats(sale("again", "x", seen_ms=NOW + 1)) is None
