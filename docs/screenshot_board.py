"""Takes the pictures of the store manager's board: a real gateway, kiosks, a till, and an alarm.

    .venv/bin/python docs/screenshot_board.py

writes docs/pictures/board-calm-{zh,en}.png and board-alarm-{zh,en}.png (a wall tablet), and
board-phone-{zh,en}.png with HQ out of reach.
"""

from __future__ import annotations

import contextlib
import hashlib
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import uuid_utils
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from playwright.sync_api import Browser, Page, sync_playwright
from websockets.sync.client import ClientConnection, connect

from edge_gateway.board.sign_in import hasher
from edge_gateway.clock import SystemClock
from protocols import case_code, signing, topics, wire
from protocols.briefs import BriefKind, Problem, Problems
from protocols.messages import (
    Batch,
    Brief,
    Committed,
    DeviceState,
    HqState,
    Lane,
    Mark,
    Misuse,
    Offer,
    Outcome,
    Reason,
    Response,
    Stored,
    Stream,
)
from simulator.broker import EmbeddedBroker, free_port
from simulator.pty_line import PtyLine

PICTURES = Path(__file__).parent / "pictures"
PIN = "2468"
KIOSKS = {
    "kiosk-1": ("till-3", "3 号收银台", "Till 3"),
    "kiosk-2": ("till-4", "4 号收银台", "Till 4"),
    "kiosk-3": ("fresh", "生鲜称重", "Fresh weighing"),
    "kiosk-4": ("fitting", "试衣间", "Fitting room"),
}
# The port of the last is not there.
READERS = {
    "printer-3": ("till-3", "escpos", "idle_s = 0.2\n"),
    "scanner-3": ("till-3", "scanner", ""),
    "printer-4": ("till-4", "escpos", ""),
    "keypad-4": ("till-4", "keypad", 'profile = "ascii_digit"\n'),
    "printer-5": ("fresh", "escpos", ""),
}
CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
CLOCK = SystemClock()
HQ_KEY = bytes(signing.PRIVATE_KEY_BYTES)
# One of HQ's, and one of a kiosk that has none of those left.
CODES = (case_code.block_code(HQ_KEY, 1), case_code.mint_random(0x5A17C3D92E8B41))
PROBLEMS = Problems(
    problems=tuple(
        Problem(
            problem=f"p{number}",
            topic=topic,
            text={"zh-CN": zh, "en": en},
            ask={"zh-CN": f"{zh}？", "en": f"{en}?"},
            touchpoint=place,
            voices=voices,
        )
        for number, (topic, zh, en, place, voices) in enumerate(
            (
                ("queue_weighing", "生鲜称重 · 排队", "Fresh weighing · queues", "fresh", 14),
                ("price_tag", "货架价签与收银不一致", "Shelf price differs at the till", None, 5),
            )
        )
    )
)


class Hq:
    """Answers what comes up, as HQ's ingest would."""

    def __init__(self, port: int) -> None:
        self._through: dict[Stream, int] = {}
        self._client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        self._client.on_message = self._take
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        self._client.subscribe(topics.up_all(), qos=1)
        self.be(online=True)

    def be(self, *, online: bool) -> None:
        """Come or go."""
        state = wire.encode(HqState(online=online, boot="b1"))
        self._client.publish(topics.hq("i1"), state, qos=1, retain=True).wait_for_publish(5)
        if not online:
            self._client.unsubscribe(topics.up_all())

    def tell(self, gateway: str, store: str, problems: Problems) -> None:
        """Tell a store its open problems."""
        body = wire.encode_brief_body(problems)
        signature = signing.sign(HQ_KEY, BriefKind.PROBLEMS, store, "1", body)
        brief = Brief(kind=BriefKind.PROBLEMS, version="1", body=body, signature=signature)
        told = self._client.publish(topics.down(gateway), wire.encode(brief), qos=1)
        told.wait_for_publish(5)

    def _take(self, client: Client, _data: object, message: MQTTMessage) -> None:
        sent = wire.decode(bytes(message.payload))
        if not isinstance(sent, Offer | Batch):
            return
        through = self._through.get(sent.stream, 0)
        if isinstance(sent, Batch) and sent.first <= through + 1:
            through = max(through, sent.first + len(sent.events) - 1)
        self._through[sent.stream] = through
        nonce = sent.nonce if isinstance(sent, Offer) else 0
        gateway = topics.parse_up(message.topic).gateway
        answer = wire.encode(Committed(stream=sent.stream, through=through, nonce=nonce))
        client.publish(topics.down(gateway), answer, qos=1)


class Kiosk:
    """A device that hands over one response at a time."""

    def __init__(self, url: str, device: str) -> None:
        self._device = device
        self._seqs = dict.fromkeys(Lane, 0)
        headers = {"Authorization": f"Bearer {token(device)}"}
        self._link: ClientConnection = connect(
            f"{url}/devices/{device}", additional_headers=headers, legacy=True
        )
        state = DeviceState(
            device=device,
            epoch="e1",
            program="storeloop-kiosk",
            accepted={},
            waiting=0,
            at=CLOCK.now(),
            survey_version=12,
        )
        self._link.send(wire.encode(state))

    def give(
        self,
        rating: int,
        *reasons: str,
        note: str | None = None,
        code: str | None = None,
        marks: tuple[Mark, ...] = (),
    ) -> None:
        """Hand over one visit."""
        lane = Lane.URGENT if note or code else Lane.BULK
        stream = Stream(device=self._device, epoch="e1", lane=lane)
        if self._seqs[lane] == 0:
            offer = Offer(stream=stream, oldest=1, head=1, floor=1, known=0, nonce=1)
            self._link.send(wire.encode(offer))
            while not self._answered():
                pass
        self._seqs[lane] += 1
        visit = Response(
            id=str(uuid_utils.uuid7()),
            store="chengbei",
            at=CLOCK.now(),
            touchpoint=KIOSKS[self._device][0],
            response=str(uuid_utils.uuid7()),
            rev=1,
            outcome=Outcome.RATED,
            survey="store",
            survey_version=1,
            language="zh-CN",
            rating=rating,
            reasons=tuple(Reason(id=one, topic=one) for one in reasons),
            note=note,
            code=code,
            marks=marks,
            final=True,
        )
        events = (wire.encode_event(visit),)
        batch = Batch(stream=stream, first=self._seqs[lane], floor=1, events=events)
        self._link.send(wire.encode(batch))
        time.sleep(0.03)

    def _answered(self) -> bool:
        answer = wire.decode(bytes(self._link.recv(decode=False)))
        return isinstance(answer, Stored) and answer.nonce != 0


def token(device: str) -> str:
    """Return the token of a kiosk of these pictures."""
    return hashlib.sha256(device.encode()).hexdigest()


@contextlib.contextmanager
def gateway(folder: Path, broker_port: int) -> Iterator[int]:
    """Run the real program; give the port of its board."""
    port = free_port()
    devices = "".join(
        f'[[devices]]\nid = "{device}"\ntouchpoint = "{place}"\n'
        f'name = {{ zh-CN = "{zh}", en = "{en}" }}\ntoken = "{token(device)}"\n'
        for device, (place, zh, en) in KIOSKS.items()
    )
    config = folder / "gateway.toml"
    config.write_text(
        'gateway = "g1"\nstore = "chengbei"\ndata_dir = "data"\n'
        f'hq_verify_key = "{signing.verify_key(HQ_KEY)}"\n'
        'store_name = { zh-CN = "云杉超市 · 城北店", en = "Spruce Market · North" }\n'
        f"[listen]\nport = {port}\n[broker]\nport = {broker_port}\n"
        f"[board]\npin_hash = '{hasher().hash(PIN)}'\n{devices}"
        + "".join(
            f'[[readers]]\nname = "{name}"\ndriver = "{driver}"\nport = "{folder / name}"\n'
            f'till = "{place}"\n{more}'
            for name, (place, driver, more) in READERS.items()
        ),
        encoding="utf-8",
    )
    program = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "edge_gateway", "run", "--config", str(config)],
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(100):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=1).close()
                break
            time.sleep(0.1)
        yield port
    finally:
        program.terminate()
        program.wait(5)


def print_receipt(till: PtyLine, number: str, total: str) -> None:
    """Print as the till of these pictures does."""
    lines = f"云杉超市 城北店\n单号: {number}\n东北大米 5kg  1  39.90\n合计: {total}\n"
    till.send(b"\x1b@" + lines.encode("gb18030") + b"\n\n\x1dV\x01")
    time.sleep(0.3)


def an_afternoon(kiosks: dict[str, Kiosk], till: PtyLine) -> None:
    """Let shoppers come by."""
    for number in range(46):
        kiosks[("kiosk-1", "kiosk-2", "kiosk-3")[number % 3]].give(
            (5, 4, 5, 5, 4, 3, 5, 4)[number % 8]
        )
    mashed = (Mark(misuse=Misuse.MASH, weight=0.0),)
    for _ in range(2):
        kiosks["kiosk-3"].give(5, marks=mashed)
    kiosks["kiosk-2"].give(2, "queue_checkout", "staff_absent")
    kiosks["kiosk-3"].give(3, "price_tag")
    print_receipt(till, "20261121-0418", "39.90")
    kiosks["kiosk-1"].give(5, "service_attitude")
    kiosks["kiosk-2"].give(4)
    print_receipt(till, "20261121-0419", "126.50")
    kiosks["kiosk-1"].give(2, "queue_checkout")
    kiosks["kiosk-3"].give(5, "freshness")


def sign_in(page: Page, port: int, language: str) -> None:
    """Come in, and wait until the page is live."""
    page.goto(f"http://127.0.0.1:{port}/board/sign-in?lang={language}")
    page.fill("#pin", PIN)
    page.click("button.go")
    page.wait_for_selector("#live .panels")


def picture(browser: Browser, port: int, name: str, language: str, size: tuple[int, int]) -> None:
    """Take one picture."""
    phone = size[0] < 600
    page = browser.new_page(
        viewport={"width": size[0], "height": size[1]}, device_scale_factor=2 if phone else 1
    )
    sign_in(page, port, language)
    page.click("#sound")
    page.wait_for_timeout(700)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=phone)
    page.close()


def main() -> None:
    """Take all pictures."""
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedBroker() as broker,
        sync_playwright() as playwright,
        contextlib.ExitStack() as at_the_end,
    ):
        lines = {name: PtyLine(Path(folder) / name) for name in list(READERS)[:-1]}
        port = at_the_end.enter_context(gateway(Path(folder), broker.port))
        till = lines["printer-3"]
        hq = Hq(broker.port)
        url = f"ws://127.0.0.1:{port}"
        kiosks = {name: Kiosk(url, name) for name in ("kiosk-1", "kiosk-2", "kiosk-3")}
        an_afternoon(kiosks, till)
        time.sleep(2)
        hq.tell("g1", "chengbei", PROBLEMS)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*CHROMIUM])
        time.sleep(1)
        picture(browser, port, "board-calm-zh", "zh-CN", (1280, 800))
        picture(browser, port, "board-calm-en", "en", (1280, 800))
        kiosks["kiosk-3"].give(1, note="酸奶里有虫子，孩子喝了肚子疼", code=CODES[0])
        time.sleep(3)
        picture(browser, port, "board-alarm-zh", "zh-CN", (1280, 800))
        picture(browser, port, "board-alarm-en", "en", (1280, 800))
        hq.be(online=False)
        kiosks["kiosk-2"].give(
            1,
            note="地上有水，老人在这里滑倒摔伤了",
            code=CODES[1],
        )
        time.sleep(2)
        picture(browser, port, "board-phone-zh", "zh-CN", (390, 844))
        picture(browser, port, "board-phone-en", "en", (390, 844))
        browser.close()


if __name__ == "__main__":
    main()
