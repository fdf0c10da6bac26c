"""Seeded shoppers: what each of them wants to say, and which target they touch next.

Pure: `simulator/visits.py` looks at the real kiosk for them and touches what they choose.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from random import Random

# Scores 1 to 5 as smiley terminals see them: most are happy, the rest is why we exist.
_RATING_WEIGHTS = (14, 12, 12, 28, 34)
_NOTES = {
    True: (
        "waited 20 minutes, only one till open",
        "milk was expired yesterday",
        "staff was rude to my mother",
        "price tag says 9.9, paid 12.9",
        "my son had an allergic rash after the nut bread",
        "call me on 13800138000 about the refund",
    ),
    False: ("thank you, very kind staff", "fresh and quick, well done"),
}
_PHONES = ("13912345678", "15800001234", "18612340000")


@dataclass(frozen=True, slots=True)
class Intent:
    """What one shopper wants to say in one visit."""

    rating: int
    reasons: int
    """How many chips to touch."""
    note: str | None
    phone: str | None
    switches_language: bool
    leaves_early: bool
    """Walks away after the face; the score must be there all the same."""
    urgent: bool = False
    """Something happened that cannot wait: touches the urgent chip first."""
    vote: str | None = None
    """What is said of the store's first open problem, if any is shown: me_too or fixed_now."""
    digits: str = ""
    """The last digits of a receipt that the shopper types, where the kiosk asks for them."""


# Whom the demo sends in when it cuts the line, so that there is an alarm to see.
IN_NEED = Intent(
    rating=1,
    reasons=1,
    note=None,
    phone=_PHONES[0],
    switches_language=False,
    leaves_early=False,
    urgent=True,
)
URGENT_CHIP = "reason:food_safety"


def intent(random: Random) -> Intent:
    """Return the next shopper's intent."""
    rating = random.choices((1, 2, 3, 4, 5), _RATING_WEIGHTS)[0]
    unhappy = rating <= 2
    return Intent(
        rating=rating,
        reasons=random.choice((1, 1, 2)) if unhappy else random.choice((0, 1, 1)),
        note=random.choice(_NOTES[unhappy])
        if random.random() < (0.3 if unhappy else 0.05)
        else None,
        phone=random.choice(_PHONES) if unhappy and random.random() < 0.3 else None,
        switches_language=random.random() < 0.15,
        leaves_early=random.random() < 0.05,
        vote=random.choices((None, "me_too", "fixed_now"), (80, 14, 6))[0],
    )


@dataclass(slots=True)
class Shopper:
    """One visit under way."""

    intent: Intent
    random: Random
    _done: set[str] = field(default_factory=set)
    _typed: int = 0
    _dialled: int = 0
    _digits: int = 0

    @property
    def rated(self) -> bool:
        """Whether this shopper has touched a face."""
        return "face" in self._done

    def next_target(self, state: str, targets: Set[str]) -> str | None:
        """Return what to touch on a screen that shows `targets`; None to wait or walk away."""
        screens = {
            "attract": self._attract,
            "reasons": self._reasons,
            "receipt": self._receipt,
            "note": self._note,
            "contact": self._contact,
            "thanks": self._thanks,
        }
        choose = screens.get(state)
        return choose(targets) if choose else None

    def _attract(self, targets: Set[str]) -> str | None:
        if self.rated:
            return None
        if self.intent.switches_language and "language" in targets and self._once("language"):
            return "language"
        vote = f"{self.intent.vote}:1"
        if vote in targets and self._once("vote"):
            return vote
        face = f"face:{self.intent.rating}"
        return face if face in targets and self._once("face") else None

    def _thanks(self, targets: Set[str]) -> str | None:
        return "finish" if "finish" in targets and self._once("finish") else None

    def _reasons(self, targets: Set[str]) -> str | None:
        if self.intent.leaves_early:
            return None
        chips = sorted(t for t in targets if t.startswith("reason:") and t not in self._done)
        tapped = sum(name.startswith("reason:") for name in self._done)
        if tapped < self.intent.reasons and chips:
            wanted = self.intent.urgent and URGENT_CHIP in chips
            chip = URGENT_CHIP if wanted else self.random.choice(chips)
            self._done.add(chip)
            return chip
        if self.intent.digits and "receipt" in targets and self._once("receipt"):
            return "receipt"
        if self.intent.note and "write" in targets and self._once("write"):
            return "write"
        return next((name for name in ("next", "skip") if name in targets), None)

    def _receipt(self, targets: Set[str]) -> str | None:
        if self._digits < len(self.intent.digits):
            self._digits += 1
            return f"digit:{self.intent.digits[self._digits - 1]}"
        return "done" if "done" in targets else None

    def _note(self, targets: Set[str]) -> str | None:
        note = self.intent.note or ""
        # The apostrophe is a key of pinyin only; these shoppers write English.
        if note and "key:'" in targets and "script" in targets and self._once("script"):
            return "script"
        while self._typed < len(note):
            character = note[self._typed]
            key = "key:space" if character == " " else f"key:{character}"
            self._typed += 1
            if key in targets:
                return key
        return "done" if "done" in targets else None

    def _contact(self, targets: Set[str]) -> str | None:
        phone = self.intent.phone
        if phone is None:
            return "no_contact" if "no_contact" in targets else None
        if self._dialled < len(phone):
            self._dialled += 1
            return f"digit:{phone[self._dialled - 1]}"
        if "consent" in targets and self._once("consent"):
            return "consent"
        return "submit" if "submit" in targets else None

    def _once(self, what: str) -> bool:
        if what in self._done:
            return False
        self._done.add(what)
        return True
