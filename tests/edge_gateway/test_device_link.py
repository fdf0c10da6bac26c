import asyncio
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from fastapi import WebSocket
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from edge_gateway import events as ev
from edge_gateway.clock import SystemClock
from edge_gateway.device_link import (
    FRAMES_AT_A_TIME,
    MOST_ANSWERS_WAITING,
    DeviceConnection,
)
from edge_gateway.refusals import Kind
from edge_gateway.runner import Runner
from edge_gateway.writer import MOST_ROWS_WAITING
from protocols import wire
from protocols.messages import Alarm, Committed, Refused, Stored
from tests.edge_gateway.field import Store, batch, offer, response, stream
from tests.edge_gateway.running import Running, configured, eventually, hear, running, say


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(configured(tmp_path_factory.mktemp("gateway"))) as one:
        yield one


def closing(link: ClientConnection) -> tuple[Refused, int]:
    """Return what was said at the end, and the code."""
    said = hear(link)
    assert isinstance(said, Refused)
    with pytest.raises(ConnectionClosed) as closed:
        link.recv(5)
    assert closed.value.rcvd is not None
    return said, closed.value.rcvd.code


def test_events_are_stored_and_confirmed(gateway: Running) -> None:
    of = stream(epoch="hand-over")
    with gateway.device() as link:
        say(link, offer(of, 2, nonce=7))
        assert hear(link) == Stored(stream=of, through=0, nonce=7)
        say(link, batch(response(1), response(2), of=of))
        assert hear(link) == Stored(stream=of, through=2)


@pytest.mark.parametrize(
    ("device", "token"), [("k1", "wrong"), ("nobody", "0123456789abcdef-k1"), ("k2", "")]
)
def test_a_wrong_token_is_turned_away_at_the_door(
    gateway: Running, device: str, token: str
) -> None:
    before = gateway.program.runner.counts["bad_token"]
    with pytest.raises(InvalidStatus) as refused:
        gateway.device(device, token)
    assert refused.value.response.status_code == 403
    assert gateway.program.runner.counts["bad_token"] == before + 1


def test_text_is_refused(gateway: Running) -> None:
    with gateway.device() as link:
        link.send("hello")
        said, code = closing(link)
    assert (said.why, code) == ("only binary frames are understood", 1003)


MALFORMED = {
    "empty": b"",
    "never used": b"\xc1",
    "empty map": b"\x80",
    "noise": bytes(range(200)),
    "cut zstd": b"\x28\xb5\x2f\xfd\x00",
}


@pytest.mark.parametrize("payload", MALFORMED.values(), ids=MALFORMED)
def test_malformed_bytes_are_refused_and_counted(gateway: Running, payload: bytes) -> None:
    refusals = gateway.program.runner.gateway.refusals
    before = refusals.counts[Kind.UNDECODABLE]
    with gateway.device() as link:
        link.send(payload)
        _, code = closing(link)
    assert code == 1008
    assert refusals.counts[Kind.UNDECODABLE] == before + 1


def test_a_newer_kiosk_may_say_what_only_a_newer_gateway_knows(gateway: Running) -> None:
    counts = gateway.program.runner.counts
    before = counts["newer_kind"]
    with gateway.device() as link:
        link.send(msgspec.msgpack.encode({"type": "from_the_future", "v": 1}))
        of = stream(epoch="newer")
        say(link, offer(of, 0, nonce=6))
        assert hear(link) == Stored(stream=of, through=0, nonce=6)
    assert counts["newer_kind"] == before + 1


def test_an_oversized_frame_is_refused(gateway: Running) -> None:
    with gateway.device() as link, pytest.raises(ConnectionClosed) as closed:
        link.send(b"x" * (wire.MAX_MESSAGE_BYTES + 1))
        link.recv(5)
    # The close frame may be lost: a socket closed before all is read is reset by the kernel.
    assert closed.value.rcvd is None or closed.value.rcvd.code == 1009
    with gateway.device() as link:
        of = stream(epoch="oversized")
        say(link, offer(of, 0, nonce=5))
        assert hear(link) == Stored(stream=of, through=0, nonce=5)


def test_another_devices_stream_and_a_receivers_message_are_refused(gateway: Running) -> None:
    with gateway.device() as link:
        say(link, batch(response(1), of=stream("k2")))
        assert closing(link)[1] == 1008
    with gateway.device() as link:
        say(link, Committed(stream=stream(), through=1))
        assert "never sends" in closing(link)[0].why


def test_a_second_connection_replaces_the_first(gateway: Running) -> None:
    with gateway.device() as first, gateway.device() as second:
        assert "newer connection" in closing(first)[0].why
        of = stream(epoch="second")
        say(second, offer(of, 0, nonce=3))
        assert hear(second) == Stored(stream=of, through=0, nonce=3)
        assert list(gateway.program.runner.gateway.connected) == ["k1"]
    assert eventually(lambda: not gateway.program.runner.gateway.connected)


def test_every_kiosk_hears_of_an_alarm(gateway: Running) -> None:
    of = stream(epoch="alarm")
    with gateway.device() as one, gateway.device("k2", "0123456789abcdef-k1-2") as other:
        say(one, offer(of, 1))
        hear(one)
        say(one, batch(response(90, urgent=True), of=of))
        alarm = hear(other)
        assert isinstance(alarm, Alarm)
        assert (alarm.response, alarm.touchpoint) == ("r90", "till-4")


async def frames_after(runner: Runner, greeting: int, answers: int) -> list[bytes]:
    """Return what a device gets that reads late: its greeting and then that many answers."""
    sent: list[bytes] = []
    told = asyncio.Event()
    events = [{"type": "websocket.connect"}]

    async def receive() -> dict[str, str]:
        if not events:
            await told.wait()  # it goes away when it was told everything
            return {"type": "websocket.disconnect"}
        return events.pop()

    async def send(message: MutableMapping[str, Any]) -> None:
        if "bytes" in message:
            sent.append(message["bytes"])
        if len(sent) == greeting + answers or message["type"] == "websocket.close":
            told.set()

    socket = WebSocket({"type": "websocket"}, receive, send)
    await socket.accept()
    connection = DeviceConnection(socket, "k1")
    for _ in range(greeting):
        connection.send(b"g")
    connection.greeted()
    for _ in range(answers):
        connection.send(b"a")
    await asyncio.wait_for(connection.run(runner), 5)
    return sent


def test_a_greeting_is_never_taken_for_a_device_that_does_not_read(gateway: Running) -> None:
    sent = asyncio.run(
        frames_after(gateway.program.runner, MOST_ANSWERS_WAITING + 500, MOST_ANSWERS_WAITING)
    )
    most = MOST_ANSWERS_WAITING
    assert sent == [b"g"] * (most + 500) + [b"a"] * most


def test_a_device_that_does_not_read_is_cut_off(gateway: Running) -> None:
    sent = asyncio.run(frames_after(gateway.program.runner, 3, MOST_ANSWERS_WAITING + 1))
    refused = wire.decode(sent[-1])
    assert isinstance(refused, Refused)
    assert "do not read" in refused.why


class Wire:
    """A device's socket in memory: all its frames are there at once, its answers are noted."""

    def __init__(self, device: str, frames: list[bytes], told: list[Stored]) -> None:
        self.device = device
        received: list[dict[str, object]] = [
            {"type": "websocket.receive", "bytes": frame} for frame in frames
        ]
        received.insert(0, {"type": "websocket.connect"})
        self._arriving = iter(received)
        self._told = told

    async def receive(self) -> dict[str, object]:
        frame = next(self._arriving, None)
        if frame is None:
            await asyncio.Event().wait()
        return frame or {}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        answer = wire.decode(message["bytes"]) if "bytes" in message else None
        if isinstance(answer, Stored):
            self._told.append(answer)

    async def run(self, runner: Runner) -> None:
        socket = WebSocket({"type": "websocket"}, self.receive, self.send)
        await socket.accept()
        connection = DeviceConnection(socket, self.device)
        runner.connections[self.device] = connection
        await connection.run(runner)


def test_a_flood_lets_another_devices_tap_pass(tmp_path: Path) -> None:
    store = Store(tmp_path)
    flood, tap = stream("k1"), stream("k2")
    for one in (flood, tap):
        store.post(ev.OfferArrived(one.device, offer(one, 12_000)))
    frames = [wire.encode(batch(b"{}", of=flood, first=n)) for n in range(1, 12_001)]
    runner = Runner(store.gateway, store.outbox, SystemClock())
    told: list[Stored] = []

    async def both() -> None:
        devices = [Wire("k1", frames, told), Wire("k2", [wire.encode(batch(b"{}", of=tap))], told)]
        running = [asyncio.create_task(one.run(runner)) for one in devices]
        while not runner.writer.busy():
            await asyncio.sleep(0)
        for _ in range(100):  # nothing more is taken while nothing is on disk
            await asyncio.sleep(0)
        assert store.gateway.intake.counts["accepted"] <= MOST_ROWS_WAITING + FRAMES_AT_A_TIME
        runner.start(None)
        while not any(one.stream == tap for one in told):
            await asyncio.sleep(0.001)
        for task in running:
            task.cancel()
        await runner.stop()

    asyncio.run(asyncio.wait_for(both(), 30))
    before = told[: next(n for n, one in enumerate(told) if one.stream == tap)]
    # What waited when it came, and what shares its commit.
    most = 2 * (MOST_ROWS_WAITING + FRAMES_AT_A_TIME)
    assert max((one.through for one in before), default=0) <= most


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(payload=st.binary(max_size=300))
def test_any_bytes_leave_the_gateway_well(gateway: Running, payload: bytes) -> None:
    with gateway.device("k2", "0123456789abcdef-k1-2") as link:
        link.send(payload)
    assert eventually(lambda: "k2" not in gateway.program.runner.gateway.connected)


def test_a_device_comes_back_to_what_was_stored(tmp_path: Path) -> None:
    of = stream()
    settings = configured(tmp_path)
    with running(settings) as gateway, gateway.device() as link:
        say(link, offer(of, 1))
        hear(link)
        say(link, batch(response(1)))
        hear(link)
    with running(settings) as gateway, gateway.device() as link:
        say(link, offer(of, 1, nonce=2))
        assert hear(link) == Stored(stream=of, through=1, nonce=2)
