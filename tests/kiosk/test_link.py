import asyncio
import logging
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from random import Random
from threading import Thread
from typing import TypeVar

import msgspec
import pytest

from kiosk.link import FIRST_PAUSE_S, LONGEST_PAUSE_S, Heard, Link, Peer
from kiosk.streams import Device, Streams
from outbox import Outbox
from protocols import wire
from protocols.briefs import BriefKind
from protocols.messages import (
    Alarm,
    Brief,
    CaseAsked,
    CaseFound,
    CaseTold,
    CodesGranted,
    Committed,
    HqState,
    Lane,
)
from tests.kiosk.gateway_peer import TOKEN, GatewayPeer, wait_for

T = TypeVar("T")


class Running:
    """A link on a thread of its own, as the journal runs it."""

    def __init__(self, outbox: Outbox, url: str, token: str = TOKEN) -> None:
        self.heard: list[Heard | None] = []
        self.outbox = outbox
        self.survey_version = 1
        self.link = Link(
            Peer(url=url, device="kiosk-1", token=token),
            Streams(outbox, self._describe, nonce=1, jitter=0.0),
            hear=self.heard.append,
            random=Random(5),
        )
        self._loop = asyncio.new_event_loop()
        self._task = self._loop.create_task(self.link.run())
        self._thread = Thread(target=self._loop.run_forever)
        self._thread.start()

    def _describe(self) -> Device:
        return Device(program="test", touchpoint="till-4", survey_version=self.survey_version)

    def in_loop(self, work: Callable[[], T]) -> T:
        async def do() -> T:
            return work()

        return asyncio.run_coroutine_threadsafe(do(), self._loop).result(5)

    def append(self, payload: bytes) -> None:
        def keep() -> None:
            self.outbox.append(Lane.BULK, payload, 1)
            self.link.appended()

        self._loop.call_soon_threadsafe(keep)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._task.cancel)
        wait_for(self._task.done)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    log = Outbox.open(tmp_path / "outbox.db", device="kiosk-1", program="test")
    yield log
    log.close()


def test_link_says_who_it_is_and_brings_what_comes(outbox: Outbox) -> None:
    with GatewayPeer() as gateway:
        running = Running(outbox, gateway.url)
        try:
            wait_for(lambda: len(gateway.states) == 1)
            running.append(b"one")
            wait_for(lambda: gateway.events.get(outbox.stream(Lane.BULK)) == [b"one"])
        finally:
            running.stop()
    assert (gateway.states[0].device, gateway.states[0].touchpoint) == ("kiosk-1", "till-4")


def test_gateway_that_comes_back_gets_what_was_kept(outbox: Outbox) -> None:
    with GatewayPeer() as first:
        running = Running(outbox, first.url)
        wait_for(lambda: running.heard == [None])
    try:
        running.append(b"kept")
        with GatewayPeer(port=first.port) as second:
            wait_for(lambda: second.events.get(outbox.stream(Lane.BULK)) == [b"kept"])
            assert running.heard == [None, None]
    finally:
        running.stop()


def test_committed_is_noted_in_the_outbox(outbox: Outbox) -> None:
    stream = outbox.stream(Lane.BULK)
    with GatewayPeer() as gateway:
        running = Running(outbox, gateway.url)
        try:
            running.append(b"one")
            wait_for(lambda: stream in gateway.events)
            gateway.say(Committed(stream=stream, through=1))
            alarm = Alarm(alarm="a", response="r", touchpoint=None)
            gateway.say(alarm)
            wait_for(lambda: alarm in running.heard)
        finally:
            running.stop()
    assert outbox.position(stream).committed == 1


def test_what_the_gateway_says_of_hq_is_passed_on(outbox: Outbox) -> None:
    said: list[Heard] = [
        Brief(kind=BriefKind.PROBLEMS, version="3", body=b"{}"),
        CodesGranted(codes=("05HM-CQQ1-6S",)),
        CaseTold(code="05HM-CQQ1-6S", nonce=4, found=CaseFound.UNKNOWN),
    ]
    with GatewayPeer() as gateway:
        running = Running(outbox, gateway.url)
        try:
            wait_for(lambda: running.heard == [None])
            for message in said:
                gateway.say(message)
            wait_for(lambda: len(running.heard) == 4)
        finally:
            running.stop()
    assert running.heard == [None, *said]


def test_a_question_goes_out_only_by_a_link_that_stands(outbox: Outbox) -> None:
    question = CaseAsked(code="05HM-CQQ1-6S", nonce=4)
    with GatewayPeer() as gateway:
        running = Running(outbox, gateway.url)
        try:
            wait_for(lambda: running.heard == [None])
            assert running.in_loop(lambda: running.link.ask(question))
            wait_for(lambda: gateway.asked == [question])
        finally:
            running.stop()
    wait_for(lambda: not running.link.up)
    assert not running.link.ask(question)


def test_what_changed_is_said_at_once(outbox: Outbox) -> None:
    with GatewayPeer() as gateway:
        running = Running(outbox, gateway.url)
        try:
            wait_for(lambda: len(gateway.states) == 1)
            running.survey_version = 2
            running.in_loop(running.link.tell_state)
            wait_for(lambda: len(gateway.states) == 2)
        finally:
            running.stop()
    assert [state.survey_version for state in gateway.states] == [1, 2]


def test_d10_what_only_a_newer_gateway_says_is_counted_and_the_link_stays(outbox: Outbox) -> None:
    newer = msgspec.msgpack.encode({"type": "mood_of_the_moon", "phase": 3})
    alarm = Alarm(alarm="a", response="r", touchpoint=None)
    with GatewayPeer() as gateway:
        running = Running(outbox, gateway.url)
        try:
            wait_for(lambda: running.heard == [None])
            for message in (newer, wire.encode(HqState(online=True, boot="b")), alarm):
                gateway.say(message)
            wait_for(lambda: running.heard == [None, alarm])
            assert running.link.dropped_messages == 2
        finally:
            running.stop()


@pytest.mark.parametrize("garbage", [b"", b"\x00\xff", b"\x28\xb5\x2f\xfd\x00", b"x" * 5000])
def test_bytes_that_are_no_message_are_counted_and_the_link_stays(
    outbox: Outbox, garbage: bytes
) -> None:
    alarm = Alarm(alarm="a", response="r", touchpoint=None)
    with GatewayPeer() as gateway:
        running = Running(outbox, gateway.url)
        try:
            wait_for(lambda: running.heard == [None])
            gateway.say(garbage)
            gateway.say(alarm)
            wait_for(lambda: running.heard == [None, alarm])
            assert running.link.dropped_messages == 1
        finally:
            running.stop()


def test_wrong_token_is_logged_once_as_an_error(
    outbox: Outbox, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "kiosk.link"), GatewayPeer() as gateway:
        running = Running(outbox, gateway.url, token="another-token-16")
        try:
            wait_for(lambda: bool(caplog.records))
        finally:
            running.stop()
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert "kiosk-1" in record.getMessage()
    assert "another-token" not in record.getMessage()


def test_pauses_grow_to_their_limit_and_differ(outbox: Outbox) -> None:
    device = Device(program="test", touchpoint="t", survey_version=1)
    streams = Streams(outbox, lambda: device, nonce=1, jitter=0.0)
    peer = Peer(url="ws://x", device="d", token=TOKEN)
    link = Link(peer, streams, hear=print, random=Random(1))
    pauses = list(islice(link.pauses(), 12))
    assert pauses[0] <= FIRST_PAUSE_S
    assert LONGEST_PAUSE_S / 2 <= pauses[-1] <= LONGEST_PAUSE_S
    assert len(set(pauses)) == len(pauses)
