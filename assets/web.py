"""Copies style sheets and scripts from node_modules into the folders that gateway and HQ serve."""

import json
import re
from pathlib import Path

FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "hx-sse.min.js": "htmx.org/dist/ext/hx-sse.min.js",
}
# @tabler/core ships no licence file of its own; its banner names the MIT licence and the authors,
# and the text is that of its sister package. tabler.min.js has @popperjs/core inside.
LICENCES = {
    "@tabler/core": "@tabler/icons-webfont/LICENSE",
    "@tabler/icons-webfont": "@tabler/icons-webfont/LICENSE",
    "@popperjs/core": "@popperjs/core/LICENSE.md",
    "htmx.org": "htmx.org/LICENSE",
}
SOURCE_MAP = re.compile(rb"(/\*|//)# sourceMappingURL=\S+( \*/)?\s*")


def build(modules: Path, folder: Path) -> list[Path]:
    """Write the listed files, without their source maps, and one file with all licences."""
    for name, source in FILES.items():
        text = (modules / source).read_bytes()
        (folder / name).write_bytes(SOURCE_MAP.sub(b"", text))
    licences = folder / "LICENSES.txt"
    licences.write_text("\n\n".join(_licence(modules, name) for name in LICENCES), "utf-8")
    return [licences, *(folder / name for name in FILES)]


def _licence(modules: Path, package: str) -> str:
    facts = json.loads((modules / package / "package.json").read_text("utf-8"))
    text = (modules / LICENCES[package]).read_text("utf-8").strip()
    heading = f"{package} {facts['version']}"
    return f"{heading}\n{'=' * len(heading)}\n\n{text}\n"
