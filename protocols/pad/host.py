"""The gateway's side of a pad's line: bytes and seconds in, what the pad did out; pure.

It acknowledges nothing by itself: `stored` says how far the gateway's disk has the pad's stream,
and only that is told to the pad (docs/pad-protocol.md, P10 to P16).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from protocols.pad import frames
from protocols.pad.clock import PadClock

DEFAULT_BEAT_S = 5
SILENT_BEATS = 3
ASK_WHO_EVERY_S = 1.0
FIRST_PATIENCE_S = 2.0
LONGEST_PATIENCE_S = 60.0
TIME_EVERY_S = 60.0
# Three exchanges at once: the first of a line that was quiet is rarely the quickest.
TIME_EXCHANGES_AT_FIRST = 3
_BETWEEN_FIRST_S = 0.5
_NEVER = float("-inf")


@dataclass(frozen=True, slots=True)
class Hello:
    """Who the pad is and what it holds."""

    uid: bytes
    epoch: int
    boot: int
    oldest: int
    head: int
    acked: int
    """How far a gateway said to have it, as the pad remembers."""
    t_ms: int
    hardware: int
    firmware: int


@dataclass(frozen=True, slots=True)
class Offered:
    """The pad wants to know how far its stream is stored: answer with `opened`."""

    hello: Hello
    nonce: int


@dataclass(frozen=True, slots=True)
class Pressed:
    """The next press of the stream, once and in order."""

    seq: int
    boot: int
    t_ms: int
    """Since that boot of the pad."""
    wall_s: int
    """Unix seconds as the pad believed them; 0 when it was never told."""
    key: int
    flags: int
    ctx: int
    hold_ms: int

    @property
    def wall_synced(self) -> bool:
        """Whether the clock that told the pad the time was kept by a time service."""
        return bool(self.flags & frames.WALL_SYNCED)

    @property
    def burst(self) -> bool:
        """Whether it was one of too many within a minute."""
        return bool(self.flags & frames.BURST)

    @property
    def unreadable(self) -> bool:
        """Whether the pad cannot read what it kept: power was cut while it was written."""
        return bool(self.flags & frames.UNREADABLE)


@dataclass(frozen=True, slots=True)
class Beat:
    """How the pad is."""

    t_ms: int
    head: int
    acked: int
    dropped: int
    """Presses that found no room since its start."""
    damaged: int
    """Frames that reached it damaged."""
    millivolts: int
    """Of its battery; 0 when it has none."""


@dataclass(frozen=True, slots=True)
class Silent:
    """The pad says nothing any more."""


PadEvent = Offered | Pressed | Beat | Silent


class PadHost:
    """One pad on one line; times are monotonic seconds of the caller."""

    def __init__(self, *, beat_s: int = DEFAULT_BEAT_S, lockout_ms: int = 1_500) -> None:
        """`beat_s`: how often the pad says that it is there, 1 to 255; `lockout_ms`: for how long
        after a press it takes no other, up to 65,535.
        """
        self.frames = frames.Frames()
        self.hello: Hello | None = None
        """Of the pad that is there now."""
        self.duplicates = 0
        self.gaps = 0
        self.messages = 0
        self.clock = PadClock()
        self._beat_s = beat_s
        self._lockout_ms = lockout_ms
        self._out = [b"\x00\x00"]
        self._welcome = False
        self._expected = 1
        self._committed = 0
        self._ahead: dict[int, Pressed] = {}
        """Presses that came before one that was lost."""
        self._last_gap: int | None = None
        """The last press that came too early since a NAK; the same or an earlier one that comes
        too early means that the pad went back, and what is lacking was lost again."""
        self._nonce = 0
        self._again_at: float | None = None
        """When to ask again how far the stream is stored."""
        self._patience_s = FIRST_PATIENCE_S
        self._ack_due = False
        self._heard = self._who_at = self._time_at = _NEVER
        self._times = 0
        """Exchanges of time that were begun with this start of the pad."""
        self._time_sent = _NEVER
        self._ctx = 0
        self._asking = False

    # --- the line --------------------------------------------------------------------------------

    def feed(self, data: bytes, t: float) -> list[PadEvent]:
        """Add received bytes and return what they tell."""
        events: list[PadEvent] = []
        for kind, fields in self.frames.receive(data):
            if kind >= frames.WHO:  # our own, by an echo
                continue
            self.messages += 1
            self._heard = t
            events += self._take(kind, fields, t)
        return events

    def tick(self, t: float) -> list[PadEvent]:
        """Do what time asks for; call it a few times a second."""
        if self.hello is None:
            self._ask_who(t)
            return []
        if t - self._heard > SILENT_BEATS * self._beat_s:
            self.lost()
            return [Silent()]
        if self._again_at is not None and t >= self._again_at:
            self._patience_s = min(2 * self._patience_s, LONGEST_PATIENCE_S)
            return [self._offer(t)]
        return []

    def lost(self) -> None:
        """The line is gone, or the pad: whoever comes next says who it is."""
        self.frames.clear()
        self.hello = None
        self._welcome = False
        self._again_at = None
        self._out = [b"\x00\x00"]

    def to_send(self) -> bytes:
        """Return what is to be written now, and forget it."""
        if self._ack_due and self._welcome and self.hello is not None:
            self._say(frames.ACK, self.hello.epoch, self._committed)
        out, self._out, self._ack_due = b"".join(self._out), [], False
        return out

    # --- the gateway -----------------------------------------------------------------------------

    def opened(self, through: int, nonce: int) -> None:
        """Take the answer to `Offered`: the stream is stored `through` here."""
        if self.hello is None or nonce != self._nonce:
            return
        # What the pad no longer holds can never come: go on with what it does hold.
        self._expected = max(through + 1, self.hello.oldest)
        self._committed, self._last_gap = through, None
        self._ahead.clear()
        self._welcome = True
        self._again_at = None
        self._say(frames.WELCOME, self.hello.epoch, through, self._beat_s, self._lockout_ms)

    def stored(self, through: int, t: float, *, gap: bool = False) -> list[PadEvent]:
        """The gateway's disk has the stream `through` here; `gap`: and it wants the rest again."""
        if self.hello is None or not self._welcome:
            return []
        if gap:
            return [self._offer(t)]
        if through > self._committed:
            self._committed = through
            self._patience_s = FIRST_PATIENCE_S
            self._wait_for_disk(t)
            self._ack_due = True
        return []

    def tell_time(self, wall_ms: int, t: float, *, synced: bool) -> None:
        """Tell the pad the time and ask for its own, when that is due."""
        if not self._welcome or t < self._time_at:
            return
        self._times += 1
        early = self._times < TIME_EXCHANGES_AT_FIRST
        self._time_at = t + (_BETWEEN_FIRST_S if early else TIME_EVERY_S)
        self._time_sent = t
        self._say(frames.TIME_ASKED, self._times % 65_536, wall_ms, int(synced))

    def ask(self) -> None:
        """Let the pad show that somebody is asked, until `cancel`."""
        self._ctx = self._ctx % 65_535 + 1
        self._asking = True
        self._say_ask()

    def cancel(self) -> None:
        """Nobody is asked any more."""
        if self._asking:
            self._asking = False
            self._say(frames.CANCEL, self._ctx)

    def signal(self, lamp: int, beeps: int) -> None:
        """Let the pad light a lamp for a moment, and beep."""
        self._say(frames.SIGNAL, lamp, beeps)

    # --- what frames mean ------------------------------------------------------------------------

    def _take(self, kind: int, fields: tuple[int | bytes, ...], t: float) -> list[PadEvent]:
        if kind == frames.HELLO:
            return self._greeted(Hello(*fields), t)  # type: ignore[arg-type]  # by FIELDS
        if self.hello is None:
            self._ask_who(t)
            return []
        if kind == frames.PRESS:
            return self._pressed(Pressed(*fields), t)  # type: ignore[arg-type]
        if kind == frames.BEAT:
            self._ack_due = True
            self._say_ask()
            return [Beat(*fields)]  # type: ignore[arg-type]
        self._told_time(*fields, t=t)  # type: ignore[arg-type]
        return []

    def _greeted(self, hello: Hello, t: float) -> list[PadEvent]:
        before = self.hello
        self.hello = hello
        self.clock.heard(hello.boot, hello.t_ms, t)
        same = before is not None and (before.epoch, before.boot) == (hello.epoch, hello.boot)
        if same and not self._welcome and self._again_at is not None:
            return []  # asked already; the answer is under way
        self._welcome = False
        if not same:
            self._times, self._time_at = 0, _NEVER
        return [self._offer(t)]

    def _pressed(self, press: Pressed, t: float) -> list[PadEvent]:
        if not self._welcome:
            return []
        if press.seq < self._expected:
            self.duplicates += 1
            self._ack_due = True
            return []
        if press.seq > self._expected:
            self._came_early(press)
            return []
        return self._next(press, t)

    def _next(self, press: Pressed, t: float) -> list[PadEvent]:
        run: list[PadEvent] = [press]
        self._expected += 1
        while (ahead := self._ahead.pop(self._expected, None)) is not None:
            run.append(ahead)
            self._expected += 1
        self._last_gap = None
        if self._again_at is None:
            self._wait_for_disk(t)
        return run

    def _came_early(self, press: Pressed) -> None:
        self.gaps += 1
        if press.seq < self._expected + frames.WINDOW:
            self._ahead[press.seq] = press
        if self.hello is not None and (self._last_gap is None or press.seq <= self._last_gap):
            self._say(frames.NAK, self.hello.epoch, self._expected)
        self._last_gap = press.seq

    def _told_time(self, nonce: int, boot: int, pad_ms: int, *, t: float) -> None:
        if self.hello is not None and boot == self.hello.boot and nonce == self._times % 65_536:
            self.clock.exchanged(boot, pad_ms, self._time_sent, t)

    # --- what we say -----------------------------------------------------------------------------

    def _say(self, kind: int, *fields: int | bytes) -> None:
        self._out.append(frames.encode(kind, *fields))

    def _ask_who(self, t: float) -> None:
        if t >= self._who_at:
            self._who_at = t + ASK_WHO_EVERY_S
            self._say(frames.WHO)

    def _offer(self, t: float) -> Offered:
        assert self.hello is not None  # noqa: S101 (said by whoever calls)
        self._nonce += 1
        self._again_at = t + self._patience_s
        if self._welcome:  # it said hello a while ago
            head = max(self.hello.head, self._expected - 1)
            self.hello = replace(self.hello, head=head, acked=self._committed)
        return Offered(self.hello, self._nonce)

    def _wait_for_disk(self, t: float) -> None:
        """Ask again when what was handed over is not stored in time: a write may have failed."""
        waits = self._expected - 1 > self._committed
        self._again_at = t + self._patience_s if waits else None

    def _say_ask(self) -> None:
        """Say an ask, again with each beat: a pad that hears it no more takes it as over."""
        if self._asking:
            self._say(frames.ASK, self._ctx, min(SILENT_BEATS * self._beat_s, 255), 1)
