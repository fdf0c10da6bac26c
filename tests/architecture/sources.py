"""The files that the architecture tests judge, as paths from the root of the checkout."""

import ast
import functools
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = (
    "protocols",
    "configuration",
    "outbox",
    "grading",
    "kiosk",
    "edge_gateway",
    "hq_server",
    "simulator",
    "firmware",
)
HOUSE = ("setup", "assets")


@functools.cache
def modules(*packages: str) -> tuple[str, ...]:
    """Return the Python files of these packages that hold anything, sorted."""
    found = (path for package in packages for path in (ROOT / package).rglob("*.py"))
    held = (path.relative_to(ROOT).as_posix() for path in found if path.stat().st_size > 0)
    return tuple(sorted(held))


@functools.cache
def tree(path: str) -> ast.Module:
    """Return a file's syntax tree."""
    return ast.parse((ROOT / path).read_text("utf-8"), filename=path)


@functools.cache
def nodes(path: str) -> tuple[ast.AST, ...]:
    """Return every node of a file's syntax tree, as `ast.walk` gives them."""
    return tuple(ast.walk(tree(path)))


@functools.cache
def imported(path: str) -> tuple[tuple[str, int], ...]:
    """Return each module that a file imports, by its full name, with the line."""
    return tuple(_imported(path))


def _imported(path: str) -> Iterator[tuple[str, int]]:
    package = path.removesuffix(".py").split("/")[:-1]
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*start, *filter(None, [node.module])])
            yield origin, node.lineno
            yield from ((f"{origin}.{alias.name}", node.lineno) for alias in node.names)


@functools.cache
def in_the_repository() -> tuple[str, ...]:
    """Return every file that git holds or would take, as `git add` sees it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = filter(None, listed.stdout.split("\0"))
    return tuple(sorted(name for name in names if (ROOT / name).is_file()))
