"""What the keys of a keyboard do: letters compose pinyin or are written, by the chosen script."""

from __future__ import annotations

from enum import StrEnum

from kiosk.pinyin.composer import Composer


class Script(StrEnum):
    """What the letter keys write."""

    PINYIN = "pinyin"
    ENGLISH = "english"


class Typist:
    """Who types: which script, which page of keys, capitals, and what is not written yet.

    Every key answers with the text to write; "" when nothing is written yet.
    """

    def __init__(self, composer: Composer) -> None:
        self.composer = composer
        self.script = Script.ENGLISH
        self.signs = False
        self.capitals = False
        self.room = 0
        """How many characters may still be written."""
        self._language = ""

    def sit_down(self, language: str, room: int) -> None:
        """Look at the note; another language brings its own script."""
        self.room = room
        if language != self._language:
            self._language = language
            self.rise()

    def rise(self) -> None:
        """Forget what is not written, and lay the keys out as for a new shopper."""
        self.composer.clear()
        self.signs = self.capitals = False
        self.script = Script.PINYIN if self._language.startswith("zh") else Script.ENGLISH

    @property
    def composing(self) -> bool:
        """Whether letters wait for a choice."""
        return self.composer.composing

    def fits(self, candidate: str) -> bool:
        """Return whether there is room for a candidate after what was chosen before it."""
        return len(self.composer.chosen) + len(candidate) <= self.room

    def switch_script(self) -> str:
        """Change between pinyin and English; letters that wait are written as they are."""
        text = self.composer.commit_letters()
        self.script = Script.ENGLISH if self.script is Script.PINYIN else Script.PINYIN
        self.signs = self.capitals = False
        return text

    def switch_signs(self) -> str:
        """Change between letters and signs; letters that wait become words."""
        self.signs = not self.signs
        return self.settle()

    def switch_capitals(self) -> None:
        """Change between small and capital letters."""
        self.capitals = not self.capitals

    def key(self, character: str) -> str:
        """Type a letter, a digit or a sign."""
        if not self.signs and self.script is Script.PINYIN and not self._is_sign(character):
            if self.room:
                self.composer.type(character)
            return ""
        return self.settle() + character

    def _is_sign(self, character: str) -> bool:
        return not (character.isascii() and (character.isalpha() or character == "'"))

    def space(self) -> str:
        """Choose the likeliest candidate, or write a space."""
        return self.choose(0) if self.composing else " "

    def choose(self, number: int) -> str:
        """Take a candidate, unless there is no room for it."""
        found = self.composer.candidates(number, 1)
        if not found:
            return self.settle()
        return self.composer.choose(number) if self.fits(found[0]) else ""

    def settle(self) -> str:
        """Write the likeliest text for the letters that wait; they stay when it has no room."""
        if not self.composing or not self.fits(self.composer.likeliest):
            return ""
        return self.composer.commit()

    def erase(self) -> bool:
        """Take a letter back that waits; False: the last written character is meant."""
        if not self.composing:
            return False
        self.composer.erase()
        return True
