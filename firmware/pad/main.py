"""The pad's loop: keys, flash, lamp and line, each in turn and none waiting for another."""

import sys

from firmware.pad.buttons import Buttons, Pace
from firmware.pad.hardware import DARK, FULL, THANKS, Hardware
from firmware.pad.link import Identity, Link
from firmware.pad.ring import Press, Ring
from protocols.pad import frames

FIRMWARE = 0x010000
"""1.0.0"""

_THANKS_MS = 600


class Pad:
    """One pad, from its start until its power or line ends."""

    def __init__(self, hardware: Hardware) -> None:
        self._hardware = hardware
        boot = hardware.random()
        self._ring = Ring(hardware.flash, hardware.random())
        who = Identity(hardware.uid, boot, hardware.kind, FIRMWARE)
        self._boot = boot
        self._link = Link(self._ring, who, hardware.random)
        self._buttons = Buttons(hardware.debounce_ms, hardware.lockout_ms)
        self._pace = Pace()
        self._ctx = 0
        self._lamp = -1
        self._shown_until_ms = 0

    def turn(self) -> bool:
        """Do once what is to be done; False when the line has ended for good."""
        hardware, link = self._hardware, self._link
        received = hardware.receive()
        if received is None:
            return False
        now_ms = hardware.now_ms()
        if received:
            link.receive(received, now_ms)
        self._follow(now_ms)
        pressed = self._buttons.poll(hardware.keys(), now_ms)
        if pressed is not None:
            self._press(pressed[0], pressed[1], now_ms)
        else:
            self._ring.prepare()
        link.tick(now_ms)
        out = link.to_send()
        if out:
            hardware.send(out)
        self._light(now_ms)
        return True

    def _follow(self, now_ms: int) -> None:
        """Do what the gateway said."""
        link = self._link
        if link.lockout_ms is not None:
            self._buttons.lockout_ms = link.lockout_ms
        if link.ctx != self._ctx:
            self._ctx = link.ctx
            self._pace.sold()
        for lamp, beeps in link.signals:
            self._show(lamp, now_ms)
            self._hardware.beep(beeps)
        link.signals.clear()

    def _press(self, key: int, hold_ms: int, now_ms: int) -> None:
        press = Press(key, self._boot, now_ms, hold_ms)
        if self._pace.pressed(now_ms):
            press.flags |= frames.BURST
        seq = self._link.press(press)
        if seq:  # it is on flash: only now may the shopper be thanked
            self._show(THANKS, now_ms)
            self._hardware.beep(1)
            self._hardware.kept(seq, key)

    def _show(self, lamp: int, now_ms: int) -> None:
        self._shown_until_ms = now_ms + _THANKS_MS
        self._set_lamp(lamp)

    def _light(self, now_ms: int) -> None:
        if now_ms >= self._shown_until_ms:
            asking = self._link.lamp if self._link.ctx else DARK
            self._set_lamp(FULL if self._ring.full else asking)

    def _set_lamp(self, lamp: int) -> None:
        if lamp != self._lamp:
            self._lamp = lamp
            self._hardware.light(lamp)


def run() -> None:
    """Run the pad on whatever this is."""
    if sys.platform == "linux":
        from firmware.pad.bench import Bench

        flash, fingers, debounce_ms, lockout_ms = sys.argv[1:5]
        hardware: Hardware = Bench(flash, fingers, int(debounce_ms), int(lockout_ms))
    else:
        from firmware.pad.board import Board

        hardware = Board()
    pad = Pad(hardware)
    while pad.turn():
        hardware.rest()


if __name__ == "__main__":
    run()
