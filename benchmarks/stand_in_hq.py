"""A stand-in for HQ that does the least it must: its own durable commit, and then `Committed`.

With it, what is measured is the gateway and not HQ's tables, grading and cases.
"""

from __future__ import annotations

import queue
import sqlite3
import uuid
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.echo import client
from protocols import topics, wire
from protocols.delivery import Accept, Gap, Receiver
from protocols.messages import Batch, Committed, HqState, Offer, Stream

_MESSAGES_A_COMMIT = 50


class StandInHq:
    """Takes in what comes over one broker."""

    def __init__(self, port: int, file: Path) -> None:
        """Connect, and say that HQ is there."""
        self._database = sqlite3.connect(file, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.execute(
            "CREATE TABLE events (stream INTEGER, seq INTEGER, payload BLOB,"
            " PRIMARY KEY (stream, seq)) WITHOUT ROWID"
        )
        self._numbers: dict[Stream, int] = {}
        self._receivers: dict[Stream, Receiver] = {}
        self._heard: queue.SimpleQueue[tuple[str, bytes]] = queue.SimpleQueue()
        self._client = client(port, "stand-in-hq")
        self._client.on_message = self._on_message
        self._client.subscribe(topics.up_all(), qos=1)
        state = HqState(online=True, boot=uuid.uuid4().hex)
        self._client.publish(topics.hq("stand-in"), wire.encode(state), qos=1, retain=True)
        self.kept = 0

    def turn(self) -> None:
        """Commit what has come, and answer it."""
        messages: list[tuple[str, bytes]] = []
        try:
            messages.append(self._heard.get(timeout=0.2))
            while len(messages) < _MESSAGES_A_COMMIT:
                messages.append(self._heard.get_nowait())
        except queue.Empty:
            pass
        if not messages:
            return
        self._database.execute("BEGIN IMMEDIATE")
        answers = [self._take(topic, wire.decode(payload)) for topic, payload in messages]
        self._database.execute("COMMIT")
        for gateway, answer in answers:
            self._client.publish(topics.down(gateway), wire.encode(answer), qos=1)

    def _take(self, topic: str, hop: Any) -> tuple[str, Committed]:
        gateway = topics.parse_up(topic).gateway
        stream: Stream = hop.stream
        receiver = self._receivers.setdefault(stream, Receiver(0))
        match hop:
            case Offer(nonce=nonce):
                return gateway, Committed(stream=stream, through=receiver.through, nonce=nonce)
            case Batch(first=first, events=events, floor=floor):
                verdict = receiver.arrived(first, len(events), floor)
                if isinstance(verdict, Accept):
                    self._keep(stream, first + verdict.skip, events[verdict.skip :])
                gap = isinstance(verdict, Gap)
                return gateway, Committed(stream=stream, through=receiver.through, gap=gap)
        raise TypeError(f"a gateway never sends {type(hop).__name__} here")

    def _keep(self, stream: Stream, first: int, events: tuple[bytes, ...]) -> None:
        number = self._numbers.setdefault(stream, len(self._numbers))
        self._database.executemany(
            "INSERT INTO events VALUES (?, ?, ?)",
            [(number, first + n, payload) for n, payload in enumerate(events)],
        )
        self.kept += len(events)

    def _on_message(self, _client: Any, _userdata: Any, message: Any) -> None:
        self._heard.put((message.topic, bytes(message.payload)))


def stand_in_hq(port: int, file: Path, parent: Connection) -> None:
    """Run a stand-in until the process is ended; says how many events it keeps when asked."""
    hq = StandInHq(port, file)
    parent.send("ready")
    while True:
        hq.turn()
        if parent.poll():
            parent.recv()
            parent.send(hq.kept)
