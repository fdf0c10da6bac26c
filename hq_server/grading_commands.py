"""The commands of storeloop-hq about grading."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from grading.grader import grade as graded
from grading.verdict import Context
from hq_server import grading_tools
from hq_server.accounts.scope import EVERYTHING
from hq_server.commands import ConfigFile, fail, opened
from hq_server.corrections.service import labelled
from hq_server.errors import HqError
from hq_server.evaluation.report import Evaluation
from hq_server.evaluation.tables import Section, closing, drawn

_WIDTH = 120


def grade(
    text: Annotated[str | None, typer.Argument(help="What a shopper wrote.")] = None,
    jsonl: Annotated[
        tuple[Path, Path] | None,
        typer.Option(help="IN OUT: a file with a text a line, and where the verdicts go."),
    ] = None,
    rating: Annotated[
        int | None, typer.Option(min=1, max=5, help="The face that was tapped.")
    ] = None,
) -> None:
    """Explain the grade of a text, or grade a file: one JSON a line with id, text, lang, rating."""
    if jsonl is not None:
        try:
            typer.echo(f"{grading_tools.grade_file(*jsonl)} texts graded into {jsonl[1]}")
        except (HqError, OSError) as error:
            fail(str(error), 1)
        return
    if text is None:
        fail("give a text, or --jsonl IN OUT", 2)
        return
    typer.echo(grading_tools.explained(text, graded(text, Context(rating=rating))))


def evaluate(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Labelled texts, one JSON a line.")
    ],
    reviews: Annotated[
        Path | None,
        typer.Option(help="A folder with public reviews, such as zh_sentiment_dev.jsonl.xz."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, no tables.")] = False,
) -> None:
    """Measure all that is promised of grading, beside bare keywords and snownlp."""
    try:
        evaluation = Evaluation(files, reviews)
        sections: list[Section] = []
        # Lines of a file or a pipe are not cut to the width of a terminal that is not there.
        console = Console() if sys.stdout.isatty() else Console(width=_WIDTH)
        for section in evaluation.sections():
            sections.append(section)
            if not as_json:
                console.print(drawn(section))
    except HqError as error:
        fail(str(error), 1)
        return
    left_out = list(evaluation.left_out())
    if as_json:
        found = {"sections": sections, "left_out": left_out}
        typer.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
        return
    for sentence in (*closing(sections), *(f"Left out: {what}." for what in left_out)):
        typer.echo(sentence)


def corrections(
    out: Annotated[Path, typer.Option(help="The file to write: a labelled text a line, as JSON.")],
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only what was corrected on this day or later."),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Write the texts that people corrected, to train or score grading on."""
    with opened(config) as (settings, database):
        start = since.replace(tzinfo=settings.zone) if since is not None else None
        written = stale = 0
        with database.reading() as connection, out.open("w", encoding="utf-8") as file:
            for line in labelled(connection, EVERYTHING, start):
                if line is None:
                    stale += 1
                    continue
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                written += 1
        left = f"; {stale} left out: their words changed since" if stale else ""
        typer.echo(f"{written} corrected texts into {out}{left}")


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command("corrections")(corrections)
    app.command("grade")(grade)
    app.command("evaluate")(evaluate)
