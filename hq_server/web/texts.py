"""Every text of the pages, by language; zh_CN.toml and en.toml hold the same keys."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

LANGUAGES = {"zh-CN": "zh_CN.toml", "en": "en.toml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The texts of one language."""

    language: str
    by_key: Mapping[str, str]

    def __call__(self, key: str, **named: object) -> str:
        """Return the text of a key with names filled in; an unknown key is shown as it is."""
        text = self.by_key.get(key)
        return text.format(**named) if text is not None else key.rpartition(".")[2]

    def name(self, names: Mapping[str, str], otherwise: str) -> str:
        """Return a name in this language, or in any other."""
        return names.get(self.language) or next(iter(names.values()), otherwise)


@functools.cache
def texts(language: str) -> Texts:
    """Return the texts of a language."""
    file = resources.files("hq_server.web").joinpath("texts", LANGUAGES[language])
    found = tomllib.loads(file.read_text("utf-8"))
    flat = {
        f"{section}.{key}": text for section, rows in found.items() for key, text in rows.items()
    }
    return Texts(language=language, by_key=flat)


def chosen(cookie: str | None, accepted: str, otherwise: str) -> str:
    """Return the language of a page: the person's choice, the browser's, or the settings'."""
    if cookie in LANGUAGES:
        return cookie
    for part in accepted.split(","):
        wanted = part.split(";")[0].strip().lower()
        if wanted.startswith("zh"):
            return "zh-CN"
        if wanted.startswith("en"):
            return "en"
    return otherwise
