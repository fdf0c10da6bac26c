"""What the demo and the tests need of Debian, and what is said when it is not there."""

from pathlib import Path

from setup import debian
from setup.steps import Steps


def test_the_tests_need_all_that_the_demo_needs() -> None:
    assert set(debian.PACKAGES["demo"]) < set(debian.PACKAGES["test"])


def test_the_demo_needs_opengl_and_nothing_else() -> None:
    assert all("gl" in package for package in debian.PACKAGES["demo"])


def test_a_name_that_apt_does_not_know_is_given_back(tmp_path: Path) -> None:
    steps = Steps(tmp_path / "log")
    assert debian.try_to_run(["false"], steps) is False
    assert debian.try_to_run(["true"], steps) is True
    assert "$ false" in (tmp_path / "log").read_text("utf-8")
