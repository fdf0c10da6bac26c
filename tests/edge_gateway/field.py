"""A store in one process: the gateway's core on a real outbox, without threads and sockets."""

from __future__ import annotations

import itertools
from collections import defaultdict
from pathlib import Path
from zoneinfo import ZoneInfo

from edge_gateway import alarm_rows, brief_rows, till_rows
from edge_gateway import events as ev
from edge_gateway.alarms import Alarms
from edge_gateway.briefs import HeldBriefs
from edge_gateway.codes import Reserve
from edge_gateway.gateway import Gateway, Identity, Kept
from edge_gateway.today import Today, day_of
from edge_gateway.wait_radar.rules import Rule
from edge_gateway.writer import BatchesRead, Job, Writer
from grading.grader import grade
from outbox import Outbox
from protocols.briefs import BriefKind, CodeBlock
from protocols.case_code import block_code
from protocols.events import Event
from protocols.messages import (
    Alarm,
    Batch,
    Brief,
    CaseAsked,
    Clock,
    ClockQuality,
    Committed,
    HopMessage,
    Lane,
    Offer,
    Outcome,
    Reason,
    Refused,
    Response,
    Stored,
    Stream,
)
from protocols.readers.events import JobKind, Printed, ReaderEvent
from protocols.signing import PRIVATE_KEY_BYTES, sign, verify_key
from protocols.wire import BriefBody, decode_event, encode_brief_body, encode_event

GATEWAY, STORE = "g1", "s1"
HQ_KEY = bytes(range(PRIVATE_KEY_BYTES))
VERIFY_KEY = verify_key(HQ_KEY)
ZONE = ZoneInfo("Asia/Shanghai")
START = Clock(boot="b1", mono_ms=1_000_000, wall_ms=1_795_320_000_000, quality=ClockQuality.SYNCED)


def later(seconds: float, start: Clock = START) -> Clock:
    """Return the clock after some seconds."""
    ms = round(seconds * 1000)
    return Clock(
        boot=start.boot,
        mono_ms=start.mono_ms + ms,
        wall_ms=start.wall_ms + ms,
        quality=start.quality,
    )


def response(
    number: int = 1,
    *,
    rating: int | None = 3,
    rev: int = 1,
    note: str | None = None,
    urgent: bool = False,
    touchpoint: str | None = "till-4",
    code: str | None = None,
    at: Clock = START,
) -> Response:
    """Return a response with plain ids."""
    reasons = (Reason(id="allergy", topic="allergy", urgent=True),) if urgent else ()
    return Response(
        id=f"e{number}-{rev}",
        store=STORE,
        at=at,
        touchpoint=touchpoint,
        response=f"r{number}",
        rev=rev,
        outcome=Outcome.RATED,
        survey="store",
        survey_version=1,
        language="zh-CN",
        rating=rating,
        reasons=reasons,
        note=note,
        code=code,
    )


def stream(device: str = "k1", lane: Lane = Lane.BULK, epoch: str = "e1") -> Stream:
    """Return a device's stream."""
    return Stream(device=device, epoch=epoch, lane=lane)


def batch(
    *events: Event | bytes, of: Stream | None = None, first: int = 1, floor: int = 1
) -> Batch:
    """Return a batch of events."""
    payloads = tuple(one if isinstance(one, bytes) else encode_event(one) for one in events)
    return Batch(stream=of or stream(), first=first, floor=floor, events=payloads)


def offer(of: Stream, head: int, *, known: int = 0, nonce: int = 1, oldest: int = 1) -> Offer:
    """Return a device's offer."""
    return Offer(stream=of, oldest=oldest, head=head, floor=oldest, known=known, nonce=nonce)


def brief(
    kind: BriefKind, body: BriefBody | bytes, version: str = "1", *, to: str = STORE
) -> Brief:
    """Return a document that HQ signed."""
    said = body if isinstance(body, bytes) else encode_brief_body(body)
    signature = sign(HQ_KEY, kind, to, version, said)
    return Brief(kind=kind, version=version, body=said, signature=signature)


def code_block(block: int = 1, count: int = 300, *, gateway: str = GATEWAY) -> Brief:
    """Return a signed block of case codes; each number has codes of its own."""
    codes = tuple(block_code(HQ_KEY, block * 10_000 + n) for n in range(count))
    body = CodeBlock(block=block, gateway=gateway, codes=codes)
    return brief(BriefKind.CODES, body, f"block-{block}", to=gateway)


class Store:
    """The core and its outbox; what leaves it is collected."""

    def __init__(
        self,
        folder: Path,
        max_bytes: int | None = None,
        quota_bytes: int | None = None,
        rules: tuple[Rule, ...] = (),
    ) -> None:
        """`max_bytes`: how large the file may be; `quota_bytes`: what devices share."""
        self.rules = rules
        self.folder = folder
        self.quota_bytes = quota_bytes
        self.max_bytes = max_bytes
        self.now = START
        self.sent: dict[str, list[HopMessage]] = defaultdict(list)
        self.broadcast: list[HopMessage] = []
        self.published: list[Offer | Batch] = []
        self.asked: list[CaseAsked] = []
        self.states: list[ev.PublishState] = []
        self.shown: list[bool] = []
        self.prompted: list[ev.PromptKeypad | ev.AskPad] = []
        self.left_brokers = 0
        self._ids = itertools.count(1)
        self._open()

    def _open(self) -> None:
        self.outbox = Outbox.open(
            self.folder / "outbox.db", device=GATEWAY, program="test", max_bytes=self.max_bytes
        )
        database = self.outbox.database
        alarm_rows.set_up(database, self.now.wall_ms)
        brief_rows.set_up(database, self.outbox.epoch)
        till_rows.set_up(database, self.now.wall_ms)
        self.writer = Writer(self.outbox, lambda _: None)
        day = alarm_rows.load_day(self.outbox.database, day_of(self.now.wall_ms, ZONE))
        self.gateway = Gateway(
            Identity(
                gateway=GATEWAY, store=STORE, epoch=self.outbox.epoch, program="test", zone=ZONE
            ),
            Kept(
                positions=tuple(self.outbox.positions()),
                quota_bytes=self.quota_bytes,
                alarms=Alarms(
                    alarm_rows.load_alarms(self.outbox.database), grade=grade, new_id=self.new_id
                ),
                today=Today(day),
                briefs=HeldBriefs(GATEWAY, STORE, VERIFY_KEY, brief_rows.load_briefs(database)),
                codes=Reserve(brief_rows.load_codes(database), brief_rows.highest_block(database)),
                sales=tuple(till_rows.load_sales(database)),
                rules=self.rules,
                open_instructions=till_rows.load_open_instructions(database),
            ),
            new_id=self.new_id,
            jitter=lambda: 0.0,
            now=self.now,
        )
        self.jobs: list[Job] = []
        self.held = False
        """While True, jobs wait: the disk is slow."""

    def new_id(self) -> str:
        return f"own-{self.now.mono_ms}-{next(self._ids)}"

    def restart(self) -> None:
        """End without a word and start again from the disk; jobs that wait are lost."""
        self.outbox.close()
        self._open()

    def post(self, event: ev.Event) -> None:
        for command in self.gateway.handle(event, self.now):
            self._do(command)
        if not self.held:
            self.flush()

    def flush(self) -> None:
        """Let the disk do what waits."""
        while self.jobs:
            group, self.jobs = self.jobs, []
            for outcome in self.writer.commit(group):
                if isinstance(outcome, BatchesRead):
                    self.published += outcome.batches
                    continue
                for command in self.gateway.handle(outcome, self.now):
                    self._do(command)

    def _do(self, command: ev.Command) -> None:
        match command:
            case ev.AnswerDevice(device, message):
                self.sent[device].append(message)
            case ev.Broadcast(message):
                self.broadcast.append(message)
            case ev.RefuseDevice(device, why):
                self.sent[device].append(Refused(why=why))
            case ev.Publish(message):
                self.published.append(message)
            case ev.AskHq() | ev.PublishState() | ev.ShowBoard() | ev.LeaveBroker():
                self._note(command)
            case ev.PromptKeypad() | ev.AskPad():
                self.prompted.append(command)
            case _:
                self.jobs.append(command)

    def _note(self, command: ev.AskHq | ev.PublishState | ev.ShowBoard | ev.LeaveBroker) -> None:
        match command:
            case ev.AskHq(asked):
                self.asked.append(asked)
            case ev.PublishState():
                self.states.append(command)
            case ev.ShowBoard(sound):
                self.shown.append(sound)
            case ev.LeaveBroker():
                self.left_brokers += 1

    # --- what a test asks ------------------------------------------------------------------------

    def hand_over(self, *events: Event, lane: Lane = Lane.BULK, device: str = "k1") -> None:
        """Let a device hand over events as the next of its stream."""
        of = stream(device, lane)
        known = {one.stream: one.head for one in self.outbox.positions()}
        if of not in known:
            self.post(ev.OfferArrived(device, offer(of, len(events))))
        self.post(ev.BatchArrived(device, batch(*events, of=of, first=known.get(of, 0) + 1)))

    def read(self, said: ReaderEvent, *, till: str = "4", touchpoint: str = "till-4") -> None:
        """Let a reader of a till tell something."""
        reader = f"{till}-{type(said).__name__.casefold()}"
        self.post(ev.ReaderSpoke(reader=reader, till=till, touchpoint=touchpoint, said=said))

    def print(self, number: str, *, till: str = "4", touchpoint: str = "till-4") -> None:
        """Let a till print a receipt."""
        paper = Printed(kind=JobKind.RECEIPT, number=number, total="14.97", items=3)
        self.read(paper, till=till, touchpoint=touchpoint)

    def stored(self, device: str = "k1") -> list[Stored]:
        return [one for one in self.sent[device] if isinstance(one, Stored)]

    def alarms(self) -> list[Alarm]:
        return [one for one in self.broadcast if isinstance(one, Alarm)]

    def own(self, lane: Lane) -> list[Event]:
        """Return the gateway's own events of a lane."""
        of = self.outbox.stream(lane)
        head = self.outbox.position(of).head
        return [decode_event(one) for one in self.outbox.read(of, 1, head, 10_000_000)]

    def commit(self, of: Stream, through: int, nonce: int = 0) -> None:
        """Let HQ say how far it has a stream."""
        self.post(ev.CommittedArrived(Committed(stream=of, through=through, nonce=nonce)))

    def offers(self) -> list[Offer]:
        return [one for one in self.published if isinstance(one, Offer)]

    def batches(self) -> list[Batch]:
        return [one for one in self.published if isinstance(one, Batch)]

    def answer_offers(self, through: int = 0) -> None:
        """Let HQ answer every offer published so far."""
        offers = {one.stream: one for one in self.offers()}
        self.published = []
        for of, one in offers.items():
            self.commit(of, through, nonce=one.nonce)
