"""A keypad at a serial port: one byte a key, read in a thread that connects again for ever."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping

import serial

from kiosk.keypad import PadKey

logger = logging.getLogger(__name__)

AGAIN_AFTER_S = 2.0
_LOOK_UP_S = 0.5  # for the end of the program


class SerialKeypad:
    """Tells the keys of one port."""

    def __init__(
        self,
        port: str,
        speed: int,
        meanings: Mapping[int, PadKey],
        press: Callable[[PadKey], None],
    ) -> None:
        """`port` is such as /dev/serial/by-id/…; `press` is called on the keypad's thread."""
        self._port = port
        self._speed = speed
        self._meanings = meanings
        self._press = press
        self._ended = threading.Event()
        self._loss_logged = False
        self._thread = threading.Thread(target=self._run, name="keypad", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """End soon."""
        self._ended.set()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                with serial.Serial(self._port, self._speed, timeout=_LOOK_UP_S) as line:
                    logger.info("keypad listens at %s", self._port)
                    self._loss_logged = False
                    self._read(line)
            except (OSError, serial.SerialException) as error:
                if not self._loss_logged:  # once per loss, not once per retry
                    logger.warning("keypad %s: %s; trying again", self._port, error)
                self._loss_logged = True
            self._ended.wait(AGAIN_AFTER_S)

    def _read(self, line: serial.Serial) -> None:
        line.reset_input_buffer()  # keys pressed while nobody listened are nobody's
        while not self._ended.is_set():
            for byte in line.read(1):
                if key := self._meanings.get(byte):
                    self._press(key)
