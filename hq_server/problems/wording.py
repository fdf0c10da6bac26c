"""What is said of problems, in the chain's own words: never a shopper's (see wording.toml)."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any

from grading.topics import GENERAL

LANGUAGES = {"zh-CN": "zh", "en": "en"}


@functools.cache
def _topics() -> dict[str, dict[str, Any]]:
    file = resources.files("hq_server.problems").joinpath("wording.toml")
    return tomllib.loads(file.read_text("utf-8"))


def shown(topic: str) -> bool:
    """Return whether other shoppers may be told of a problem with this topic."""
    return bool(_topics().get(topic, {}).get("shown", False))


def text(topic: str, place: Mapping[str, str] | None) -> dict[str, str]:
    """Return the name of a problem by language; `place` has the touchpoint's names."""
    said = {}
    for language, short in LANGUAGES.items():
        words, name = _words(topic, short), _name(place, language)
        said[language] = f"{name} · {words['text']}" if name else words["text"]
    return said


def ask(topic: str, place: Mapping[str, str] | None) -> dict[str, str]:
    """Return the question whether a problem is still there, by language."""
    asked = {}
    for language, short in LANGUAGES.items():
        words = _words(topic, short)
        asked[language] = words["ask"].format(place=_name(place, language) or words["anywhere"])
    return asked


def _words(topic: str, short: str) -> dict[str, str]:
    found: dict[str, str] = _topics().get(topic, _topics()[GENERAL])[short]
    return found


def _name(place: Mapping[str, str] | None, language: str) -> str:
    if not place:
        return ""
    return place.get(language) or next(iter(place.values()))
