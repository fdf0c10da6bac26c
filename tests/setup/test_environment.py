"""The environment that runs these tests is whole, and is_ready notices when it is not."""

import sys

import pytest

from setup import environment
from setup.steps import ROOT


def test_an_unknown_word_is_refused_with_what_is_allowed() -> None:
    with pytest.raises(SystemExit) as ended:
        environment.main(["everything"])
    assert "demo|test" in str(ended.value.code)


def test_nothing_but_the_standard_library_is_imported() -> None:
    allowed = {*sys.stdlib_module_names, "setup"}
    for name in ("environment", "installed", "pip_settings", "debian", "steps", "__main__"):
        source = (ROOT / "setup" / f"{name}.py").read_text("utf-8")
        lines = (line.split() for line in source.splitlines())
        imports = {w[1].split(".")[0] for w in lines if w[:1] in (["import"], ["from"])}
        assert {word.rstrip(",") for word in imports} <= allowed
