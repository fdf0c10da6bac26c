"""A whole gateway, run on its own thread: real sockets, real outbox, real broker link."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from websockets.sync.client import ClientConnection, connect

from edge_gateway import events as ev
from edge_gateway.program import Program
from edge_gateway.settings import Settings, load
from protocols import wire
from protocols.messages import HopMessage
from tests.edge_gateway.field import VERIFY_KEY

TOKEN = "0123456789abcdef-k1"
PIN = "2468"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def configured(
    folder: Path, more: str = "", *, broker_port: int | None = None, more_broker: str = ""
) -> Settings:
    """Return settings with two kiosks and no broker that answers."""
    path = folder / "gateway.toml"
    path.write_text(
        f'gateway = "g1"\nstore = "s1"\ndata_dir = "data"\nhq_verify_key = "{VERIFY_KEY}"\n'
        f'store_name = {{ zh-CN = "城北店", en = "North" }}\n'
        f"[listen]\nport = {free_port()}\n"
        f"[broker]\nport = {broker_port or free_port()}\n{more_broker}"
        f'[[devices]]\nid = "k1"\ntouchpoint = "till-4"\ntoken = "{TOKEN}"\n'
        f'name = {{ zh-CN = "4 号收银台", en = "Till 4" }}\n'
        f'[[devices]]\nid = "k2"\ntoken = "{TOKEN}-2"\n{more}\n',
        encoding="utf-8",
    )
    return load(path)


class Running:
    """A gateway that runs; everything on its loop is reached through `on_loop`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._started = threading.Event()
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)
        self._thread.start()
        assert self._started.wait(10)
        if self._failed is not None:
            raise self._failed

    async def _run(self) -> None:
        try:
            self.program = Program(self.settings)
        except BaseException as error:
            self._failed = error
            return
        finally:
            self.loop = asyncio.get_running_loop()
            self._started.set()
        await self.program.run()

    def post(self, event: ev.Event) -> None:
        """Let something happen, on the loop."""
        self.loop.call_soon_threadsafe(self.program.runner.post, event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.settings.listen.port}"

    def stop(self) -> float:
        """Stop it and return how many seconds that took."""
        began = time.monotonic()
        self.loop.call_soon_threadsafe(self.program.stop)
        self._thread.join(10)
        assert not self._thread.is_alive()
        return time.monotonic() - began

    def device(self, device: str = "k1", token: str = TOKEN) -> ClientConnection:
        """Connect as a device."""
        return connect(
            f"ws://127.0.0.1:{self.settings.listen.port}/devices/{device}",
            additional_headers={"Authorization": f"Bearer {token}"},
            legacy=True,
        )


@contextmanager
def running(settings: Settings) -> Iterator[Running]:
    """Run a gateway for the length of a test."""
    gateway = Running(settings)
    try:
        yield gateway
    finally:
        gateway.stop()


def eventually(holds: Callable[[], bool], within_s: float = 5.0) -> bool:
    """Wait until something holds; say whether it did."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.01)
    return holds()


def say(link: ClientConnection, message: HopMessage) -> None:
    link.send(wire.encode(message))


def hear(link: ClientConnection, timeout_s: float = 5.0) -> HopMessage:
    return wire.decode(bytes(link.recv(timeout_s, decode=False)))
