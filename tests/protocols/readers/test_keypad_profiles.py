from dataclasses import replace

import pytest

from protocols.readers import jt905
from protocols.readers.events import NoAnswer
from protocols.readers.keypad_profiles import KEYPADS, Framing, rendered

JT905 = KEYPADS["jt905"]


def test_every_profile_has_its_name_and_scores_from_1_to_5() -> None:
    for name, profile in KEYPADS.items():
        assert profile.name == name
        for _, meaning in profile.keys:
            assert isinstance(meaning, NoAnswer) or 1 <= meaning <= 5
        assert (profile.framing is Framing.FRAME) == (profile.frame is not None)


def test_the_same_word_has_the_same_score_at_every_box() -> None:
    old, new, ocx = (dict(KEYPADS[name].keys) for name in ("old_box", "new_box", "ocx"))
    very_good = {old["4"], new["1"], ocx["3"]}
    good, fair, bad = {old["1"], ocx["2"]}, {old["2"], ocx["1"]}, {old["3"], ocx["0"]}
    assert (very_good, good, fair, bad) == ({5}, {4}, {3}, {2})
    assert new["0"] is NoAnswer.TIMED_OUT


def test_a_template_has_address_and_checksum() -> None:
    profile = replace(JT905, address=0x11)
    sent = rendered("55AA 0004 {address} 00 0000 {checksum} 55AA", profile)
    assert sent == jt905.package(device=0x11, maker=0, command=0)


def test_what_is_not_set_sends_nothing() -> None:
    assert KEYPADS["ascii_digit"].prompt == KEYPADS["ascii_digit"].polls == b""


def test_prompt_cancel_and_poll_are_bytes() -> None:
    profile = replace(KEYPADS["ascii_digit"], ask="41 {address}", ask_no_more="42", poll="05")
    assert (profile.prompt, profile.cancel, profile.polls) == (b"A\x01", b"B", b"\x05")


@pytest.mark.parametrize("template", ["5", "XY", "55 {adress}", "{checksum} {"])
def test_a_wrong_template_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match="should be bytes in hex"):
        rendered(template, JT905)


def test_a_checksum_needs_a_frame_with_one() -> None:
    with pytest.raises(ValueError, match="needs a frame with a checksum"):
        rendered("55 {checksum}", KEYPADS["ascii_digit"])
