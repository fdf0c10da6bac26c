from pathlib import Path

import msgspec
import pytest

from edge_gateway import events as ev
from edge_gateway.board.view import Viewer
from edge_gateway.board.words import Words
from edge_gateway.devices import Devices
from edge_gateway.refusals import Kind
from protocols.briefs import BriefKind, Problem, Problems
from protocols.messages import DeviceState, HqState, Instruction, Mark, Misuse, Offer
from tests.edge_gateway.field import START, Store, batch, brief, later, response, stream
from tests.edge_gateway.running import configured

ZH, EN = Words("zh-CN"), Words("en")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@pytest.fixture
def viewer(store: Store, tmp_path: Path) -> Viewer:
    settings = configured(tmp_path)
    return Viewer(store.gateway, settings, Devices(settings))


def test_an_alarm_is_shown_in_words_until_somebody_takes_charge(
    store: Store, viewer: Viewer
) -> None:
    store.hand_over(response(1, rating=1, urgent=True, code="7Q3K-M2XA"))
    (card,) = viewer.view(EN, store.now).standing
    assert (card.place, card.topics, card.code) == ("Till 4", ("Allergy",), "7Q3K-M2XA")
    assert viewer.view(ZH, store.now).standing[0].place == "4 号收银台"
    store.post(ev.AlarmAcknowledgedAtBoard(card.alarm, "王店长"))
    view = viewer.view(EN, store.now)
    assert view.standing == ()
    assert view.taken[0].by == "王店长"


def test_the_link_and_what_waits(store: Store, viewer: Viewer) -> None:
    store.hand_over(response(1), response(2))
    cut = viewer.view(EN, store.now)
    assert (cut.hq_there, cut.waiting) == (False, 2)
    assert cut.hq.startswith("HQ cut off since ")
    store.post(ev.HqStateArrived("i", HqState(online=True, boot="b")))
    assert viewer.view(EN, store.now).hq == "HQ connected"


def test_the_day_in_figures(store: Store, viewer: Viewer) -> None:
    assert viewer.view(EN, store.now).satisfied is None
    store.hand_over(*(response(n, rating=r) for n, r in enumerate((5, 4, 4, 1), 1)))
    view = viewer.view(EN, store.now)
    assert (view.taps, view.satisfied) == (4, 75)
    assert [(bar.score, bar.taps) for bar in view.bars] == [(5, 1), (4, 2), (3, 0), (2, 0), (1, 1)]
    assert [line.score for line in view.latest] == [1, 4, 4, 5]


def test_devices(store: Store, viewer: Viewer) -> None:
    store.post(ev.DeviceConnected("k1"))
    view = viewer.view(EN, store.now)
    assert [(line.name, line.well) for line in view.devices] == [
        ("Till 4", True),
        ("k2", False),
    ]


def test_an_instruction_is_shown_while_it_holds(store: Store, viewer: Viewer) -> None:
    until = START.wall_ms + 60_000
    order = Instruction(instruction="i", text={"en": "Open another till"}, until_ms=until)
    store.post(ev.InstructionArrived(order))
    assert viewer.view(EN, store.now).instructions == ("Open another till",)
    assert viewer.view(EN, later(61)).instructions == ()


def test_d5_what_was_lost_and_is_sent_again_is_a_quiet_line(store: Store, viewer: Viewer) -> None:
    assert viewer.view(EN, store.now).replay is None
    of = stream()
    held = Offer(stream=of, oldest=1, head=3, floor=1, known=0, nonce=1, told=3)
    store.post(ev.OfferArrived("k1", held))
    lost = viewer.view(EN, store.now)
    assert lost.replay == "3 events this gateway lost are being sent again"
    assert lost.storage is None
    store.post(ev.BatchArrived("k1", batch(*(response(n) for n in (1, 2, 3)))))
    back = viewer.view(ZH, store.now).replay
    assert back is not None
    assert back.startswith("设备已补发 3 条记录")
    assert viewer.view(ZH, later(25 * 3600)).replay is None


def test_a_device_that_misbehaves_is_shown_as_such(store: Store, viewer: Viewer) -> None:
    for device in ("k1", "k2"):
        store.post(ev.DeviceConnected(device))
    store.post(ev.MalformedArrived("k1", "not a hop message"))
    store.gateway.refusals.note("k2", Kind.SHARE, "", store.now)
    shown = {line.name: (line.well, line.state) for line in viewer.view(EN, store.now).devices}
    assert shown == {
        "Till 4": (False, "messages refused: 1"),
        "k2": (False, "sends too much, has to wait"),
    }
    an_hour_on = viewer.view(EN, later(3_700))
    assert {line.state for line in an_hour_on.devices} == {"online"}


def test_what_hq_told_is_shown_quietly(store: Store, viewer: Viewer) -> None:
    assert viewer.view(EN, store.now).problems == ()
    problem = Problem(
        problem="p1",
        topic="queue",
        text={"zh-CN": "排队太久", "en": "Long queues"},
        ask={"en": "Still?"},
        touchpoint="till-4",
        voices=3,
    )
    store.post(ev.BriefArrived(brief(BriefKind.PROBLEMS, Problems(problems=(problem,)))))
    (line,) = viewer.view(EN, store.now).problems
    assert (line.text, line.place, line.voices) == ("Long queues", "Till 4", 3)
    assert viewer.view(ZH, store.now).problems[0].text == "排队太久"


def test_a_kiosk_says_which_survey_it_shows(store: Store, viewer: Viewer) -> None:
    store.post(ev.DeviceConnected("k1"))
    state = DeviceState(
        device="k1", epoch="e", program="t", accepted={}, waiting=0, at=START, survey_version=12
    )
    store.post(ev.DeviceStateArrived("k1", state))
    lines = viewer.view(EN, store.now).devices
    assert [one.survey for one in lines] == [12, None]


def test_the_share_of_doubted_ratings_is_shown_when_there_are_any(
    store: Store, viewer: Viewer
) -> None:
    marks = (Mark(misuse=Misuse.MASH, weight=0.0),)
    store.hand_over(response(1), response(2), response(3))
    assert viewer.view(EN, store.now).doubted is None
    store.hand_over(msgspec.structs.replace(response(4), marks=marks))
    assert viewer.view(EN, store.now).doubted == "25% doubted, and marked"
