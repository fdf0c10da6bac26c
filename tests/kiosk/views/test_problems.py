from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.events import VoteTapped
from protocols.messages import Vote
from tests.kiosk.views.studio import BASE, PROBLEMS, Studio

pytestmark = pytest.mark.screen


def test_keys_vote_for_the_problem_beside_them(studio: Studio) -> None:
    studio.resize(540, 960)
    studio.show(replace(BASE, problems=PROBLEMS))
    studio.tapped.clear()
    studio.stage.touch("me_too:2")
    studio.stage.touch("fixed_now:3")
    assert studio.tapped == [VoteTapped("p2", Vote.ME_TOO), VoteTapped("p3", Vote.FIXED)]


@given(room=st.floats(-100, 2000), beside=st.booleans())
def test_no_more_problems_than_there_is_room_for(room: float, beside: bool) -> None:
    pytest.importorskip("kivy")
    from kiosk.views.problems import fitting, units_high  # noqa: PLC0415

    count = fitting(room, beside=beside)
    assert 0 <= count <= 3
    assert count == 0 or units_high(count, beside=beside) <= room
    assert count == 3 or units_high(count + 1, beside=beside) > room
