"""The pad's side of the line: greets, sends what is kept, and lets go of what the gateway has.

Pure: bytes and milliseconds in, bytes out; docs/pad-protocol.md has the rules by number.
"""

from firmware.pad.ring import Press, Ring
from protocols.pad import frames

TYPE_CHECKING = False
if TYPE_CHECKING:  # MicroPython has neither
    from collections.abc import Callable

GREET_EVERY_MS = 1_000
FIRST_PATIENCE_MS = 40
LONGEST_PATIENCE_MS = 1_000
SILENT_BEATS = 3
_FIRST_BEAT_S = 5


class Identity:
    """Who this pad is."""

    def __init__(self, uid: bytes, boot: int, hardware: int, firmware: int) -> None:
        self.uid = uid
        self.boot = boot
        self.hardware = hardware
        self.firmware = firmware


class Link:
    """Greeting until it is welcome, then sending; go-back-N with a window of 8."""

    def __init__(self, ring: Ring, identity: Identity, new_epoch: "Callable[[], int]") -> None:
        self.lockout_ms: int | None = None
        """As the gateway wishes; None before it said so."""
        self.dropped = 0
        """Presses that found no room, since the start."""
        self.millivolts = 0
        self.ctx = 0
        """The ask that stands; 0 when none does."""
        self.signals: list[tuple[int, int]] = []
        """Lamp and beeps that the gateway wants, not shown yet."""
        self.lamp = 0
        """What the ask that stands lights."""
        self._ring = ring
        self._identity = identity
        self._new_epoch = new_epoch
        self._frames = frames.Frames()
        self._out = [b"\x00\x00"]
        self._welcome = False
        self._sent = 0
        self._patience_ms = FIRST_PATIENCE_MS
        self._again_ms: int | None = None
        self._greet_ms = 0
        self._beat_s = _FIRST_BEAT_S
        self._beat_ms = 0
        self._heard_ms = 0
        self._ask_ends_ms = 0
        self._wall_ms: int | None = None
        """Unix milliseconds at this boot's 0."""
        self._wall_synced = False
        self._deciders: "dict[int, Callable[..., None]]" = {
            frames.WHO: self._who,
            frames.WELCOME: self._welcomed,
            frames.ACK: self._acked,
            frames.NAK: self._refused,
            frames.TIME_ASKED: self._time_asked,
            frames.ASK: self._asked,
            frames.CANCEL: self._cancelled,
            frames.SIGNAL: self._signalled,
        }

    @property
    def linked(self) -> bool:
        """Whether a gateway listens."""
        return self._welcome

    def receive(self, received: bytes, now_ms: int) -> None:
        """Take bytes from the line."""
        for kind, fields in self._frames.receive(received):
            decide = self._deciders.get(kind)
            if decide is not None:  # else it is a pad's own: an echo
                self._heard_ms = now_ms
                decide(now_ms, *fields)

    def press(self, press: Press) -> int:
        """Keep a press and return its number, 0 when it could not be kept; sends nothing yet."""
        press.ctx = self.ctx
        if self._wall_ms is not None:
            press.wall_s = (self._wall_ms + press.t_ms) // 1000
            press.flags |= frames.WALL_SYNCED if self._wall_synced else 0
        seq = self._ring.keep(press)
        if not seq:
            self.dropped += 1
        return seq

    def tick(self, now_ms: int) -> None:
        """Do what time asks for: greet, beat, send again, end an ask."""
        if self.ctx and now_ms >= self._ask_ends_ms:
            self._no_ask()
        if self._welcome and now_ms - self._heard_ms > SILENT_BEATS * self._beat_s * 1000:
            self._lost()
        if not self._welcome:
            if now_ms >= self._greet_ms:
                self._greet(now_ms)
            return
        if self._again_ms is not None and now_ms >= self._again_ms:
            self._sent = 0
            self._patience_ms = min(2 * self._patience_ms, LONGEST_PATIENCE_MS)
            self._again_ms = None
        if now_ms >= self._beat_ms:
            self._beat(now_ms)
        self._fill(now_ms)

    def to_send(self) -> bytes:
        """Return what is to be written now, and forget it."""
        out, self._out = b"".join(self._out), []
        return out

    def _say(self, kind: int, *fields: "int | bytes") -> None:
        self._out.append(frames.encode(kind, *fields))

    def _greet(self, now_ms: int) -> None:
        self._greet_ms = now_ms + GREET_EVERY_MS
        ring, who = self._ring, self._identity
        self._say(
            frames.HELLO,
            *(who.uid, ring.epoch, who.boot, ring.oldest, ring.head, ring.acked),
            *(now_ms, who.hardware, who.firmware),
        )

    def _beat(self, now_ms: int) -> None:
        self._beat_ms = now_ms + self._beat_s * 1000
        ring = self._ring
        self._say(
            frames.BEAT,
            *(now_ms, ring.head, ring.acked, self.dropped),
            *(self._frames.damaged, self.millivolts),
        )

    def _fill(self, now_ms: int) -> None:
        ring = self._ring
        done = max(ring.acked, ring.oldest - 1)
        self._sent = max(self._sent, done)
        while self._sent < ring.head and self._sent - done < frames.WINDOW:
            self._sent += 1
            self._send(self._sent)
        if self._sent == done:
            self._again_ms = None
        elif self._again_ms is None:
            self._again_ms = now_ms + self._patience_ms

    def _send(self, seq: int) -> None:
        press = self._ring.read(seq)
        if press is None:  # torn while it was written, or lost since: told, not passed over
            press = Press(0, self._identity.boot, 0)
            press.flags = frames.UNREADABLE
        self._say(
            frames.PRESS,
            *(seq, press.boot, press.t_ms, press.wall_s, press.key, press.flags),
            *(press.ctx, press.hold_ms),
        )

    def _lost(self) -> None:
        self._welcome = False
        self._greet_ms = 0

    def _who(self, now_ms: int) -> None:
        self._lost()
        self._greet(now_ms)

    def _welcomed(
        self, now_ms: int, epoch: int, committed: int, beat_s: int, lockout_ms: int
    ) -> None:
        ring = self._ring
        if epoch != ring.epoch:
            return
        if committed > ring.head:  # the flash lost its end: these numbers were given before
            ring.renew(self._new_epoch())
            self._lost()
            return
        ring.acknowledge(committed)
        self._beat_s, self.lockout_ms = max(1, beat_s), lockout_ms
        self._welcome = True
        self._sent, self._again_ms, self._patience_ms = 0, None, FIRST_PATIENCE_MS
        self._beat_ms = now_ms
        self._fill(now_ms)

    def _acked(self, now_ms: int, epoch: int, committed: int) -> None:
        ring = self._ring
        if not self._welcome or epoch != ring.epoch or not ring.acked < committed <= ring.head:
            return
        ring.acknowledge(committed)
        self._again_ms, self._patience_ms = None, FIRST_PATIENCE_MS
        self._fill(now_ms)

    def _refused(self, now_ms: int, epoch: int, expected: int) -> None:
        ring = self._ring
        if self._welcome and epoch == ring.epoch and ring.acked < expected <= self._sent:
            self._sent, self._again_ms = expected - 1, None
            self._fill(now_ms)

    def _time_asked(self, now_ms: int, nonce: int, wall_ms: int, synced: int) -> None:
        self._wall_ms, self._wall_synced = wall_ms - now_ms, bool(synced)
        self._say(frames.TIME_SAID, nonce, self._identity.boot, now_ms)

    def _asked(self, now_ms: int, ctx: int, ttl_s: int, lamp: int) -> None:
        self.ctx, self.lamp = ctx, lamp
        self._ask_ends_ms = now_ms + ttl_s * 1000

    def _cancelled(self, _now_ms: int, ctx: int) -> None:
        if ctx == self.ctx:
            self._no_ask()

    def _no_ask(self) -> None:
        self.ctx = self.lamp = 0

    def _signalled(self, _now_ms: int, lamp: int, beeps: int) -> None:
        self.signals.append((lamp, beeps))
        del self.signals[:-4]
