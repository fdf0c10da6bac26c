"""Hands the user's pip settings on to uv, which does not read them."""

import ast
import re
from collections.abc import Mapping
from pathlib import Path

LINE = re.compile(r"^(?P<source>[^.=]*)\.(?P<key>[a-z-]+)=(?P<value>.*)$")
# pip reads them in this order, and a later one wins.
ORDER = ("global", "install", ":env:")


def parse(listing: str) -> dict[str, str]:
    """Return key → value from what `pip config list` prints."""
    found: dict[str, dict[str, str]] = {source: {} for source in ORDER}
    for line in listing.splitlines():
        match = LINE.match(line.strip())
        if match and match["source"] in found:
            found[match["source"]][match["key"]] = _unquoted(match["value"])
    return {key: value for source in ORDER for key, value in found[source].items()}


def for_uv(pip: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment that makes uv look where pip looks; the user's own UV_* stay."""
    settings = {
        "UV_DEFAULT_INDEX": pip.get("index-url", ""),
        "UV_INDEX": " ".join(_there(pip.get("extra-index-url", ""))),
        "UV_FIND_LINKS": ",".join(_there(pip.get("find-links", ""))),
        "UV_NO_INDEX": "1" if pip.get("no-index", "").lower() in {"1", "true", "yes", "on"} else "",
        "UV_HTTP_TIMEOUT": pip.get("default-timeout", pip.get("timeout", "")),
        "SSL_CERT_FILE": pip.get("cert", ""),
        # As pip does: any index may serve any package. The hashes in the lock decide.
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_PYTHON_DOWNLOADS": "never",
    }
    return {key: value for key, value in settings.items() if value and key not in environ}


def _unquoted(value: str) -> str:
    try:
        return str(ast.literal_eval(value))
    except (ValueError, SyntaxError):
        return value.strip("'\"")


def _there(places: str) -> list[str]:
    """Return the places without local folders that do not exist: pip passes them over, uv stops."""
    return [place for place in places.split() if _is_remote(place) or _local(place).exists()]


def _is_remote(place: str) -> bool:
    return "://" in place and not place.startswith("file://")


def _local(place: str) -> Path:
    return Path(place.removeprefix("file://"))
