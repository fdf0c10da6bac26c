from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from edge_gateway import events as ev
from edge_gateway.board.till_view import TillViewer
from edge_gateway.board.words import Words
from edge_gateway.settings import Driver
from edge_gateway.wait_radar.radar import Measures
from edge_gateway.wait_radar.rules import rules
from protocols.messages import ReaderStanding, ReaderState
from tests.edge_gateway.field import START, Store, later

ZH, EN = Words("zh-CN"), Words("en")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path, rules=rules())


@pytest.fixture
def viewer(store: Store) -> TillViewer:
    zone = ZoneInfo("Asia/Shanghai")
    return TillViewer(store.gateway.floor, zone, lambda _, place: str(place).title())


def reader(name: str = "4", driver: str = "escpos", touchpoint: str = "till-4", *,
           standing: ReaderStanding = ReaderStanding.READING, trouble: str = "",
           recording_until_ms: int | None = None) -> ReaderState:  # fmt: skip
    return ReaderState(
        name=name,
        driver=driver,
        standing=standing,
        touchpoint=touchpoint,
        trouble=trouble,
        recording_until_ms=recording_until_ms,
    )


def measures(waiting: float) -> Measures:
    return Measures(waiting=waiting, wait_s=60 * waiting, pace=None, arrivals=1, busy=1, sales=1)


def test_a_till_shows_its_readers_and_who_waits(store: Store, viewer: TillViewer) -> None:
    both = (reader(), reader("4s", "scanner"), reader("5", touchpoint="till-5"))
    store.post(ev.ReadersChanged(both))
    store.gateway.floor.measures = {"till-4": measures(3.2), "till-5": measures(0.2)}
    (four, five), more = viewer.rows(EN)
    assert (four.name, four.line) == ("Till-4", "about 3 waiting · 3 min")
    assert [(one.icon, one.says) for one in four.readers] == [
        ("receipt", "Receipts: reading"),
        ("barcode", "Scanner: reading"),
    ]
    assert (five.line, five.ill, more) == ("nobody waits", (), 0)
    assert viewer.rows(ZH)[0][0].line == "约 3 人在等 · 3 分钟"


@pytest.mark.parametrize(
    ("standing", "trouble", "said"),
    [
        (ReaderStanding.GONE, "/dev/x: no such port", "no signal; check its power and cable"),
        (
            ReaderStanding.SUSPECT,
            "encoding: big5 would read well",
            "wrong text encoding; try big5",
        ),
        (
            ReaderStanding.SUSPECT,
            "encoding: another would read better",
            "looks wrong; check the port's settings",
        ),
        (
            ReaderStanding.SUSPECT,
            "speed, bits or driver: mostly bytes",
            "unreadable; check the baud rate",
        ),
        (ReaderStanding.READING, "bytes come", "looks wrong; check the port's settings"),
    ],
)
def test_what_is_wrong_says_what_to_do(
    store: Store, viewer: TillViewer, standing: ReaderStanding, trouble: str, said: str
) -> None:
    store.post(ev.ReadersChanged((reader(standing=standing, trouble=trouble),)))
    (row,), _ = viewer.rows(EN)
    (ill,) = row.ill
    assert (ill.says, ill.detail) == (f"Receipts: {said}", trouble)
    assert viewer.rows(ZH)[0][0].ill[0].says.startswith("小票：")


def test_settings_that_were_not_taken_are_one_line_and_readers_read_on(
    store: Store, viewer: TillViewer
) -> None:
    assert not viewer.settings_wrong()
    wrong = reader(trouble="settings not taken: readers[0].baud: should be …")
    store.post(ev.ReadersChanged((wrong,)))
    assert viewer.settings_wrong()
    assert viewer.rows(EN)[0][0].ill == ()


def test_of_many_tills_the_worst_are_shown_where_they_stand(
    store: Store, viewer: TillViewer
) -> None:
    states = [reader(str(n), touchpoint=f"till-{n}") for n in range(10, 19)]
    states[8] = reader("18", touchpoint="till-18", standing=ReaderStanding.GONE)
    store.post(ev.ReadersChanged(tuple(states)))
    store.gateway.floor.measures = {f"till-{n}": measures(n) for n in range(10, 18)}
    rows, more = viewer.rows(EN)
    assert [one.name for one in rows] == [f"Till-{n}" for n in (13, 14, 15, 16, 17, 18)]
    assert more == 3


def test_every_driver_has_an_icon_and_a_word_of_its_own(store: Store, viewer: TillViewer) -> None:
    store.post(ev.ReadersChanged(tuple(reader(name, name) for name in Driver)))
    (row,), _ = viewer.rows(EN)
    assert not [one.says for one in row.readers if one.icon == "bolt"]


def test_a_recording_is_on_the_board_until_it_ends(store: Store, viewer: TillViewer) -> None:
    until = START.wall_ms + 60_000
    store.post(ev.ReadersChanged((reader(recording_until_ms=until), reader("5"))))
    (said,) = viewer.recordings(EN, START)
    assert said.startswith("Raw data is being recorded, encrypted: Till-4 · Receipts; ends at ")
    assert viewer.recordings(EN, later(60)) == ()


def test_an_instruction_of_the_store_says_why_and_who_is_on_it(
    store: Store, viewer: TillViewer
) -> None:
    line = {"till-4": measures(6.4)}
    for seconds in (0, 60):
        store.now = later(seconds)
        for command in store.gateway.floor.instructions.look(line, store.now):
            store._do(command)
    (order,) = viewer.orders(ZH)
    assert (order.text, order.why) == ("请再开一个收银台", "Till-4 · 预计要等 6 分钟")
    assert (order.by, order.given_ms) == (None, store.now.wall_ms)
    store.post(ev.InstructionAcknowledgedAtBoard(order.instruction, "王店长"))
    assert viewer.orders(EN)[0].by == "王店长"
