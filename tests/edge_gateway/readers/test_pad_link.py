"""A pad's own firmware and a real gateway, outbox and writer; the line between is two queues."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

from edge_gateway import events as ev
from edge_gateway.clock import SystemClock
from edge_gateway.readers.pad_link import BURST_WEIGHT, PadLink, Place
from edge_gateway.runner import Runner
from firmware.pad.link import Identity, Link
from firmware.pad.ring import Press, Ring
from kiosk.misuse import WEIGHTS
from outbox import Outbox
from outbox.file import read_only
from protocols import wire
from protocols.messages import (
    ClockQuality,
    Committed,
    Lane,
    Misuse,
    Outcome,
    Response,
    Source,
    Stream,
)
from protocols.pad import frames
from protocols.wire import decode_event
from tests.edge_gateway.field import GATEWAY, STORE, Store
from tests.firmware.pad.cells import Cells

EPOCH, BOOT = 0xE0C, 0xB007
STREAM = Stream(device="pad-4", epoch="00000e0c", lane=Lane.BULK)
PLACE = Place(device="pad-4", touchpoint="till-4", scores=(1, 2, 3, 4, 5))


class Counter:
    """A pad at a counter and the gateway that it is plugged into."""

    def __init__(self, folder: Path, flash: Cells, boot: int = BOOT) -> None:
        self.store = Store(folder)
        self.runner = Runner(self.store.gateway, self.store.outbox, SystemClock())
        self.began = time.monotonic()
        self.ring = Ring(flash, EPOCH)
        self.pad = Link(self.ring, Identity(b"pad-0001", boot, 1, 0x010203), lambda: 0xBEE)
        self.boot = boot
        self.link = PadLink(PLACE, self.runner)
        self.link.on_output(self.carry)

    def now_ms(self) -> int:
        return round((time.monotonic() - self.began) * 1000)

    def press(self, key: int, flags: int = 0) -> int:
        press = Press(key, self.boot, self.now_ms(), 130)
        press.flags = flags
        return self.pad.press(press)

    def carry(self) -> None:
        """Let the line bring what either end has to say."""
        self.pad.receive(self.link.to_send(), self.now_ms())

    def turn(self) -> None:
        self.pad.tick(self.now_ms())
        self.link.feed(self.pad.to_send(), time.monotonic())
        self.link.idle(time.monotonic())
        self.carry()

    async def until(self, holds: Callable[[], bool], within_s: float = 5.0) -> None:
        async with asyncio.timeout(within_s):
            while not holds():
                self.turn()
                await asyncio.sleep(0.002)

    async def safe(self) -> None:
        """Wait until the pad was told that all of it is stored."""
        await self.until(lambda: self.ring.waiting == 0 and self.pad.linked)

    def responses(self) -> list[Response]:
        """Return what is on disk, once the gateway has ended."""
        path = self.store.folder / "outbox.db"
        with contextlib.closing(Outbox.open(path, device=GATEWAY, program="test")) as outbox:
            events = outbox.read(STREAM, 1, outbox.position(STREAM).head, 10_000_000)
        decoded = [decode_event(one) for one in events]
        return [one for one in decoded if isinstance(one, Response)]


def at_the_counter(
    folder: Path, then: Callable[[Counter], Awaitable[None]], flash: Cells | None = None
) -> Counter:
    """Run a test on the gateway's loop, and end that gateway."""
    folder.mkdir(exist_ok=True)
    counter = Counter(folder, flash or Cells(sectors=6, slots=30))

    async def run() -> None:
        counter.runner.start(None)
        try:
            await then(counter)
        finally:
            await counter.runner.stop()

    asyncio.run(run())
    return counter


def test_a_press_is_a_response_and_acknowledged_once_it_is_stored(tmp_path: Path) -> None:
    async def then(at: Counter) -> None:
        assert [at.press(key) for key in (5, 1, 3)] == [1, 2, 3]
        await at.safe()
        (state,) = (one for one in at.runner.gateway.connected.values() if one is not None)
        assert (state.program, state.touchpoint) == ("storeloop-pad 1.2.3", "till-4")
        assert (state.accepted, state.waiting) == ({Lane.BULK: 3}, 3)

    before_ms = time.time_ns() // 1_000_000
    counter = at_the_counter(tmp_path, then)
    responses = counter.responses()
    assert [one.rating for one in responses] == [5, 1, 3]
    first = responses[0]
    assert (first.source, first.survey, first.question) == (Source.PAD, "pad", "overall")
    assert (first.store, first.touchpoint, first.final) == (STORE, "till-4", True)
    assert (first.outcome, first.rev, first.marks) == (Outcome.RATED, 1, ())
    assert (first.at.boot, first.at.quality) == ("0000b007", counter.runner.clock.now().quality)
    assert 0 <= first.at.wall_ms - before_ms + 50 < 3_000
    assert len({one.response for one in responses} | {one.id for one in responses}) == 6


def test_a_press_handed_over_again_is_the_same_response(tmp_path: Path) -> None:
    flash = Cells(sectors=6, slots=30)

    async def then(at: Counter) -> None:
        if not at.ring.head:
            for key in (1, 2, 3, 4, 5):
                at.press(key)
        await at.safe()

    before = at_the_counter(tmp_path / "old", then, flash).responses()
    after = at_the_counter(tmp_path / "replaced", then, flash).responses()  # D5
    assert [one.response for one in before] == [one.response for one in after]
    assert [one.id for one in before] == [one.id for one in after]
    assert len(before) == 5


def test_a_burst_counts_for_little_and_what_means_nothing_for_nothing(tmp_path: Path) -> None:
    flash = Cells(sectors=6, slots=30)

    async def then(at: Counter) -> None:
        at.press(4, flags=frames.BURST)
        at.press(9)
        at.press(2)
        flash.bytes[3 * 32 + 12] ^= 1  # the third can be read no more
        await at.safe()

    burst, unknown, torn = at_the_counter(tmp_path, then, flash).responses()
    assert [(one.misuse, one.weight) for one in burst.marks] == [(Misuse.BURST, BURST_WEIGHT)]
    assert WEIGHTS[Misuse.BURST] == BURST_WEIGHT
    assert (burst.outcome, burst.rating) == (Outcome.RATED, 4)
    for one in (unknown, torn):
        assert (one.outcome, one.rating, one.marks) == (Outcome.ERROR, None, ())


def test_an_earlier_start_of_the_pad_has_the_time_it_was_told(tmp_path: Path) -> None:
    flash = Cells(sectors=6, slots=30)
    earlier = Link(Ring(flash, EPOCH), Identity(b"pad-0001", 0xA, 1, 1), lambda: 1)
    earlier.press(Press(1, 0xA, 1_000))
    told = frames.encode(frames.TIME_ASKED, 1, 1_795_320_000_000, 1)
    earlier.receive(told, 2_000)
    earlier.press(Press(2, 0xA, 3_000))

    async def then(at: Counter) -> None:
        at.press(3)
        await at.safe()

    never, once, now = at_the_counter(tmp_path, then, flash).responses()
    assert (never.at.wall_ms, never.at.quality) == (0, ClockQuality.UNSYNCED)
    assert (once.at.wall_ms, once.at.quality) == (1_795_320_001_000, ClockQuality.SYNCED)
    assert (once.at.boot, once.at.mono_ms) == ("0000000a", 3_000)
    assert abs(now.at.wall_ms - time.time_ns() / 1e6) < 10_000


def test_what_hq_has_is_said_of_the_stream(tmp_path: Path) -> None:
    async def then(at: Counter) -> None:
        at.press(5)
        await at.safe()
        at.runner.post(ev.CommittedArrived(Committed(stream=STREAM, through=1)))
        state = at.runner.gateway.connected

        def is_said() -> bool:
            one = state["pad-4"]
            return one is not None and one.streams[0].committed == 1

        at.pad.receive(frames.encode(frames.WHO), at.now_ms())
        await at.until(is_said)

    assert at_the_counter(tmp_path, then).ring.acked == 1


def test_an_ask_lights_the_pad_until_it_is_taken_back(tmp_path: Path) -> None:
    async def then(at: Counter) -> None:
        await at.safe()
        at.link.ask(open=True)
        await at.until(lambda: at.pad.ctx == 1)
        at.link.ask(open=False)
        await at.until(lambda: at.pad.ctx == 0)

    counter = at_the_counter(tmp_path, then)
    assert counter.link.asks


def test_an_unplugged_pad_is_a_lost_device_and_one_that_is_back_goes_on(tmp_path: Path) -> None:
    async def then(at: Counter) -> None:
        at.press(5)
        await at.safe()
        assert "pad-4" in at.runner.connections
        at.link.close()
        assert "pad-4" not in at.runner.connections
        assert "pad-4" not in at.runner.gateway.connected
        at.press(4)
        await at.safe()
        assert "pad-4" in at.runner.gateway.connected

    assert [one.rating for one in at_the_counter(tmp_path, then).responses()] == [5, 4]


def test_a_pad_that_the_gateway_refuses_is_let_alone_for_a_while(tmp_path: Path) -> None:
    async def then(at: Counter) -> None:
        await at.safe()
        at.link.refuse("a leap cannot be", 1008)
        await asyncio.sleep(0)
        assert "pad-4" not in at.runner.connections
        at.press(5)
        for _ in range(20):
            at.turn()
            await asyncio.sleep(0.005)
        assert at.ring.waiting == 1
        at.link.feed(b"", time.monotonic() + 61)
        at.link.idle(time.monotonic() + 61)
        at.carry()
        assert not at.pad.linked, "and then asked who it is"

    counter = at_the_counter(tmp_path, then)
    assert counter.responses() == []


def test_whatever_a_pad_says_the_gateway_goes_on(tmp_path: Path) -> None:
    random = Random(17)
    values: dict[str, Callable[[], int | bytes]] = {
        "B": lambda: random.choice((0, 1, 5, 255)),
        "H": lambda: random.choice((0, 1, 2, 65_535)),
        "I": lambda: random.choice((0, 1, 2, 3, 9, 2**31, 2**32 - 1)),
        "Q": lambda: random.choice((0, 1, 60_000, 2**63, 2**64 - 1)),
        "s": lambda: random.randbytes(8),
    }

    def anything() -> bytes:
        kind = random.choice((*frames.FIELDS, frames.HELLO, frames.PRESS, frames.PRESS))
        codes = frames.FIELDS[kind].replace(">", "").replace("8s", "s")
        fields = [values[code]() for code in codes]
        if kind == frames.HELLO and random.random() < 0.8:  # else it is always refused
            fields[1], fields[3:6] = 0xE0C, [1, 9, 0]
        return frames.encode(kind, *fields)

    async def then(at: Counter) -> None:
        began = time.monotonic()
        for number in range(600):
            # A minute each time: a pad that is refused is heard again.
            at.link.feed(anything(), began + 60 * number)
            at.link.idle(began + 60 * number)
            at.link.to_send()
            await asyncio.sleep(0.002)  # let the disk answer
            state = at.runner.gateway.state(at.runner.clock.now())
            assert wire.decode(wire.encode(state)) == state
        at.link.close()

    counter = at_the_counter(tmp_path, then)
    with contextlib.closing(read_only(counter.store.folder / "outbox.db")) as database:
        rows = database.execute(
            "SELECT payload FROM events JOIN streams ON id = stream WHERE device = 'pad-4'"
        ).fetchall()
    kept = [decode_event(bytes(payload)) for (payload,) in rows]
    assert kept
    assert all(isinstance(one, Response) and one.source is Source.PAD for one in kept)


def test_who_had_the_name_before_is_sent_away(tmp_path: Path) -> None:
    class Kiosk:
        def __init__(self) -> None:
            self.refused = ""

        def send(self, payload: bytes) -> None:
            """Hear nothing."""

        def refuse(self, why: str, code: int) -> None:
            self.refused = f"{why} ({code})"

    kiosk = Kiosk()

    async def then(at: Counter) -> None:
        at.runner.connections["pad-4"] = kiosk
        await at.safe()
        assert at.runner.connections["pad-4"] is at.link

    assert at_the_counter(tmp_path, then).ring.head == 0
    assert kiosk.refused == "a pad of this name is at a serial port (1008)"
