"""The commands of storeloop-hq about grading."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from grading.grader import grade as graded
from grading.verdict import Context
from hq_server import grading_tools
from hq_server.accounts.scope import EVERYTHING
from hq_server.commands import ConfigFile, fail, opened
from hq_server.corrections.service import labelled
from hq_server.errors import HqError
from hq_server.redaction_figures import measure


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
    file: Annotated[Path, typer.Argument(help="Labelled texts, one JSON a line.")],
) -> None:
    """Score grading on labelled texts, beside the bare keyword rule, with 95 % intervals."""
    try:
        found = grading_tools.evaluated(file)
    except (HqError, OSError) as error:
        fail(str(error), 1)
        return
    table = Table("grader", "texts", "figure", "share", "95 %", "of", title=escape(str(file)))
    for name, parts in found.items():
        for part, figures in parts.items():
            for row in grading_tools.table_rows(figures):
                table.add_row(name, part, *row)
    Console().print(table)


def evaluate_redaction(
    per_kind: Annotated[int, typer.Option(min=1, help="Texts of each kind.")] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same texts.")] = 7,
) -> None:
    """Score the masking of personal data on texts made by chance."""
    table = Table("what", "right", "of")
    for share in measure(per_kind, seed):
        table.add_row(share.kind, str(share.right), str(share.of))
    Console().print(table)


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
    app.command("evaluate-redaction")(evaluate_redaction)
