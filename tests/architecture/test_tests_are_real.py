"""Tests assert something, no mock stands where a real thing or a simulator can, and each process
of a run collects the same tests in the same order."""

import ast
import functools

from tests.architecture.sources import imported, modules, nodes


def test_no_mocks() -> None:
    mocked = [
        f"{path}:{line}"
        for path in modules("tests")
        for name, line in imported(path)
        if name.startswith("unittest.mock") or name.split(".")[0] == "pytest_mock"
    ]
    assert not mocked, f"mocks in {mocked}"


def test_every_test_asserts() -> None:
    silent = [
        f"{path}:{node.lineno} {node.name}"
        for path in modules("tests")
        for node in _functions(path)
        if node.name.startswith("test_") and not _asserts(node, _asserting(path))
    ]
    assert not silent, "\n".join(silent)


def test_no_test_is_made_for_each_of_a_set() -> None:
    made = [
        f"{path}:{node.lineno}"
        for path in modules("tests")
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") == "parametrize"
        and any(_is_set(value) for value in node.args[1:2])
    ]
    assert not made, f"a set has another order in each process, so sort it: {made}"


def _is_set(value: ast.expr) -> bool:
    if isinstance(value, ast.BinOp):
        return _is_set(value.left) or _is_set(value.right)
    if isinstance(value, ast.Call):
        return getattr(value.func, "id", "") in {"set", "frozenset"}
    return isinstance(value, ast.Set | ast.SetComp)


def _functions(path: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return [node for node in nodes(path) if isinstance(node, kinds)]


@functools.cache
def _asserting(path: str) -> set[str]:
    """Return the names of the functions of this file that assert by themselves."""
    return {node.name for node in _functions(path) if _asserts(node, set())}


def _asserts(function: ast.AST, known: set[str]) -> bool:
    """Tell whether a function asserts, expects an error, or calls one that does."""
    return any(
        isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and _checks(node, known))
        for node in ast.walk(function)
    )


def _checks(call: ast.Call, known: set[str]) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    plain = name.lstrip("_")
    return name in {"raises", "warns", "fail", *known} or plain.startswith(("assert", "check"))
