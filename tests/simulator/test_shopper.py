"""Shoppers are seeded, say what they mean, and never touch what is not there."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from simulator.shopper import IN_NEED, URGENT_CHIP, Intent, Shopper, intent

FACES = {f"face:{n}" for n in range(1, 6)} | {"language"}
REASONS = {"reason:queue", "reason:service", "next", "skip", "write", "language"}
KEYS = {f"key:{c}" for c in "abcdefghijklmnopqrstuvwxyz0123456789,."} | {"key:space", "done"}
DIGITS = {f"digit:{n}" for n in range(10)} | {"consent", "submit", "no_contact"}


def make(**changes: object) -> Shopper:
    wish = {
        "rating": 1,
        "reasons": 1,
        "note": "too slow",
        "phone": "13912345678",
        "switches_language": False,
        "leaves_early": False,
    } | changes
    return Shopper(Intent(**wish), Random(1))  # type: ignore[arg-type]


def touches(shopper: Shopper, state: str, targets: set[str], most: int = 40) -> list[str]:
    touched = []
    for _ in range(most):
        target = shopper.next_target(state, targets)
        if target is None:
            break
        touched.append(target)
        if target in {"next", "skip", "done", "submit", "no_contact", "write"}:
            break
    return touched


def test_the_same_seed_gives_the_same_shoppers() -> None:
    first, second = Random(5), Random(5)
    assert [intent(first) for _ in range(50)] == [intent(second) for _ in range(50)]


def test_a_whole_visit_says_what_the_shopper_means() -> None:
    shopper = make()
    assert touches(shopper, "attract", FACES) == ["face:1"]
    chip, write = touches(shopper, "reasons", REASONS)
    assert chip.startswith("reason:")
    assert write == "write"
    assert touches(shopper, "note", KEYS) == [
        *(f"key:{c}" for c in "too"),
        "key:space",
        *(f"key:{c}" for c in "slow"),
        "done",
    ]
    assert touches(shopper, "reasons", REASONS) == ["next"]
    assert touches(shopper, "contact", DIGITS)[-2:] == ["consent", "submit"]
    assert touches(shopper, "thanks", {"finish"}) == ["finish"]


def test_who_writes_english_turns_pinyin_off_first() -> None:
    pinyin = KEYS | {"key:'", "script"}
    assert touches(make(note="ok"), "note", pinyin)[:2] == ["script", "key:o"]
    assert touches(make(note=None), "note", pinyin) == ["done"]


def test_who_has_a_word_about_a_problem_says_it_once_and_rates() -> None:
    problem = {"me_too:1", "fixed_now:1"}
    assert touches(make(vote="me_too"), "attract", FACES | problem) == ["me_too:1", "face:1"]
    assert touches(make(vote="me_too"), "attract", FACES) == ["face:1"]
    assert touches(make(), "attract", FACES | problem) == ["face:1"]


def test_who_is_in_need_touches_the_urgent_chip_first() -> None:
    shopper = Shopper(IN_NEED, Random(3))
    assert touches(shopper, "attract", FACES) == ["face:1"]
    assert touches(shopper, "reasons", REASONS | {URGENT_CHIP})[0] == URGENT_CHIP


def test_who_walks_away_touches_the_face_and_nothing_more() -> None:
    shopper = make(leaves_early=True)
    assert touches(shopper, "attract", FACES) == ["face:1"]
    assert touches(shopper, "reasons", REASONS) == []


@given(st.integers(0, 2**32), st.sets(st.sampled_from(sorted(FACES | REASONS | KEYS | DIGITS))))
def test_nothing_is_touched_that_the_screen_does_not_show(seed: int, targets: set[str]) -> None:
    random = Random(seed)
    shopper = Shopper(intent(random), random)
    for state in ("attract", "reasons", "note", "thanks", "saving"):
        target = shopper.next_target(state, targets)
        assert target is None or target in targets


def test_who_has_a_receipt_types_its_last_digits_before_going_on() -> None:
    shopper = make(digits="0387", note=None)
    assert touches(shopper, "attract", FACES) == ["face:1"]
    assert touches(shopper, "reasons", REASONS | {"receipt"}, most=2)[-1] == "receipt"
    typed = touches(shopper, "receipt", {f"digit:{n}" for n in range(10)} | {"done"})
    assert typed == ["digit:0", "digit:3", "digit:8", "digit:7", "done"]
    assert touches(shopper, "reasons", REASONS | {"receipt"}) == ["next"]
    assert "receipt" not in touches(make(digits="0387"), "reasons", REASONS)
