from random import Random

from benchmarks.kiosk_visitors import Wanderer, visitor
from protocols import case_code
from protocols.case_code import ALPHABET

LOOKUP = {*(f"code:{character}" for character in ALPHABET), "erase", "ask"}


def touches(seed: int, targets: set[str]) -> list[str]:
    wanderer, touched = Wanderer(Random(seed)), []
    while (target := wanderer.next_target("lookup", targets)) is not None:
        touched.append(target)
    assert wanderer.leaving
    return touched


def test_wanderer_touches_every_kind_of_key_there_is_and_leaves() -> None:
    shown = {"staff", "language", "large_text", "key:a", "key:b", "done"}
    touched = {one for seed in range(20) for one in touches(seed, shown)}
    assert touched == shown - {"staff"}


def test_wanderer_types_codes_that_can_be_one_and_others() -> None:
    asked = {True: 0, False: 0}
    for seed in range(20):
        typed = ""
        for touch in touches(seed, LOOKUP):
            match touch.partition(":"):
                case ("code", _, character):
                    typed += character
                case ("erase", _, _):
                    typed = typed[:-1]
                case _:
                    asked[_can_be(typed)] += 1
    assert all(asked.values())


def test_queue_has_shoppers_and_wanderers() -> None:
    kinds = [type(visitor(random)).__name__ for random in map(Random, range(100))]
    assert 10 < kinds.count("Wanderer") < 50


def _can_be(text: str) -> bool:
    try:
        case_code.parse(text)
    except case_code.CaseCodeError:
        return False
    return True
