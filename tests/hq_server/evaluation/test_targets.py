"""hq_server/evaluation/targets.py: each target is of a figure that there is."""

from grading.evaluation import score
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
