"""The repository holds what we wrote: nothing fetched, no index's address, no machine's path."""

import ast
import functools
import json
import re
from pathlib import PurePosixPath

from tests.architecture.sources import HOUSE, PRODUCT, ROOT, in_the_repository, modules, nodes

FETCHED = re.compile(
    r"\.min\.|\.map$|\.(ttf|otf|woff2?|eot|whl|pyc|so|jar|tar|gz|zip)$|(^|/)node_modules/"
)
INDEX_SETTING = re.compile(
    r"(index-url|index_url|registry|find-links)['\"]?\s*[=:]\s*['\"]?\w+://(?![\w.-]*\.example\b)"
)
MACHINE_PATH = re.compile(r"(?<![\w.~}*-])/(work|root|home|Users)/\w")
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
MODULE_NAMES = {
    "util", "utils", "common", "helper", "helpers", "core", "manager", "managers",
    "handler", "handlers", "data", "info", "misc",
}  # fmt: skip
WORDS_IN_NAMES = {"util", "utils", "helper", "helpers", "manager", "handler"}
TEXT = {".py", ".md", ".toml", ".json", ".txt", ".html", ".css", ".js", ".kv", ".conf", ".service",
        ".in", ".lock", ".yml", ".yaml", ".sql", ".mako", ".sh", ".acl", ""}  # fmt: skip


@functools.cache
def _texts() -> list[tuple[str, str]]:
    return [
        (path, (ROOT / path).read_text("utf-8", errors="replace"))
        for path in in_the_repository()
        if PurePosixPath(path).suffix in TEXT
    ]


def _lines(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()[:100]}"
        for path, text in _texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_nothing_fetched_is_committed() -> None:
    fetched = [path for path in in_the_repository() if FETCHED.search(path)]
    assert not fetched, f"built by `make assets` or by pip, not committed: {fetched}"


def test_no_index_is_named() -> None:
    assert not _lines(INDEX_SETTING)


def test_locks_hold_hashes_and_no_addresses() -> None:
    locks = sorted((ROOT / "requirements").glob("*.lock"))
    assert locks
    for lock in locks:
        assert "://" not in lock.read_text("utf-8"), f"{lock.name} holds an address"
    packages = json.loads((ROOT / "assets/web/package-lock.json").read_text("utf-8"))["packages"]
    for name, package in packages.items():
        assert "resolved" not in package, f"package-lock.json says where {name} comes from"
        assert name == "" or package["integrity"].startswith("sha512-")


def test_no_path_of_a_machine_is_named() -> None:
    found = _lines(MACHINE_PATH)
    assert not found, "\n".join(found)


def test_nothing_is_left_for_later() -> None:
    found = _lines(UNFINISHED)
    assert not found, "\n".join(found)


def test_modules_are_named_for_what_they_hold() -> None:
    vague = [
        path
        for path in modules(*PRODUCT, *HOUSE, "tests", "benchmarks")
        if MODULE_NAMES & {part.removesuffix(".py") for part in path.split("/")}
    ]
    assert not vague, f"vague names: {vague}"


def test_definitions_are_named_for_what_they_do() -> None:
    vague = [
        f"{path}:{node.lineno} {node.name}"
        for path in modules(*PRODUCT, *HOUSE)
        for node in nodes(path)
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and WORDS_IN_NAMES & set(_words(node.name))
    ]
    assert not vague, f"vague names: {vague}"


def _words(name: str) -> list[str]:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_")
