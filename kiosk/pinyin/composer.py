"""What a keyboard talks to: letters come in, candidates come out, chosen words are handed over."""

from __future__ import annotations

from kiosk.pinyin.dictionary import Dictionary
from kiosk.pinyin.lattice import Lattice
from kiosk.pinyin.syllables import SEPARATOR

# A sentence of 25 syllables; nobody types more before looking up.
MOST_LETTERS = 80
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz" + SEPARATOR)


class Composer:
    """Letters that are not words yet.

    A candidate stands for all letters, or for the first of them: then the rest stays to be chosen
    from. `choose` returns the text once nothing is left.
    """

    def __init__(self, dictionary: Dictionary) -> None:
        self._lattice = Lattice(dictionary)
        self._taken: list[tuple[str, str]] = []
        self._candidates: list[tuple[str, int]] = []

    @property
    def composing(self) -> bool:
        """Whether there are letters, or words chosen for some of them."""
        return bool(self._lattice.letters)

    @property
    def chosen(self) -> str:
        """Return the words chosen so far, which are handed over with the last one."""
        return "".join(word for word, _ in self._taken)

    @property
    def letters(self) -> str:
        """Return the letters that no word was chosen for."""
        return self._lattice.letters

    @property
    def likeliest(self) -> str:
        """Return the likeliest text for all of the letters; the letters when they make none."""
        text, used = self._candidates[0] if self._candidates else ("", 0)
        return text if used == len(self.letters) else self.letters

    def type(self, letter: str) -> bool:
        """Add a letter a to z or an apostrophe; False when it is none or there are too many."""
        letters = self._lattice.letters
        if letter not in _LETTERS or len(letters) >= MOST_LETTERS:
            return False
        if letter == SEPARATOR and (not letters or letters.endswith(SEPARATOR)):
            return False
        self._lattice.add(letter)
        self._list()
        return True

    def erase(self) -> None:
        """Take back the last chosen word if there is one, else the last letter."""
        if self._taken:
            _, letters = self._taken.pop()
            self._restart(letters + self._lattice.letters)
        elif self.letters:
            self._lattice.cut(len(self.letters) - 1)
        self._list()

    def candidates(self, first: int, count: int) -> list[str]:
        """Return up to `count` candidates from number `first` on; the likeliest is number 0."""
        return [text for text, _ in self._candidates[first : first + count]]

    def choose(self, number: int) -> str:
        """Take a candidate; return the whole text when no letters are left, else ""."""
        if not 0 <= number < len(self._candidates):
            return ""
        word, used = self._candidates[number]
        letters = self._lattice.letters
        self._taken.append((word, letters[:used]))
        rest = letters[used:].lstrip(SEPARATOR)
        if not rest:
            text = self.chosen
            self.clear()
            return text
        self._restart(rest)
        self._list()
        return ""

    def commit(self) -> str:
        """Return chosen words and the likeliest text for the other letters; nothing is left."""
        text = self.chosen + self.likeliest
        self.clear()
        return text

    def commit_letters(self) -> str:
        """Return chosen words and the other letters as they are; nothing is left."""
        text = self.chosen + self.letters
        self.clear()
        return text

    def clear(self) -> None:
        """Forget everything that was typed."""
        self._lattice.clear()
        self._taken.clear()
        self._candidates.clear()

    def _restart(self, letters: str) -> None:
        self._lattice.clear()
        for letter in letters:
            self._lattice.add(letter)

    def _list(self) -> None:
        """List the sentence, then the words from the start: the longer before the shorter."""
        best: dict[str, tuple[int, bool, int]] = {}
        for reach in self._lattice.first_words():
            rank = (-reach.end, not reach.word.exact, reach.word.cost)
            known = best.get(reach.word.text)
            if known is None or rank < known:
                best[reach.word.text] = rank
        ordered = sorted(best.items(), key=lambda item: item[1])
        self._candidates = [(text, -rank[0]) for text, rank in ordered]
        sentence = self._lattice.sentence()
        if sentence:
            whole = (sentence, len(self._lattice.letters))
            self._candidates = [whole, *(one for one in self._candidates if one[0] != sentence)]
