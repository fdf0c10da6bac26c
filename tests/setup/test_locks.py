"""The lock files hold what pyproject.toml asks for; `make lock` brings them there."""

import tomllib

import pytest
from packaging.requirements import Requirement

from setup.environment import LOCKS
from setup.installed import locked, normal
from setup.steps import ROOT

EXTRAS = {"test": ("kiosk", "gateway", "hq", "sim", "assets", "test"),
          "demo": ("kiosk", "gateway", "hq", "sim", "assets")}  # fmt: skip


def declared(extras: tuple[str, ...]) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    optional = project["optional-dependencies"]
    texts = [*project["dependencies"], *(text for extra in extras for text in optional[extra])]
    return [wanted for wanted in map(Requirement, texts) if wanted.name != "storeloop"]


@pytest.mark.parametrize("kind", EXTRAS)
def test_every_requirement_is_locked_in_a_version_it_allows(kind: str) -> None:
    versions = locked((LOCKS / f"{kind}.lock").read_text("utf-8"))
    wrong = [
        str(wanted)
        for wanted in declared(EXTRAS[kind])
        if not wanted.specifier.contains(versions.get(normal(wanted.name), "0"), prereleases=True)
    ]
    assert not wrong, f"run `make lock`: requirements/{kind}.lock does not serve {wrong}"


def test_the_demo_and_the_tests_agree() -> None:
    of_demo, of_test = (locked((LOCKS / f"{k}.lock").read_text("utf-8")) for k in ("demo", "test"))
    assert of_demo.items() <= of_test.items()


def test_every_locked_package_has_a_hash() -> None:
    for lock in LOCKS.glob("*.lock"):
        text = lock.read_text("utf-8")
        assert text.count("--hash=sha256:") >= len(locked(text)) > 0
