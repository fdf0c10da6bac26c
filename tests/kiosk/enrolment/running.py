"""The real screen that sets a kiosk up, on an offscreen surface, and a gateway's desk for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from protocols import case_code, wire
from protocols.enrolment import EnrolAnswer, EnrolRequest
from simulator.robot import Robot
from simulator.scanner import Scanner
from tests.kiosk.glass import open_surface

if TYPE_CHECKING:
    from kiosk.enrolment.app import EnrolApp

CODE = case_code.block_code(bytes(32), 7)
ANSWER = EnrolAnswer(
    device="kiosk-7",
    store="s1",
    touchpoint="till-4",
    token="a-token-of-16-bytes",
    touchpoint_name={"zh-CN": "4 号收银台", "en": "Till 4"},
)


class Desk:
    """What was asked, and what is answered."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[tuple[str, EnrolRequest]] = []
        self.strays: list[str] = []
        """Paths that were fetched although nobody should."""
        self.answer: tuple[int, bytes] = (200, wire.encode_enrolment(ANSWER))


@contextmanager
def desk() -> Iterator[Desk]:
    """Run an HTTP server that answers as it is told."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            said.asked.append((self.path, wire.decode_enrol_request(body)))
            status, answer = said.answer
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def do_GET(self) -> None:
            said.strays.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    said = Desk(f"ws://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield said
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Running:
    """The program, whose frames are drawn only when a test asks for them."""

    def __init__(self, path: Path) -> None:
        from kivy.base import EventLoop, runTouchApp  # noqa: PLC0415 (Kivy was not set up before)
        from kivy.core.window import Window  # noqa: PLC0415

        from kiosk.enrolment.app import EnrolApp  # noqa: PLC0415

        self._loop, self._window = EventLoop, Window
        if EventLoop.status != "started":
            runTouchApp(embedded=True)
        self.app: EnrolApp = EnrolApp(path, "zh-CN")
        self.app.pace(0.02)
        self.robot, self.scanner = Robot(self.app), Scanner(self.app)
        self.screen = self.app.build()
        Window.add_widget(self.screen)
        self.app.on_start()
        self.frames(3)

    def close(self) -> None:
        """Take it off the surface."""
        self.app.on_stop()
        self._window.remove_widget(self.screen)

    def frames(self, count: int) -> None:
        """Draw some frames."""
        for _ in range(count):
            self._window.mainloop()
            self._loop.idle()

    def until(self, condition: Callable[[], bool], within_s: float = 15) -> None:
        """Draw frames until the condition holds; fail when it never does."""
        ends = time.monotonic() + within_s
        while not condition():
            assert time.monotonic() < ends, f"it never happened: {self.app.picture}"
            self.frames(1)

    def tap(self, *names: str) -> None:
        """Touch one target after the other."""
        for name in names:
            self.robot.tap(name)
            self.frames(3)

    def resize(self, width: int, height: int) -> None:
        """Arrange the screen for a window of another size."""
        self.screen.size_hint = (None, None)
        self.screen.size = (width, height)
        self.frames(2)


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    """Run the screen for the length of a test."""
    open_surface(folder)
    one = Running(folder / "kiosk.toml")
    try:
        yield one
    finally:
        one.close()
