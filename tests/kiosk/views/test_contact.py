from dataclasses import replace

import pytest

from kiosk.events import State
from tests.kiosk.glass import Glass
from tests.kiosk.views.studio import UNHAPPY, Studio

pytestmark = pytest.mark.screen


def test_consent_is_not_ticked_and_submit_waits_for_it(glass: Glass) -> None:
    glass.tap("face:1", "next")
    assert not glass.app.picture.consent
    assert "submit" not in glass.app.targets()
    glass.tap(*(f"digit:{digit}" for digit in "13800138000"))
    assert "submit" not in glass.app.targets()
    glass.tap("consent")
    assert "submit" in glass.app.targets()
    glass.tap("erase")
    assert "submit" not in glass.app.targets()


@pytest.mark.parametrize(
    ("digits", "consent", "said"),
    [
        ("1380013", True, "contact_hint"),
        ("13800138000", False, "contact_agree"),
        ("13800138000", True, "contact_hint"),
        ("138001380001", True, "contact_check"),
    ],
)
def test_screen_says_why_a_number_cannot_be_sent(
    studio: Studio, digits: str, consent: bool, said: str
) -> None:
    from kiosk.views.parts import Text  # noqa: PLC0415 (needs the surface)

    picture = replace(UNHAPPY, state=State.CONTACT, digits=digits, consent=consent)
    studio.show(picture)
    words = {part.said for part in studio.parts() if isinstance(part, Text)}
    assert picture.say(said) in words


def test_number_is_gone_from_the_screen_after_leaving(glass: Glass) -> None:
    from kiosk.views.contact import Contact  # noqa: PLC0415 (needs the surface)

    glass.tap("face:1", "next", *(f"digit:{digit}" for digit in "13800138000"), "consent")
    [screen] = [one for one in glass.stage._screens.values() if isinstance(one, Contact)]
    assert screen._number._text == "138 0013 8000"
    glass.tap("no_contact")
    glass.until(lambda: glass.app.flow_state == "thanks")
    assert screen._number._text == ""


def test_no_contact_leads_to_the_thanks_without_a_number(glass: Glass) -> None:
    glass.tap("face:2", "next", "digit:1", "no_contact")
    glass.until(lambda: bool(glass.thanked))
    last = glass.responses()[-1]
    assert (last.contact_sealed, last.contact_consent) == (None, False)
