from pathlib import Path

import pytest

from edge_gateway import events as ev
from edge_gateway.till_floor import LOCKOUT_MS
from protocols.messages import (
    Asking,
    DeviceState,
    Lane,
    Misuse,
    Outcome,
    ReaderStanding,
    ReaderState,
    Response,
    ResponseMarked,
    Source,
)
from protocols.readers.events import (
    CardPresented,
    Code,
    Doubt,
    DrawerOpened,
    ItemShown,
    KeyPressed,
    NoAnswer,
    ScanKind,
    Scanned,
    Suspected,
    TotalShown,
)
from protocols.till_events import LinkedBy, ReceiptLinked
from tests.edge_gateway.field import START, Store, later, response

ITEM = ItemShown(name="苹果", price="3.50")


def reader(
    name: str,
    driver: str,
    touchpoint: str = "till-4",
    standing: ReaderStanding = ReaderStanding.READING,
) -> ReaderState:
    return ReaderState(name=name, driver=driver, touchpoint=touchpoint, standing=standing)


def readers(*states: ReaderState, ask_s: float = 20.0) -> ev.ReadersChanged:
    asks = frozenset(one.name for one in states if one.driver in ("keypad", "pad"))
    return ev.ReadersChanged(states, {one.name: ask_s for one in states}, asks)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path)
    keypad_5 = reader("box-5", "keypad", "till-5")
    store.post(readers(reader("4", "escpos"), reader("box-4", "keypad"), keypad_5))
    for device, touchpoint in (("k1", "till-4"), ("k2", "exit")):
        kiosk = DeviceState(
            device=device,
            epoch="e1",
            program="",
            accepted={},
            waiting=0,
            at=START,
            touchpoint=touchpoint,
        )
        store.post(ev.DeviceConnected(device))
        store.post(ev.DeviceStateArrived(device, kiosk))
    return store


def press(
    store: Store, score: int | None, no_answer: NoAnswer | None = None, *, box: str = "box-4"
) -> None:
    said = KeyPressed(key="1", score=score, no_answer=no_answer)
    place = box.replace("box", "till")
    store.post(ev.ReaderSpoke(reader=box, till=box[-1], touchpoint=place, said=said))


def visits(store: Store) -> list[Response]:
    return [one for one in store.own(Lane.BULK) if isinstance(one, Response)]


def asking(store: Store, device: str = "k1") -> list[bool]:
    return [one.open for one in store.sent[device] if isinstance(one, Asking)]


def at(store: Store, seconds: float) -> None:
    store.now = later(seconds)
    store.post(ev.Tick())


def test_a_press_is_a_whole_visit_counted_and_linked(store: Store) -> None:
    store.print("0418")
    store.now = later(8)
    press(store, 2)
    (visit,) = visits(store)
    assert (visit.source, visit.survey, visit.rating) == (Source.KEYPAD, "keypad", 2)
    assert (visit.final, visit.touchpoint, visit.language) == (True, "till-4", "")
    assert visit.outcome is Outcome.RATED
    (link,) = (one for one in store.own(Lane.BULK) if isinstance(one, ReceiptLinked))
    assert (link.response, link.by, link.offset_ms) == (visit.response, LinkedBy.TIME, 8_000)
    assert store.gateway.today.shown.taps == [0, 1, 0, 0, 0]


def test_each_press_has_ids_of_its_own_and_a_key_that_bounces_has_none(store: Store) -> None:
    press(store, 5)
    press(store, 5, box="box-5")
    store.now = later((LOCKOUT_MS - 1) / 1000)
    press(store, 5)
    store.now = later(LOCKOUT_MS / 1000)
    press(store, 4)
    found = visits(store)
    assert [one.rating for one in found] == [5, 5, 4]
    assert len({one.response for one in found} | {one.id for one in found}) == 6
    assert store.gateway.floor.counts["bounces"] == 1


def test_who_presses_a_key_after_each_sale_is_marked(store: Store) -> None:
    for number in range(1, 9):
        store.now = later(60 * number)
        store.print(str(number))
        store.now = later(60 * number + 1)
        press(store, 5)
    marked = [one for one in store.own(Lane.BULK) if isinstance(one, ResponseMarked)]
    assert [one.mark.misuse for one in marked] == [Misuse.AFTER_SALE] * 3


@pytest.mark.parametrize(
    ("why", "outcome"),
    [
        (NoAnswer.TIMED_OUT, Outcome.TIMED_OUT),
        (NoAnswer.NOT_SHOWN, Outcome.NOT_ASKED),
        (NoAnswer.OTHER_KEY, Outcome.SKIPPED),
    ],
)
def test_a_question_without_a_score_is_an_outcome_and_asked_no_further(
    store: Store, why: NoAnswer, outcome: Outcome
) -> None:
    store.read(ITEM)
    press(store, None, why)
    at(store, 3600)
    (visit,) = visits(store)
    assert (visit.outcome, visit.rating) == (outcome, None)
    assert store.gateway.today.shown.taps == [0] * 5


def test_a_key_that_means_nothing_is_nothing_when_nobody_asked(store: Store) -> None:
    press(store, None, NoAnswer.OTHER_KEY)
    press(store, None)
    assert visits(store) == []


def test_a_sale_asks_at_its_own_touchpoint_alone_and_closes_after_the_receipt(
    store: Store,
) -> None:
    store.read(ITEM)
    store.now = later(30)
    store.read(TotalShown(total="3.50"))
    store.print("1")
    at(store, 49)
    assert asking(store) == [True]
    at(store, 50)
    assert asking(store) == [True, False]
    assert asking(store, "k2") == []
    assert store.prompted == [ev.PromptKeypad("box-4", True), ev.PromptKeypad("box-4", False)]
    (ignored,) = visits(store)
    assert (ignored.outcome, ignored.source) == (Outcome.TIMED_OUT, Source.KEYPAD)
    assert store.gateway.floor.counts["ignored"] == 1


def test_a_rating_on_the_kiosk_takes_the_question_back_everywhere(store: Store) -> None:
    store.read(ITEM)
    store.now = later(5)
    store.hand_over(response(1, at=store.now), device="k1")
    assert asking(store) == [True, False]
    assert store.prompted[-1] == ev.PromptKeypad("box-4", False)
    at(store, 3600)
    assert visits(store) == []


def test_a_pad_is_asked_as_a_device_and_its_press_answers(store: Store) -> None:
    store.post(readers(reader("4", "escpos"), reader("pad-4", "pad"), ask_s=5))
    pad = DeviceState(
        device="pad-4",
        epoch="e",
        program="",
        accepted={},
        waiting=0,
        at=START,
        touchpoint="till-4",
    )
    store.post(ev.DeviceConnected("pad-4"))
    store.post(ev.DeviceStateArrived("pad-4", pad))
    store.print("1")
    assert store.prompted == [ev.AskPad("pad-4", True)]
    assert asking(store, "pad-4") == []
    at(store, 5)
    (ignored,) = visits(store)
    assert ignored.source is Source.PAD
    store.print("2")
    store.now = later(6)
    store.hand_over(response(1, at=store.now), device="pad-4")
    assert store.prompted[-1] == ev.AskPad("pad-4", False)


def test_what_is_gone_is_not_asked_and_so_not_ignored(store: Store) -> None:
    store.post(readers(reader("box-4", "keypad", standing=ReaderStanding.GONE)))
    store.print("1")
    at(store, 60)
    assert store.prompted == []
    assert visits(store) == []
    assert asking(store) == [True, False]


def test_a_kiosk_that_comes_in_the_midst_of_a_sale_hears_of_it(store: Store) -> None:
    store.read(ITEM)
    store.sent.clear()
    store.post(ev.DeviceLost("k1"))
    store.post(ev.DeviceConnected("k1"))
    kiosk = DeviceState(
        device="k1", epoch="e1", program="", accepted={}, waiting=0, at=START, touchpoint="till-4"
    )
    for _ in range(2):
        store.post(ev.DeviceStateArrived("k1", kiosk))
    assert asking(store) == [True]


def test_scanned_goods_begin_a_sale_and_what_a_scanner_repeats_or_else_reads_does_not(
    store: Store,
) -> None:
    code = Code(symbology="ean13", text="6901234567892")
    store.read(Scanned(code=code, kind=ScanKind.OTHER))
    store.read(Scanned(code=code, kind=ScanKind.ARTICLE, repeated=True))
    assert asking(store) == []
    store.read(Scanned(code=code, kind=ScanKind.ARTICLE, check_ok=True))
    assert asking(store) == [True]


def test_cards_and_drawers_are_counted_and_doubts_are_the_supervisors(store: Store) -> None:
    for said in (
        CardPresented(technology="em4100", card="x"),
        DrawerOpened(),
        Suspected(doubt=Doubt.BAUD),
    ):
        store.read(said)
    assert store.own(Lane.BULK) == []
    assert (store.gateway.floor.counts["cards"], store.gateway.floor.counts["drawers"]) == (1, 1)


def test_hq_hears_at_once_of_a_reader_that_is_gone_and_of_figures_later(store: Store) -> None:
    store.post(ev.BrokerUp())
    before = len(store.states)
    gone = reader("4", "escpos", standing=ReaderStanding.GONE)
    store.post(readers(gone))
    assert store.states[-1].state.readers == (gone,)
    store.post(readers(gone))
    assert len(store.states) == before + 1


def test_the_wait_at_each_till_is_measured_from_what_its_readers_tell(store: Store) -> None:
    for number in range(1, 30):
        store.now = later(60 * number)
        store.read(ITEM)
        store.now = later(60 * number + 50)
        store.print(str(number))
    at(store, 60 * 29 + 55)
    measured = store.gateway.floor.measures["till-4"]
    assert 55 < measured.arrivals < 90
    assert measured.busy > 0.75
    assert measured.waiting > 0.3


def test_a_revision_of_the_rating_before_answers_no_later_question(store: Store) -> None:
    store.print("1")
    store.hand_over(response(1, at=store.now), device="k1")
    store.now = later(3)
    store.read(ITEM)
    store.now = later(5)
    store.hand_over(response(1, rev=2, at=store.now), device="k1")
    assert asking(store) == [True, False, True]


def test_the_board_is_drawn_anew_when_the_wait_changes_and_not_for_less(store: Store) -> None:
    store.print("1")
    for seconds in (5, 10, 15):
        store.now = later(seconds)
        store.post(ev.Tick())
    drawn = len(store.shown)
    at(store, 20)
    assert len(store.shown) == drawn
    at(store, 3600)
    assert len(store.shown) > drawn
