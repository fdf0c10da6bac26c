"""Files and functions stay small enough to read at once, and each module says what it holds."""

import ast

from tests.architecture.sources import HOUSE, PRODUCT, ROOT, modules, nodes, tree

LONGEST_FILE = 500
LONGEST_FUNCTION = 50
ALL = (*PRODUCT, *HOUSE, "tests", "benchmarks")


def test_no_file_is_longer_than_the_limit() -> None:
    lengths = {path: len((ROOT / path).read_text("utf-8").splitlines()) for path in modules(*ALL)}
    long = {path: length for path, length in lengths.items() if length > LONGEST_FILE}
    assert not long, f"longer than {LONGEST_FILE} lines: {long}"


def test_no_function_is_longer_than_the_limit() -> None:
    long = [
        f"{path}:{node.lineno} {node.name} has {length} lines"
        for path in modules(*ALL)
        if "/migrations/versions/" not in path  # a migration is one long list by nature
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := _lines_of_code(node)) > LONGEST_FUNCTION
    ]
    assert not long, "\n".join(long)


def test_each_module_opens_with_a_sentence() -> None:
    mute = [
        path
        for path in modules(*PRODUCT, *HOUSE)
        if "." not in (ast.get_docstring(tree(path)) or "")
    ]
    assert not mute, f"no first sentence in {mute}"


def _lines_of_code(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1
