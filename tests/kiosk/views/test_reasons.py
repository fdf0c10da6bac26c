import pytest

from kiosk.settings import DEFAULT_SURVEY
from tests.kiosk.glass import Glass

pytestmark = [pytest.mark.screen, pytest.mark.xdist_group("kivy")]


def shown(glass: Glass) -> set[str]:
    return {name[7:] for name in glass.app.targets() if name.startswith("reason:")}


@pytest.mark.parametrize("score", [1, 2, 3, 4, 5])
def test_chips_fit_the_rating(glass: Glass, score: int) -> None:
    glass.tap(f"face:{score}")
    expected = DEFAULT_SURVEY.happy if score >= 4 else DEFAULT_SURVEY.unhappy
    assert shown(glass) == {chip.id for chip in expected}


def test_several_chips_can_be_chosen_and_taken_back(glass: Glass) -> None:
    glass.tap("face:2", "reason:queue", "reason:price", "reason:queue")
    assert glass.app.picture.chosen == {"price"}


def test_chips_change_between_two_visits(glass: Glass) -> None:
    glass.tap("face:1", "skip", "finish", "face:5")
    assert shown(glass) == {chip.id for chip in DEFAULT_SURVEY.happy}
