"""Tells quickly what of a virtual environment is missing, by versions and by RECORD files."""

import csv
import json
import os
import re
from collections.abc import Iterable
from pathlib import Path

PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)
OURS = "storeloop"


def normal(name: str) -> str:
    """Return a distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(lock: str) -> dict[str, str]:
    """Return name and version of each distribution that a lock file's text pins."""
    return {normal(name): version for name, version in PINNED.findall(lock)}


class Installed:
    """The distributions of one site-packages folder."""

    def __init__(self, site_packages: Path) -> None:
        self._root = site_packages
        self._folders: dict[str, Path] = {}
        self.versions: dict[str, str] = {}
        for folder in sorted(site_packages.glob("*.dist-info")):
            name, _, version = folder.name.removesuffix(".dist-info").rpartition("-")
            self._folders[normal(name)] = folder
            self.versions[normal(name)] = version
        self._listings: dict[str, frozenset[str]] = {}

    def damaged(self, wanted: dict[str, str]) -> list[str]:
        """Return the names that are absent, in another version, or lack one of their files."""
        return [
            name
            for name, version in wanted.items()
            if self.versions.get(name) != version or not self._whole(self._folders[name])
        ]

    def folder(self, name: str) -> Path | None:
        """Return the folder of a distribution's own notes, if it has one."""
        return self._folders.get(name)

    def is_editable_from(self, root: Path) -> bool:
        """Tell whether our own package is installed here from this very checkout."""
        folder = self._folders.get(OURS)
        try:
            noted = json.loads((folder / "direct_url.json").read_text("utf-8")) if folder else {}
        except (OSError, ValueError):
            return False
        return bool(noted.get("url") == root.as_uri())

    def _whole(self, folder: Path) -> bool:
        try:
            with (folder / "RECORD").open(newline="", encoding="utf-8") as record:
                paths = [row[0] for row in csv.reader(record) if row]
        except (OSError, csv.Error, UnicodeDecodeError):
            return False
        return bool(paths) and self._all_exist(paths)

    def _all_exist(self, paths: Iterable[str]) -> bool:
        # One listing per folder: a stat per file would cost three times as much.
        for path in paths:
            if path.endswith(".pyc"):
                continue
            where, _, name = path.rpartition("/")
            listing = self._listings.get(where)
            if listing is None:
                listing = self._listings[where] = _names_in(self._root / where)
            if name not in listing:
                return False
        return True


def _names_in(folder: Path) -> frozenset[str]:
    try:
        return frozenset(os.listdir(folder))  # noqa: PTH208 - names only, and fast
    except OSError:
        return frozenset()
