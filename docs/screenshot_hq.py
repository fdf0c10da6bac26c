"""Takes the pictures of HQ in docs/pictures/: `python docs/screenshot_hq.py`.

A small HQ is set up in a temporary folder, fed with seeded feedback through the real intake, and
looked at with Debian's chromium.
"""

from __future__ import annotations

import base64
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import screenshot_rulebook as rules
import screenshot_tills as tills
import uvicorn
from nacl.public import PublicKey, SealedBox
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from hq_server import migrations
from hq_server.accounts.roles import Role
from hq_server.accounts.scope import EVERYTHING
from hq_server.accounts.service import Accounts, SignedIn
from hq_server.cases.case import Filter, Step
from hq_server.cases.service import Cases, StepTaken
from hq_server.clock import utc_now
from hq_server.database import Database, new_id
from hq_server.devices import service as devices
from hq_server.devices.service import Store
from hq_server.feedback import contact
from hq_server.ingest.intake import Intake, Taken
from hq_server.ingest.lease import Lease
from hq_server.ledger import service as ledger
from hq_server.problems.problem import problem_id
from hq_server.settings import Settings
from hq_server.sla import policy
from hq_server.surveys import document
from hq_server.surveys import service as surveys
from hq_server.surveys.service import CHAIN, Place, PlaceKind, Signed
from hq_server.web.app import create_app
from protocols import case_code, topics, wire
from protocols.events import Event
from protocols.messages import (
    AlarmAcknowledged,
    AlarmRaised,
    Batch,
    Clock,
    ClockQuality,
    DeviceState,
    GatewayState,
    Lane,
    Mark,
    Misuse,
    Offer,
    Outcome,
    ProblemVote,
    Reason,
    Replayed,
    Response,
    Stream,
    StreamAccount,
    Vote,
)

PICTURES = Path(__file__).resolve().parent / "pictures"
PASSWORD = "only for this picture"  # noqa: S105 - of a database that lives for seconds
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"]
DESKTOP = ViewportSize(width=1440, height=1000)
MOBILE = ViewportSize(width=390, height=844)

SHOPPER = ("note", "thanks", "track", "confirm")
WORDS = {"zh-CN": "结账排队太久，只开了两个通道", "en": "The queue was long, two tills open"}
FIGURES: dict[str, object] = {
    "events": 41_873, "duplicates": 26, "brokers": 2, "brokers_connected": 2,
    "committed_at": time.time() - 2,
}  # fmt: skip
STORES = {
    "zz-jinshui": {"zh-CN": "郑州金水店", "en": "Zhengzhou Jinshui"},
    "xc-times": {"zh-CN": "许昌时代广场店", "en": "Xuchang Times Square"},
    "xx-square": {"zh-CN": "新乡大胖店", "en": "Xinxiang Square"},
}
TOUCHPOINTS = {
    "till-3": {"zh-CN": "3 号收银台", "en": "Till 3"},
    "fresh": {"zh-CN": "生鲜称重", "en": "Fresh weighing"},
    "service": {"zh-CN": "服务台", "en": "Service desk"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One visit: when, where, and what was said."""

    minutes_ago: int
    store: str
    touchpoint: str
    rating: int | None
    note: str | None = None
    reasons: tuple[tuple[str, bool], ...] = ()
    receipt: tuple[str, str] | None = None
    wants_contact: bool = False
    alarm_taken_by: str | None = None
    language: str = "zh-CN"
    nps: int | None = None
    outcome: Outcome = Outcome.RATED
    mark: Misuse | None = None


_SCORED = (Outcome.RATED, Outcome.ABANDONED)
VISITS = (
    Said(minutes_ago=38, store="zz-jinshui", touchpoint="till-3", rating=1,
         note="婴儿面霜用后过敏，脸上起红疹，怀疑是假货，要求退款",
         reasons=(("allergy", True), ("refund", False)), receipt=("2611-0042-1187", "168.00"),
         wants_contact=True, alarm_taken_by="李店长"),
    Said(minutes_ago=66, store="xc-times", touchpoint="fresh", rating=1,
         note="熟食区的酸奶过期三天还在架上", reasons=(("expired", True),)),
    Said(minutes_ago=95, store="xc-times", touchpoint="till-3", rating=2,
         note="收银排队 25 分钟，只开了两个通道", reasons=(("queue_checkout", False),),
         receipt=("2611-0042-0933", "86.50")),
    Said(minutes_ago=140, store="xx-square", touchpoint="service", rating=2,
         note="员工态度冷淡，拒绝开发票", reasons=(("service_attitude", False),)),
    Said(minutes_ago=185, store="zz-jinshui", touchpoint="till-3", rating=3,
         note="送货快，但是包装破了", reasons=(("packaging", False),)),
    Said(minutes_ago=300, store="xc-times", touchpoint="service", rating=4,
         note="建议增加老花镜和放大镜"),
    Said(minutes_ago=320, store="xx-square", touchpoint="service", rating=3,
         note="Where can I see my membership points?", language="en", wants_contact=True),
    Said(minutes_ago=410, store="xx-square", touchpoint="fresh", rating=2,
         reasons=(("freshness", False), ("price_tag", False)), receipt=("2611-0077-0412", "42.80")),
    Said(minutes_ago=12, store="zz-jinshui", touchpoint="till-3", rating=5),
    Said(minutes_ago=9, store="xc-times", touchpoint="fresh", rating=5,
         reasons=(("service_attitude", False),)),
    Said(minutes_ago=4, store="xx-square", touchpoint="till-3", rating=4),
    Said(minutes_ago=200, store="xc-times", touchpoint="fresh", rating=2,
         note="生鲜称重排队太久", reasons=(("queue_checkout", False),)),
    Said(minutes_ago=210, store="xc-times", touchpoint="fresh", rating=2,
         reasons=(("queue_checkout", False),)),
    Said(minutes_ago=230, store="xc-times", touchpoint="fresh", rating=1,
         reasons=(("price_tag", False),)),
    Said(minutes_ago=240, store="zz-jinshui", touchpoint="till-3", rating=5, mark=Misuse.MASH),
    Said(minutes_ago=241, store="zz-jinshui", touchpoint="till-3", rating=5,
         mark=Misuse.AFTER_SALE),
    Said(minutes_ago=250, store="zz-jinshui", touchpoint="service", rating=None, nps=9),
    Said(minutes_ago=255, store="xc-times", touchpoint="service", rating=None, nps=10),
    Said(minutes_ago=260, store="xc-times", touchpoint="service", rating=None, nps=7),
    *(Said(minutes_ago=300 + n + 1440 * (n % 5), store=store, touchpoint="till-3",
           rating=5 if outcome in _SCORED else None, outcome=outcome)
      for store in STORES for n, outcome in enumerate(
          (*[Outcome.RATED] * 9, Outcome.SKIPPED, Outcome.TIMED_OUT, Outcome.ABANDONED))),
)  # fmt: skip


class Chain:
    """Feeds an HQ as gateways would."""

    def __init__(self, database: Database, settings: Settings, now: datetime) -> None:
        """Register the stores."""
        self._database = database
        self._intake = Intake(policy.shipped(), settings.zone, 20)
        key = base64.b64decode(contact.public_key(settings.data_dir))
        self._box = SealedBox(PublicKey(key))
        self._now = now
        self._seq: dict[Stream, int] = {}
        with database.writing() as connection:
            for id_, names in STORES.items():
                store = Store(id=id_, names=names, touchpoints=TOUCHPOINTS)
                devices.add_store(connection, store, now)
                devices.add_gateway(connection, f"{id_}-gateway", id_, now)

    def say(self, said: Said, number: int) -> None:
        """Bring a visit, its receipt and its alarm to HQ."""
        happened = self._now - timedelta(minutes=said.minutes_ago)
        response = new_id()
        base: dict[str, Any] = {"store": said.store, "touchpoint": said.touchpoint}
        kiosk = Stream(
            device=f"{said.store}-kiosk-1",
            epoch="5f0c",
            lane=Lane.URGENT if said.note else Lane.BULK,
        )
        sealed = base64.b64encode(self._box.encrypt(b"138 0013 8000")).decode()
        event = Response(
            **base, id=new_id(), at=_clock(happened), response=response, rev=1,
            outcome=said.outcome, survey="visit", survey_version=1, language=said.language,
            rating=said.rating, nps=said.nps, note=said.note,
            promised_ms=_promised(happened) if said.note else None,
            marks=(Mark(misuse=said.mark, weight=0),) if said.mark else (),
            reasons=tuple(Reason(id=t, topic=t, urgent=urgent) for t, urgent in said.reasons),
            contact_sealed=sealed if said.wants_contact else None,
            contact_consent=said.wants_contact,
            code=case_code.mint(7919 * 104729 * (number + 3)) if said.note else None, final=True,
        )  # fmt: skip
        self._send(said.store, kiosk, happened, event)
        own = self._own_events(said, response, base, happened)
        if own:
            stream = Stream(device=f"{said.store}-gateway", epoch="77aa", lane=Lane.URGENT)
            self._send(said.store, stream, happened + timedelta(minutes=6), *own)

    def _own_events(
        self, said: Said, response: str, base: dict[str, Any], happened: datetime
    ) -> list[Event]:
        events: list[Event] = []
        if said.receipt:
            goods = tills.GOODS if said.alarm_taken_by else ()
            at = _clock(happened - timedelta(seconds=40))
            events += tills.receipt(base, at, response, said.receipt, goods)
        elif said.note and said.touchpoint == "till-3":
            events.append(tills.why_none(said.store, response, _clock(happened)))
        if said.alarm_taken_by:
            alarm = new_id()
            raised, taken = happened + timedelta(seconds=1), happened + timedelta(minutes=5)
            events.append(AlarmRaised(**base, id=new_id(), at=_clock(raised), alarm=alarm,
                                      response=response, evidence=("zh.allergy",)))  # fmt: skip
            events.append(AlarmAcknowledged(**base, id=new_id(), at=_clock(taken), alarm=alarm,
                                            response=response, by=said.alarm_taken_by))  # fmt: skip
        return events

    def _send(self, store: str, stream: Stream, received: datetime, *events: Event) -> None:
        first = self._seq.get(stream, 0) + 1
        self._seq[stream] = first + len(events) - 1
        raw = tuple(wire.encode_event(event) for event in events)
        self._publish(store, Batch(stream=stream, first=first, floor=1, events=raw), received)

    def vote(self) -> None:
        """Let shoppers say that a queue is fixed now."""
        store = "xc-times"
        stream = Stream(device=f"{store}-kiosk-2", epoch="5f0c", lane=Lane.BULK)
        place, topic = "fresh", "queue_checkout"
        votes = [
            ProblemVote(id=new_id(), store=store, at=_clock(self._now - timedelta(minutes=30 - n)),
                        problem=problem_id(store, topic, place), topic=topic, place=place,
                        vote=Vote.FIXED if n > 1 else Vote.ME_TOO)
            for n in range(5)
        ]  # fmt: skip
        self._send(store, stream, self._now, *votes)

    def instruct(self) -> None:
        """Tell a store to open another till, twice."""
        store = "xc-times"
        moments = (_clock(self._now - timedelta(minutes=minutes)) for minutes in (190, 22, 21, 178))
        own = Stream(device=f"{store}-gateway", epoch="77aa", lane=Lane.URGENT)
        self._send(store, own, self._now, *tills.instructions(store, *moments))

    def damage(self) -> None:
        """Bring an event that nobody can read."""
        stream = Stream(device="zz-jinshui-kiosk-2", epoch="9c21", lane=Lane.BULK)
        batch = Batch(
            stream=stream, first=1, floor=1, events=(b'{"type":"response","v":1,\x00\xff',)
        )
        self._publish("zz-jinshui", batch, self._now - timedelta(minutes=51))

    def presence(self) -> None:
        """Bring what gateways say of themselves."""
        for store in STORES:
            online, at = store != "xx-square", _clock(self._now)
            kiosk = DeviceState(device=f"{store}-kiosk-1", epoch="5f0c", at=at, waiting=0,
                                program="storeloop-kiosk 0.1.0", touchpoint="till-3",
                                survey_version=2,
                                accepted={Lane.BULK: 4, Lane.URGENT: 3},
                                streams=self._accounts(f"{store}-kiosk-1", online))  # fmt: skip
            state = GatewayState(gateway=f"{store}-gateway", store=store, epoch="77aa", at=at,
                                 online=True, program="storeloop-gateway 0.1.0",
                                 waiting=0 if online else 14, devices=(kiosk,),
                                 readers=tills.readers(self._now) if online else (),
                                 **rules.said(store),
                                 streams=self._accounts(f"{store}-gateway", online))  # fmt: skip
            self._publish_state(state)
            if not online:
                self._publish_state(GatewayState(gateway=state.gateway, store=store, epoch="77aa",
                                                 at=at, online=False))  # fmt: skip

    def _accounts(self, device: str, online: bool) -> tuple[StreamAccount, ...]:
        """Return what a device says of its streams; offline, something waits in each."""
        waiting = 0 if online else 9
        since = int((self._now - timedelta(hours=2, minutes=10)).timestamp() * 1000)
        return tuple(
            StreamAccount(
                epoch=stream.epoch, lane=stream.lane, committed=seq, accepted=seq + waiting,
                oldest_waiting_ms=since if waiting else None,
            )
            for stream, seq in self._seq.items() if stream.device == device
        )  # fmt: skip

    def lose(self) -> None:
        """Let HQ's database and a gateway each have lost something, and have it again."""
        store = "zz-jinshui"
        stream = Stream(device=f"{store}-kiosk-1", epoch="5f0c", lane=Lane.BULK)
        seq = self._seq[stream]
        offer = Offer(stream=stream, oldest=1, head=seq + 1, floor=1, known=seq + 1, nonce=1)
        self._publish(store, offer, self._now)
        self.say(Said(minutes_ago=6, store=store, touchpoint="till-3", rating=5), len(VISITS))
        event = Replayed(id=new_id(), store=store, at=_clock(self._now), stream=stream, first=1,
                         last=seq)  # fmt: skip
        own = Stream(device=f"{store}-gateway", epoch="77aa", lane=Lane.BULK)
        self._send(store, own, self._now, event)
        with self._database.writing() as connection:
            ledger.close_healed(connection, self._now)

    def _publish_state(self, state: GatewayState) -> None:
        topic = topics.state(state.gateway)
        self._take(Taken(topic=topic, payload=wire.encode(state), received_at=self._now))

    def _publish(self, store: str, message: Batch | Offer, received: datetime) -> None:
        topic = topics.up(f"{store}-gateway")
        self._take(Taken(topic=topic, payload=wire.encode(message), received_at=received))

    def _take(self, taken: Taken) -> None:
        with self._database.writing() as connection:
            self._intake.take(connection, [taken], taken.received_at)


def _promised(happened: datetime) -> int:
    return int((happened + timedelta(hours=1)).timestamp() * 1000)


def _clock(at: datetime) -> Clock:
    wall = int(at.timestamp() * 1000)
    return Clock(boot="b1", mono_ms=wall % 10**9, wall_ms=wall, quality=ClockQuality.SYNCED)


def publish(database: Database, now: datetime) -> None:
    """Publish a survey everywhere, and the next version of it in one store."""
    store = Place(kind=PlaceKind.STORE, id="xc-times")
    for place, note, hours in ((CHAIN, "开业问卷", 72), (store, "生鲜区试用一周", 3)):
        signed = Signed(author="wang.min", note=note, at=now - timedelta(hours=hours))
        with database.writing() as connection:
            made_from = None if place == CHAIN else 2
            number = surveys.save(connection, document.first(), signed, made_from)
            surveys.publish(connection, number, [place], signed)


def work_on(cases: Cases) -> None:
    """Take some steps, as agents would have."""
    agent = SignedIn(name="wang.min", role=Role.ADMIN, scope=EVERYTHING, csrf="", session_id="")
    rows = {row["note"] or "": row for row in cases.listed(agent, Filter(status="open"))}
    steps: dict[str, list[tuple[Step, str | None]]] = {
        "婴儿": [
            (Step.ACKNOWLEDGE, None),
            (Step.CONTACT, "已致电顾客，宝宝已就医，情况稳定。约定今天下午到店处理。"),
        ],
        "员工": [(Step.ACKNOWLEDGE, None)],
        "送货": [
            (Step.ACKNOWLEDGE, None),
            (Step.PROPOSE, "为顾客换新一箱，并请供应链复查外箱缓冲。"),
        ],
    }
    for start, taken in steps.items():
        row = next(row for note, row in rows.items() if note.startswith(start))
        for number, (step, note) in enumerate(taken):
            given = StepTaken(step=step, version=row["version"] + number, note=note)
            cases.take_step(agent, row["id"], given)


@contextmanager
def running_hq(folder: Path) -> Iterator[str]:
    """Run an HQ with feedback in it; yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    settings = Settings(data_dir=folder, public_url=f"http://127.0.0.1:{port}")
    database = Database(settings.database)
    migrations.migrate(database)
    chain = Chain(database, settings, datetime.now(UTC))
    chain.damage()
    for number, said in enumerate(VISITS):
        chain.say(said, number)
    chain.vote()
    chain.instruct()
    chain.lose()
    publish(database, datetime.now(UTC))
    rules.prepare(database, datetime.now(UTC))
    chain.presence()
    Lease(database, "hq", utc_now, lambda: FIGURES).take()
    app = create_app(settings, database, utc_now)
    accounts: Accounts = app.state.accounts
    accounts.add("wang.min", Role.ADMIN, [], PASSWORD)
    work_on(app.state.cases)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield settings.public_url
    finally:
        server.should_exit = True
        thread.join()
        database.close()


def look(browser: Browser, address: str, language: str) -> None:
    """Take all pictures of a language."""
    short = language[:2]
    context = browser.new_context(viewport=DESKTOP, locale=language)
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.fill("#name", "wang.min")
    page.fill("#password", PASSWORD)
    page.click("form.card button")
    _both(page, f"{address}/cases", f"hq-cases-{short}")
    href = page.locator(".case-row", has_text="婴儿").get_attribute("href")
    _both(page, f"{address}{href}", f"hq-case-{short}")
    for name in ("feedback", "insights", "fleet", "ledger", "dead-letters"):
        _both(page, f"{address}/{name}", f"hq-{name}-{short}")
    _both(page, f"{address}/problems?store=xc-times", f"hq-problems-{short}")
    for name, path in (("surveys", ""), ("survey", "/2"), ("survey-form", "/2/edit")):
        _both(page, f"{address}/surveys{path}", f"hq-{name}-{short}")
    rules.look(page, address, language, _both)
    invite(page, address)
    _both(page, None, f"hq-enrolment-{short}")
    codes = {
        part: page.locator(".case-row", has_text=part).locator(".code").inner_text()
        for part in ("婴儿", "送货")
        if page.goto(f"{address}/cases")
    }
    context.close()
    look_as_shopper(browser, address, language, codes)


def look_as_shopper(browser: Browser, address: str, language: str, codes: dict[str, str]) -> None:
    """Take the pages for shoppers' own phones."""
    short = language[:2]
    context = browser.new_context(viewport=MOBILE, locale=language, device_scale_factor=2)
    page = context.new_page()
    pages = {
        "track": f"/t/{codes['婴儿']}",
        "confirm": f"/t/{codes['送货']}",
        "code": "/t",
        "note": "/n/zz-jinshui/till-3",
    }
    for name, path in pages.items():
        page.goto(f"{address}{path}")
        page.screenshot(path=PICTURES / f"shopper-{name}-{short}.png")
    page.fill("#text", WORDS[language])
    page.click("button.key-first")
    page.screenshot(path=PICTURES / f"shopper-thanks-{short}.png")
    side_by_side([f"shopper-{name}-{short}" for name in SHOPPER], f"shopper-pages-{short}")
    page.set_viewport_size(DESKTOP)
    page.goto(f"{address}{pages['confirm']}")
    page.screenshot(path=PICTURES / f"shopper-confirm-{short}-desktop.png", scale="css")
    context.close()


def side_by_side(names: list[str], into: str) -> None:
    """Put pictures of phones into one."""
    shots = [Image.open(PICTURES / f"{name}.png").convert("RGB") for name in names]
    gap, width, height = 24, shots[0].width, shots[0].height
    size = (len(shots) * (width + gap) + gap, height + 2 * gap)
    sheet = Image.new("RGB", size, (206, 212, 218))
    for number, shot in enumerate(shots):
        sheet.paste(shot, (gap + number * (width + gap), gap))
    sheet.resize((size[0] // 2, size[1] // 2), Image.Resampling.LANCZOS).save(
        PICTURES / f"{into}.png", optimize=True
    )


def invite(page: Page, address: str) -> None:
    """Get a one-time code for a kiosk."""
    page.goto(f"{address}/enrolment")
    page.select_option("select[name=store]", "zz-jinshui")
    page.fill("input[name=device]", "zz-jinshui-kiosk-3")
    page.fill("input[name=touchpoint]", "fresh")
    page.fill("input[name=address]", "ws://192.168.1.10:8081")
    page.locator("form[action='/enrolment'] button").click()
    page.wait_for_load_state()


def _both(page: Page, address: str | None, name: str) -> None:
    """Take a page as on a desk, and as on a telephone; None: the one that is open."""
    if address:
        page.goto(address)
    page.evaluate("document.fonts.ready")
    page.screenshot(path=PICTURES / f"{name}.png")
    page.set_viewport_size(MOBILE)
    page.screenshot(path=PICTURES / f"{name}-mobile.png")
    page.set_viewport_size(DESKTOP)


def main() -> None:
    """Take the pictures."""
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_hq(Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        for language in ("zh-CN", "en"):
            look(browser, address, language)
        browser.close()


if __name__ == "__main__":
    main()
