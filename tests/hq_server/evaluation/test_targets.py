"""hq_server/evaluation/targets.py: each target is of a figure that there is."""

from pathlib import Path

from grading.evaluation import score
from hq_server.evaluation import targets
from hq_server.evaluation.targets import LABELLED, LANGUAGES, Target


def test_a_target_is_a_floor_or_a_ceiling() -> None:
    floor, ceiling = Target(5_000), Target(0.3, at_most=True)
    assert (floor.met_by(5_000), floor.met_by(4_999)) == (True, False)
    assert (ceiling.met_by(0.3), ceiling.met_by(0.31)) == (True, False)
    assert [str(each) for each in (floor, ceiling, Target(-8))] == ["≥ 5,000", "≤ 0.3", "≥ −8"]


def test_every_figure_of_labelled_texts_has_its_target() -> None:
    names = [figure.name for figure in score([])]
    assert list(LABELLED) == names
    assert set(LANGUAGES) <= set(names)


def test_the_manual_says_the_same_targets() -> None:
    page = (Path(__file__).parents[3] / "docs" / "grading.md").read_text("utf-8")
    rows = [
        line.strip("| ").split(" | ")
        for line in page.split("| figure | what it says | target |")[1]
        .split("\n\n")[0]
        .splitlines()
        if line.startswith("| ")
    ]
    said = {row[0]: row[-1] for row in rows}
    for name, target in LABELLED.items():
        assert said[name] == f"{target.value:g} %"
    assert said["grade, English less Chinese"] == str(LANGUAGES["grade"]).removeprefix("≥ ")
    assert said["public reviews"] == ", ".join(
        f"{each.value:g} %" for each in targets.REVIEWS.values()
    )
    assert said["redaction"] == f"{targets.REDACTION.value:g} %"
    speeds = (targets.VERDICTS, targets.VERDICTS_WITH_EVIDENCE)
    assert said["verdicts"] == " and ".join(f"{each.value:,g}" for each in speeds)
    alone = f"{targets.IMPORT_SECONDS.value:g} s, {targets.MEMORY_MB.value:g} MB"
    assert said["import, memory"] == alone
