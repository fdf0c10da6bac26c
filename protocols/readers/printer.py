"""What a till's printer would do with the bytes it gets: print jobs, with their lines and codes.

Commands are cut out by their lengths; an unknown one costs two bytes and is counted. Only an
unfinished command is ever kept, so memory is bounded, and any cutting of the stream into chunks
gives the same jobs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from protocols.readers import codes
from protocols.readers.base import Counts
from protocols.readers.commands import Action, Incomplete, Unknown
from protocols.readers.events import Code, DrawerOpened
from protocols.readers.pages import dialect
from protocols.readers.pictures import Bands, Picture, ReadPicture, band
from protocols.readers.printout import MAX_EVIDENCE, Printout
from protocols.readers.resync import readable_from
from protocols.readers.suspicion import Evidence

_MAX_CODES = 64
_MAX_PICTURES = 8
_MAX_SEAMS = 8
# A slow line brings a few bytes at a time.
_HELD_TEXT = 4096
_BLANK = b" \t\r\n\x00"
_PULSE_PINS = frozenset(b"\x00\x0101")
_PICTURES = frozenset(
    {Action.RASTER, Action.GRAPHICS, Action.COLUMNS, Action.STAR_RASTER, Action.STAR_BAND}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What was printed up to a cut or a silence."""

    lines: tuple[str, ...]
    codes: tuple[tuple[int, Code], ...]
    """Each with the number of lines above it."""
    seams: tuple[int, ...]
    """Above which lines the printer was initialised: another receipt may begin there."""
    initialised: bool
    """ESC @ came before anything was printed: its beginning was heard."""
    damaged: bool
    evidence: Evidence


class Printer:
    """Gives the jobs of one till; `counts` is its reader's own."""

    def __init__(
        self,
        encoding: str,
        page_table: str,
        counts: Counts,
        read_picture: ReadPicture | None = None,
    ) -> None:
        self._encoding = encoding
        self._counts = counts
        self._read_picture = read_picture
        self._dialect = dialect(page_table)
        self._printout = Printout(encoding, page_table)
        self._layout = _layout(self._printout)
        # By its two bytes: how long a command of the layout is, and what it does.
        self._quick = {
            name: (2 + rule, self._layout[action])
            for name, action in self._dialect.actions.items()
            if action in self._layout and len(name) == 2
            if isinstance(rule := self._dialect.rules[name[0]].get(name[1]), int)
        }
        self._symbols = codes.Symbols()
        self._bands = Bands()
        self._pending = bytearray()
        # What waits: text, to be printed at once with what follows, or an unfinished command.
        self._is_text = True
        self._needed = 0
        self._codes: list[tuple[int, Code]] = []
        self._seams: list[int] = []
        self._initialised = self._drawer_told = False
        self._pictures = self._dropped = self._command_bytes = 0

    def feed(self, data: bytes) -> list[Job | DrawerOpened]:
        """Add received bytes and return what they completed."""
        held = len(self._pending) + len(data)
        if self._is_text and held < _HELD_TEXT and self._dialect.lead.search(data) is None:
            self._pending += data
            return []
        if not self._pending:
            return self._parse(data)
        self._pending += data
        return self._parse(bytes(self._pending)) if held >= self._needed else []

    def finish(self) -> list[Job | DrawerOpened]:
        """Return what silence completes: what an unfinished command held back is read again."""
        done = self._flush()
        if self._pending:
            tail = bytes(self._pending)
            self._counts.resyncs += 1
            start = readable_from(tail, self._dialect, self._encoding)
            kept = b"" if start is None else tail[start:]
            self._lose(len(tail) - len(kept))
            done += self._parse(kept)
            if self._pending:
                self._lose(len(self._pending))
                self._pending.clear()
            self._is_text = True
        self._needed = 0
        return done + self._end_job(cut=False)

    def reset(self) -> None:
        """Begin as after power-up: another printer may be on the line."""
        self._printout.reset()

    @property
    def held_bytes(self) -> int:
        """How many bytes wait for the rest of their command."""
        return len(self._pending)

    def evidence(self) -> Evidence:
        """Return what the job looks like so far."""
        self._flush()
        return self._evidence(cut=False)

    def _evidence(self, *, cut: bool) -> Evidence:
        printout = self._printout
        return Evidence(
            text="\n".join(printout.lines)[:MAX_EVIDENCE],
            raw=bytes(printout.evidence),
            text_bytes=printout.text_bytes,
            odd=printout.odd_bytes + printout.unreadable + self._dropped,
            command_bytes=self._command_bytes,
            cut=cut,
        )

    # --- cutting the stream ---

    def _parse(self, data: bytes) -> list[Job | DrawerOpened]:
        done: list[Job | DrawerOpened] = []
        at, end = 0, len(data)
        match, quick = self._dialect.tokens.match, self._quick
        self._needed = 0
        while at < end:
            token = match(data, at)
            if token is not None:
                if token.lastindex == 1:
                    self._print(token[1])
                else:
                    self._command_bytes += token.end() - at
                at = token.end()
                continue
            fixed = quick.get(data[at : at + 2])
            if fixed is not None and at + fixed[0] <= end:
                self._command_bytes += fixed[0]
                fixed[1](data[at : at + fixed[0]])
                at += fixed[0]
                continue
            size = self._size(data, at)
            if at + size > end:
                self._needed = size
                break
            done += self._obey(data, at, size)
            at += size or self._drop(data, at)
        if at < end or self._pending:
            self._pending = bytearray(data[at:])
        self._is_text = at == end
        return done

    def _flush(self) -> list[Job | DrawerOpened]:
        """Print the text that waits for more; text alone completes nothing."""
        return self._parse(bytes(self._pending)) if self._is_text and self._pending else []

    def _size(self, data: bytes, at: int) -> int:
        """Return how many bytes must be there for this command; 0: no command begins like this."""
        try:
            return self._dialect.length(data, at)
        except Incomplete as wait:
            return wait.needed - at
        except Unknown:
            return 0

    def _drop(self, data: bytes, at: int) -> int:
        following = data[at + 1 : at + 2]
        # A control character after a stray lead byte has a meaning of its own.
        count = 2 if following and following[0] >= 0x20 else 1
        self._lose(count)
        return count

    def _lose(self, count: int) -> None:
        if count:
            self._counts.dropped_bytes += count
            self._dropped += count
            self._printout.damage += 1

    # --- what the pieces do ---

    def _print(self, text: bytes) -> None:
        if self._bands.open and text.strip(_BLANK):
            self._end_picture()
        self._printout.text(text)

    def _obey(self, data: bytes, at: int, size: int) -> list[Job | DrawerOpened]:
        self._command_bytes += min(size, 2)
        action = self._dialect.action(data, at) if size else None
        if action is None:
            return []
        command = data[at : at + size]
        if action in self._layout:
            self._layout[action](command)
        elif action in _PICTURES:
            self._draw(action, command)
        elif action is Action.CUT:
            return self._end_job(cut=True)
        elif action is Action.RESET:
            self._initialise()
        elif action is Action.DRAWER:
            return self._drawer(command)
        else:
            self._add_code(self._code(action, command))
        return []

    def _initialise(self) -> None:
        if self._printout.blank and not self._codes:
            self._initialised = True
        self._printout.print_page(stay=False)
        lines = len(self._printout.lines)
        if lines and lines not in self._seams:
            self._seams = [*self._seams, lines][-_MAX_SEAMS:]
        self._printout.reset()

    def _drawer(self, command: bytes) -> list[Job | DrawerOpened]:
        pulse = len(command) == 1 or (
            command[2] in _PULSE_PINS if command[0] == 0x1B else command[2] == 1
        )
        if not pulse or self._drawer_told:
            return []
        self._drawer_told = True
        return [DrawerOpened()]

    def _code(self, action: Action, command: bytes) -> Code | None:
        match action:
            case Action.BARCODE:
                return codes.barcode(command)
            case Action.SYMBOL:
                return self._symbols.take(command)
            case Action.QR:
                return codes.qr(command)
            case Action.STAR_BARCODE:
                return codes.star_barcode(command)
            case _:
                return self._symbols.take_star(command)

    def _add_code(self, code: Code | None) -> None:
        if self._bands.open:
            self._end_picture()
        if code is not None and len(self._codes) < _MAX_CODES:
            self._codes.append((len(self._printout.lines), code))

    def _draw(self, action: Action, command: bytes) -> None:
        drawn = band(action, command) if self._read_picture is not None else None
        if drawn is not None:
            self._see(self._bands.add(drawn))

    def _end_picture(self) -> None:
        self._see(self._bands.take())

    def _see(self, picture: Picture | None) -> None:
        if picture is None or self._read_picture is None or self._pictures >= _MAX_PICTURES:
            return
        self._pictures += 1
        for code in self._read_picture(picture):
            self._codes.append((len(self._printout.lines), code))
        del self._codes[_MAX_CODES:]

    # --- jobs ---

    def _start_job(self) -> None:
        self._printout.start_job()
        self._codes, self._seams = [], []
        self._initialised = self._drawer_told = False
        self._pictures = self._dropped = self._command_bytes = 0

    def _end_job(self, *, cut: bool) -> list[Job | DrawerOpened]:
        self._printout.print_page(stay=False)
        self._end_picture()
        job = Job(
            lines=tuple(self._printout.lines),
            codes=tuple(self._codes),
            seams=tuple(self._seams),
            initialised=self._initialised,
            damaged=self._printout.damage > 0,
            evidence=self._evidence(cut=cut),
        )
        self._start_job()
        return [job]


def _word(command: bytes, at: int) -> int:
    return int.from_bytes(command[at : at + 2], "little")


def _layout(printout: Printout) -> Mapping[Action, Callable[[bytes], None]]:
    """Return what moves the text or changes how it is read."""
    return {
        Action.FEED: lambda _: printout.end_line(),
        Action.PAGE: lambda command: printout.page_number(command[-1]),
        Action.DOUBLE_BYTE: lambda _: printout.double_byte(True),
        Action.SINGLE_BYTE: lambda _: printout.double_byte(False),
        Action.SHIFT_JIS: lambda command: printout.shift_jis(command[-1] % 2 == 1),
        Action.MOVE_TO: lambda command: printout.move_to(_word(command, len(command) - 2)),
        Action.MOVE_BY: lambda _: printout.move_by(),
        Action.DOWN_TO: lambda command: printout.down(_word(command, 2), by=False),
        Action.DOWN_BY: lambda command: printout.down(
            int.from_bytes(command[2:4], "little", signed=True), by=True
        ),
        Action.SPACING: lambda command: printout.spacing(command[2]),
        Action.PAGE_MODE: lambda _: printout.begin_page(),
        Action.PAGE_AREA: lambda command: printout.page_area(_word(command, 2), _word(command, 4)),
        Action.PAGE_PRINT: lambda _: printout.print_page(stay=True),
        Action.PAGE_DROP: lambda _: printout.drop_page(),
    }
