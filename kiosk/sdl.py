"""The few SDL 2 calls that Kivy does not offer; the only module that knows SDL."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

_USER_EVENT = 0x8000
_KEY_DOWN = 0x300
_KEY_UP = 0x301
_LEFT_SHIFT = 1
_MOUSE_MOVE = 0x400
_MOUSE_DOWN = 0x401
_MOUSE_UP = 0x402
_LEFT_BUTTON = 1
_WINDOW = 1  # Kivy opens one window a process
_EVENT_BYTES = 56  # sizeof(SDL_Event); the header reserves it as padding


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL:
    """Return the very SDL that Kivy loaded: a second copy would have a queue of its own."""
    maps = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    paths = {line.split(maxsplit=5)[5] for line in maps if "libSDL2-2" in line}
    return ctypes.CDLL(min(paths))


def has_display() -> bool:
    """Return whether frames are shown anywhere, and waiting for an event costs nothing.

    Without a display SDL polls at 1 kHz while it waits, and nobody takes finished frames away.
    """
    return os.environ.get("SDL_VIDEODRIVER") not in ("offscreen", "dummy")


def wait_for_event(milliseconds: int) -> None:
    """Sleep until an event comes, or that long; the event stays in the queue."""
    _library().SDL_WaitEventTimeout(None, milliseconds)


def finish_drawing() -> None:
    """Wait until everything drawn so far is in the surface's pixels; other threads go on."""
    _gl_finish()()


@lru_cache(maxsize=1)
def _gl_finish() -> Callable[[], None]:
    find = _library().SDL_GL_GetProcAddress
    find.restype = ctypes.c_void_p
    # Kivy's own glFinish would hold Python's lock meanwhile, and the journal would wait for it.
    return ctypes.CFUNCTYPE(None)(find(b"glFinish"))


def push_wake_up() -> None:
    """End a `wait_for_event`; may be called from any thread."""
    _push(struct.pack("=II", _USER_EVENT, 0))


def push_touch(x: int, y: int, *, down: bool) -> None:
    """Put a finger's coming or going into the queue as SDL itself does; y counts from the top."""
    _push(struct.pack("=IIIIIiiii", _MOUSE_MOVE, 0, _WINDOW, 0, _LEFT_BUTTON, x, y, 0, 0))
    kind = _MOUSE_DOWN if down else _MOUSE_UP
    _push(struct.pack("=IIIIBBBBii", kind, 0, _WINDOW, 0, _LEFT_BUTTON, down, 1, 0, x, y))


def push_key(symbol: int, *, shift: bool = False) -> None:
    """Put a key's coming and going into the queue, by SDL's number: 13 is Enter, 9 is Tab."""
    held = _LEFT_SHIFT if shift else 0
    for kind, state in ((_KEY_DOWN, 1), (_KEY_UP, 0)):
        _push(struct.pack("=IIIBBBBiiHHI", kind, 0, _WINDOW, state, 0, 0, 0, 0, symbol, held, 0, 0))


def _push(event: bytes) -> None:
    padded = ctypes.create_string_buffer(event, _EVENT_BYTES)
    if _library().SDL_PushEvent(padded) < 0:
        raise OSError("SDL's event queue is full")
