from kiosk.settings import DEFAULT_SURVEY
from protocols.survey import Limits, Scale


def test_a_survey_that_says_nothing_of_scale_hours_and_limits_has_usual_ones() -> None:
    assert DEFAULT_SURVEY.scale is Scale.FACES_5
    assert DEFAULT_SURVEY.hours == ()
    assert DEFAULT_SURVEY.limits == Limits(reasons=20, note=60, contact=45, thanks=6, warn=8)
