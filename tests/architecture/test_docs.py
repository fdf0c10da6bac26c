"""The documents name what is there: files, screens, outcomes, fields of a survey."""

import re

import msgspec
import pytest

from protocols.messages import Misuse, Outcome
from protocols.survey import Brand, Hours, Limits, Mailbox, Question, ReasonChoice, Survey
from tests.architecture.sources import ROOT


def test_every_file_that_the_architecture_names_is_there() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z0-9_/]+\.(?:py|toml))`", page))
    files = [
        path.relative_to(ROOT).as_posix()
        for folder in ROOT.iterdir()
        if folder.is_dir() and not folder.name.startswith(".") and folder.name != "build"
        for path in folder.rglob("*.*")
    ]
    absent = {one for one in named if not any(f"/{path}".endswith(f"/{one}") for path in files)}
    assert len(named) > 40
    assert not absent, f"docs/architecture.md names {sorted(absent)}"


@pytest.mark.parametrize("struct", [Survey, Question, ReasonChoice, Mailbox, Hours, Limits, Brand])
def test_every_field_of_the_survey_document_is_explained(struct: type[msgspec.Struct]) -> None:
    page = (ROOT / "docs" / "kiosk.md").read_text(encoding="utf-8")
    section = page.split("## The survey document")[1].split("\n## ")[0]
    explained = set(re.findall(r"`([a-z_]+)`", section))
    assert set(struct.__struct_fields__) <= explained


def test_every_outcome_and_every_doubt_is_explained() -> None:
    page = (ROOT / "docs" / "kiosk.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `([a-z_]+)` \|", page, flags=re.MULTILINE))
    assert {*Outcome, *Misuse} <= rows
