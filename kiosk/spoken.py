"""What the kiosk says aloud of a screen: its question, its thanks, and what the keypad is at.

Never what a shopper typed, and no digit of a telephone number or a PIN: others hear it too.
"""

from __future__ import annotations

import math
from contextlib import suppress

from kiosk.events import Picture, State
from kiosk.questions import Mood
from protocols.messages import CaseFound

# Whoever hears the digits that the ring stops at has heard the number.
_SECRET = frozenset({State.CONTACT, State.STAFF, State.RECEIPT})
_DIGIT = "digit:"
# Candidates of the input method are what the shopper wrote, in other letters.
_WRITTEN = ("candidate:",)
# Keys that show the end of a number, and the text that says what they do.
_NUMBERED = {"receipt": "receipt_key"}
# Keys that have an icon and no words, and the text that says what they do.
_ICON_ONLY = {
    "erase": "erase",
    "candidates:more": "key_more",
    "candidates:back": "key_back",
}
_TITLES = {
    State.NOTE: ("note_title", "note_empty"),
    State.CONTACT: ("contact_title", "contact_hint"),
    State.RECEIPT: ("receipt_title", "receipt_hint"),
    State.CANNOT_ACCEPT: ("sorry_title", "sorry_text"),
    State.CLOSED: ("closed_title", "closed_text"),
}
_VOTES = ("me_too", "fixed_now")
_CHOSEN = {"zh-CN": "已选", "en": "chosen"}
_NOT_FOUND = {
    CaseFound.UNKNOWN: "lookup_unknown",
    CaseFound.AWAY: "lookup_away",
    CaseFound.SLOW_DOWN: "lookup_slow",
}
# Longer waits are told in minutes.
_SPOKEN_IN_SECONDS = 90
_MOODS = {Mood.UNHAPPY: "sorry", Mood.MIDDLING: "middling", Mood.HAPPY: "glad"}


def prompt(picture: Picture) -> str:
    """Return what is said when a screen comes; "" for nothing."""
    if picture.warning:
        return picture.say("still_there")
    made = _MADE.get(picture.state)
    if made:
        return made(picture)
    return _sentences(*map(picture.say, _TITLES.get(picture.state, ())))


def focused(picture: Picture, name: str, label: str) -> str:
    """Return what is said of the thing with this name and these words on it; "" for nothing."""
    if picture.state in _SECRET and name.startswith(_DIGIT):
        return ""
    if name.startswith(_WRITTEN):
        return ""
    if name in _NUMBERED:
        return picture.say(_NUMBERED[name])
    if not label and name in _ICON_ONLY:
        return picture.say(_ICON_ONLY[name])
    if about := _about(picture, name):
        return _sentences(about, label)
    chosen = picture.state is State.REASONS and name.removeprefix("reason:") in picture.chosen
    if name == "consent":
        chosen = picture.consent
    return _sentences(label, _CHOSEN.get(picture.language, "")) if chosen else label


def _about(picture: Picture, name: str) -> str:
    """Return the problem that a vote is about; "" for anything else."""
    key, _, place = name.partition(":")
    if key not in _VOTES or not place.isdecimal() or int(place) > len(picture.problems):
        return ""
    return picture.problems[int(place) - 1].ask.get(picture.language, "")


def not_found(picture: Picture) -> str:
    """Return why there is no case to show; "" when nobody asked, or it is shown."""
    told = picture.case
    if told is None or told.found not in _NOT_FOUND:
        return ""
    if told.found is CaseFound.SLOW_DOWN and told.wait_s > _SPOKEN_IN_SECONDS:
        return picture.say("lookup_slow_minutes", minutes=math.ceil(told.wait_s / 60))
    return picture.say(_NOT_FOUND[told.found], seconds=told.wait_s)


def spelled(code: str) -> str:
    """Return a code so that each character of it is said."""
    return " ".join(code.replace("-", ","))


def _question(picture: Picture) -> str:
    return picture.asked.ask.get(picture.language, "")


def _reasons(picture: Picture) -> str:
    return _sentences(picture.say(_MOODS[picture.mood]), picture.say("several"))


def _lookup(picture: Picture) -> str:
    return not_found(picture) or _sentences(picture.say("lookup_title"), picture.say("lookup_hint"))


def _thanks(picture: Picture) -> str:
    promise = picture.say(picture.promise)
    if picture.promised:
        promise = picture.say("promised", when=picture.promised)
    code = [picture.say("code"), spelled(picture.code)] if picture.code else []
    return _sentences(picture.say("thanks"), promise, *code)


def _case(picture: Picture) -> str:
    for node in reversed(picture.case.nodes if picture.case else ()):
        with suppress(KeyError):  # a step of a newer HQ has no words here
            return _sentences(picture.say("case_title"), picture.say(f"step_{node.step}"))
    return _sentences(picture.say("case_title"))


def _sentences(*parts: str) -> str:
    """Return the parts with a pause after each."""
    return " ".join(part if part[-1] in "。.？?！!" else f"{part}." for part in parts if part)


_MADE = {
    State.ATTRACT: _question,
    State.REASONS: _reasons,
    State.THANKS: _thanks,
    State.LOOKUP: _lookup,
    State.CASE: _case,
}
