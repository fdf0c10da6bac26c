"""The keyboard on the glass: pinyin and English letters, digits and signs, and candidates."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.events import EraseTapped, Event, KeyTapped, Picture, State
from kiosk.layout import Canvas, Rect
from kiosk.pinyin.composer import Composer
from kiosk.pinyin.dictionary import shared
from kiosk.pinyin.typist import Script, Typist
from kiosk.views import theme
from kiosk.views.candidates import CandidateBar
from kiosk.views.parts import Button, Part
from protocols.messages import MAX_NOTE_CHARACTERS

# Words in capitals are keys that do something; the others type what they say.
_LETTERS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
# Large keys for whoever does not know where letters lie on a computer: seven in a row, a to z.
_ALPHABET = ("abcdefg", "hijklmn", "opqrstu", "vwxyz")
_SIGNS = ("1234567890", "-/:()&@%¥", "，。！？、,.")
_FOOT = {
    (Script.PINYIN, False): ("SCRIPT", "SIGNS", "，", "SPACE", "。"),
    (Script.ENGLISH, False): ("SCRIPT", "SIGNS", ",", "SPACE", "."),
    (Script.PINYIN, True): ("SIGNS", "SPACE"),
    (Script.ENGLISH, True): ("SIGNS", "SPACE"),
}
_WIDTHS = {"SCRIPT": 1.7, "SIGNS": 1.9, "SPACE": 3.4, "SHIFT": 1.5, "ERASE": 1.5}
_GAP = 5


class Keyboard(Part):
    """Rows of keys; a touch between two keys counts for the nearer one."""

    def __init__(self) -> None:
        super().__init__()
        self.typist = Typist(Composer(shared()))
        self.candidates = CandidateBar(self.typist, self._choose, self._turned)
        self._wide: dict[str, Button] = {
            "SCRIPT": Button("script", act=self._switch_script, size=17),
            "SIGNS": Button("symbols", act=self._switch_signs, size=17),
            "SPACE": Button("key:space", act=self._space, size=17),
            "SHIFT": Button("shift", act=self._shift, size=17),
            "ERASE": Button("erase", act=self._erase, size=17).with_icon("backspace", 26),
        }
        self._keys: dict[str, Button] = {}
        self._bar_area, self._canvas = self.rect, Canvas(0, 0)

    def touchables(self) -> list[Button]:
        """Return every key that is shown, the candidates first."""
        bar = self.candidates.touchables() if self.typist.composing else []
        return [*bar, *(part for part in self.parts if isinstance(part, Button))]

    def show(self, picture: Picture) -> None:
        """Lay the keys out for the picture's language; whoever left leaves no letters behind."""
        self.typist.sit_down(picture.language, MAX_NOTE_CHARACTERS - len(picture.note))
        if picture.state is not State.NOTE:
            self.typist.rise()
            self.candidates.begin()
        script = "key_english" if self.typist.script is Script.PINYIN else "key_pinyin"
        self._wide["SCRIPT"].label.say(picture.say(script))
        self._wide["SIGNS"].label.say(
            picture.say("key_letters" if self.typist.signs else "key_signs")
        )
        self._wide["SPACE"].label.say(
            picture.say("key_choose" if self.typist.composing else "space")
        )
        self._wide["SHIFT"].label.say("abc" if self.typist.capitals else "ABC")
        self._wide["SHIFT"].dress(theme.look().chosen if self.typist.capitals else theme.PLAIN)

    def arrange(self, area: Rect, bar: Rect, canvas: Canvas) -> None:
        """Place the keys, and above them the candidates while letters wait."""
        self.rect, self._bar_area, self._canvas = area, bar, canvas
        gap = canvas.px(_GAP)
        rows = self._rows()
        placed: list[Button] = []
        for row, line in zip(rows, area.rows(*[1] * len(rows), gap=gap), strict=True):
            placed += self._lay_row(row, line, gap)
        self.only(*placed)
        if self.typist.composing:
            self.candidates.arrange(bar, canvas)

    def _rows(self) -> list[tuple[str, ...]]:
        typist = self.typist
        foot = _FOOT[typist.script, typist.signs]
        left = "'" if typist.script is Script.PINYIN else "SHIFT"
        if typist.signs:
            first, second, third = _SIGNS
            return [tuple(first), tuple(second), (*third, "ERASE"), foot]
        if self._canvas.large and not self._canvas.wide:
            *rows, last = _ALPHABET
            return [*(tuple(row) for row in rows), (*last, left, "ERASE"), foot]
        first, second, third = _LETTERS
        return [tuple(first), tuple(second), (left, *third, "ERASE"), foot]

    def _lay_row(self, row: Sequence[str], line: Rect, gap: int) -> list[Button]:
        widths = [self._width(key) for key in row]
        keys = [self._key(key) for key in row]
        inner = line
        if row == tuple(_LETTERS[1]):  # as on a computer, half a key further in
            inner = line.inset(line.width / 20, 0)
        for key, cell in zip(keys, inner.columns(*widths, gap=gap), strict=True):
            key.place(cell, self._canvas.type)
            key.reach(_reach(cell, inner, line, gap))
        return keys

    def _width(self, key: str) -> float:
        alphabet = self._canvas.large and not self._canvas.wide and not self.typist.signs
        if alphabet and key in ("SHIFT", "ERASE"):
            return 1.0
        if key == "'" and not alphabet:
            return 1.5
        return _WIDTHS.get(key, 1.0)

    def _key(self, key: str) -> Button:
        button = self._wide.get(key)
        if button is None:
            shown = key.upper() if self.typist.capitals and key.isalpha() else key
            button = self._keys.get(shown)
            if button is None:
                button = self._keys[shown] = Button(
                    f"key:{shown}", act=lambda: self._type(shown), size=25, font=theme.REGULAR
                )
                button.label.say(shown)
        return button.rounded(10)

    # --- what the keys do ------------------------------------------------------------------------

    def settle(self) -> list[Event]:
        """Return the event that writes what waits, if anything does."""
        return self._write(self.typist.settle()) if self.typist.composing else []

    def _write(self, text: str) -> list[Event]:
        """Return the event of a key; writing nothing counts too: somebody is there."""
        self.candidates.begin()
        return [KeyTapped(text)]

    def _type(self, character: str) -> list[Event]:
        return self._write(self.typist.key(character))

    def _space(self) -> list[Event]:
        return self._write(self.typist.space())

    def _choose(self, number: int) -> list[Event]:
        return self._write(self.typist.choose(number))

    def _erase(self) -> list[Event]:
        if self.typist.erase():
            return self._write("")
        return [EraseTapped()]

    def _switch_script(self) -> list[Event]:
        return self._write(self.typist.switch_script())

    def _switch_signs(self) -> list[Event]:
        return self._write(self.typist.switch_signs())

    def _shift(self) -> list[Event]:
        self.typist.switch_capitals()
        return self._write("")

    def _turned(self) -> list[Event]:
        return [KeyTapped("")]


def _reach(cell: Rect, inner: Rect, line: Rect, gap: float) -> Rect:
    """Return where touches count for a key: half of each gap, and all that is beside the row."""
    reach = cell.inset(-gap / 2)
    left = line.x if cell.x == inner.x else reach.x
    right = line.right if cell.right == inner.right else reach.right
    return Rect(left, reach.y, right - left, reach.height)
