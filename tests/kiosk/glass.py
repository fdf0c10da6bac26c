"""The real kiosk on a real offscreen surface, driven frame by frame; one window per process."""

from __future__ import annotations

import base64
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest
from nacl.public import PrivateKey

from kiosk import window
from kiosk.errors import AssetMissing
from kiosk.settings import Settings
from kiosk.views import theme
from protocols.messages import Response
from protocols.wire import decode_event
from simulator.robot import Robot

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.views.stage import Stage

AnEvent = TypeVar("AnEvent")
SIZE = (540, 960)
TOKEN = "a-token-of-16-bytes"
_NO_BOUNCE_S = 0.08
HQ_KEY = PrivateKey(bytes(range(32)))


def kiosk_settings(folder: Path, **changes: object) -> Settings:
    """Return settings of a kiosk that has everything: contact, tracking and writing by phone."""
    settings = Settings(
        device="kiosk-1",
        store="s1",
        store_name={"zh-CN": "云杉超市 · 城北店", "en": "Spruce Market · Northgate"},
        touchpoint="till-4",
        touchpoint_name={"zh-CN": "4 号收银台", "en": "Till 4"},
        token=TOKEN,
        data_dir=folder,
        gateway_url="ws://127.0.0.1:9",
        hq_public_key=base64.b64encode(bytes(HQ_KEY.public_key)).decode(),
        track_url="https://feedback.example.com/t",
        note_url="https://feedback.example.com/n/s1",
        width=SIZE[0],
        height=SIZE[1],
    )
    return settings.model_copy(update=changes)


def open_surface(folder: Path) -> None:
    """Set Kivy up once in this process, or skip when the fonts are not built."""
    try:
        theme.check_assets()
    except AssetMissing as error:
        pytest.skip(str(error))
    if "KIVY_HOME" not in os.environ:
        os.environ["SDL_VIDEODRIVER"] = "offscreen"
        window.prepare(kiosk_settings(folder))


class Glass:
    """A running kiosk whose frames are drawn only when a test asks for them."""

    def __init__(self, settings: Settings) -> None:
        from kivy.base import EventLoop, runTouchApp  # noqa: PLC0415 (Kivy was not set up before)
        from kivy.core.window import Window  # noqa: PLC0415

        from kiosk.app import KioskApp  # noqa: PLC0415

        self._loop, self._window = EventLoop, Window
        if EventLoop.status != "started":
            runTouchApp(embedded=True)
        self.app: KioskApp = KioskApp(settings)
        self.app.pace(0.02)  # a frame that a test asks for is not slept through
        self.robot = Robot(self.app)
        self.thanked: list[tuple[str, int]] = []
        self.app.on_thanked(lambda response, rev: self.thanked.append((response, rev)))
        self.stage: Stage = self.app.build()
        Window.add_widget(self.stage)
        self.app.on_start()
        self._settings = settings
        self._tapped = "", 0.0
        self.frames(3)

    def close(self) -> None:
        """Take the kiosk off the surface."""
        self.app.on_stop()
        self._window.remove_widget(self.stage)

    def frames(self, count: int) -> None:
        """Draw some frames."""
        for _ in range(count):
            assert not self._loop.quit
            self._window.mainloop()
            self._loop.idle()

    def until(self, condition: Callable[[], bool], within_s: float = 15) -> None:
        """Draw frames until the condition holds; fail when it never does."""
        ends = time.monotonic() + within_s
        while not condition():
            assert time.monotonic() < ends, f"it never happened; state {self.app.flow_state}"
            self.frames(1)

    def tap(self, *names: str) -> None:
        """Touch one target after the other, each when the screen shows it."""
        for name in names:
            self.until(lambda name=name: self.robot.can_tap(name))  # type: ignore[misc]
            if name == self._tapped[0]:  # sooner it would be a bounce of the panel
                self.until(lambda: time.monotonic() > self._tapped[1] + 0.07)
            self.robot.tap(name)
            self._tapped = name, time.monotonic()
            self.frames(3)

    def resize(self, width: int, height: int) -> None:
        """Arrange the screens for a window of another size."""
        self.stage.size_hint = (None, None)
        self.stage.size = (width, height)
        self.frames(2)

    def events(self, kind: type[AnEvent]) -> list[AnEvent]:
        """Return what the outbox holds of a kind."""
        database = sqlite3.connect(self._settings.outbox_path)
        payloads = database.execute("SELECT payload FROM events").fetchall()
        database.close()
        found = [decode_event(payload) for (payload,) in payloads]
        return [event for event in found if isinstance(event, kind)]

    def responses(self) -> list[Response]:
        """Return the responses that the outbox holds, in the order of revisions."""
        return sorted(self.events(Response), key=lambda response: (response.response, response.rev))


@contextmanager
def kiosk_on_glass(folder: Path, **changes: object) -> Iterator[Glass]:
    """Run a kiosk for the length of a test."""
    open_surface(folder)
    glass = Glass(kiosk_settings(folder, **changes))
    try:
        yield glass
    finally:
        glass.close()
