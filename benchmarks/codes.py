"""Case codes of stores without a line: none twice, no wrong digit taken, none guessed."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from random import Random

from benchmarks.errors import BenchmarkError
from benchmarks.figures import Budget, Results
from kiosk.flow.guesses import FORGIVEN_AFTER_S, FREE_GUESSES, Guesses
from protocols import case_code
from protocols.briefs import BriefKind, CodeBlock
from protocols.wire import decode_brief_body, encode_brief_body

EACH = 1_000
# One of so many is mistyped in every way there is.
_MISTYPED = 500
_DAY_MS = 24 * 3600 * 1000


def run(results: Results, codes: int) -> None:
    """Let HQ deal out blocks, gateways without a line give out every code, and others guess."""
    random = Random(results.seed)
    key = random.randbytes(case_code.KEY_BYTES)
    gateways = codes // EACH
    began = time.perf_counter()
    given = [code for block in _blocks(key, gateways) for code in block.codes]
    took_s = time.perf_counter() - began
    results.add(f"codes that {gateways:,} gateways gave out", len(given), "codes")
    results.add("made by HQ, and read by its gateway", len(given) / took_s, "codes/s")
    results.add("given twice", len(given) - len(set(given)), "codes", budget=_none())
    by_chance = [case_code.mint_random(random.getrandbits(64)) for _ in range(codes // 10)]
    twice = len(by_chance) - len(set(by_chance))
    results.add("by chance, of kiosks without a reserve: twice", twice, "codes", budget=_none())
    _mistype(results, random.sample(given, len(given) // _MISTYPED))
    _guess(results, random, set(given))


def _none() -> Budget:
    return Budget(0, at_most=True)


def _blocks(key: bytes, gateways: int) -> Iterator[CodeBlock]:
    """Yield what each gateway read of its signed document: numbers in a row, from 1."""
    for gateway in range(gateways):
        first = 1 + gateway * EACH
        codes = tuple(case_code.block_code(key, first + number) for number in range(EACH))
        block = CodeBlock(block=gateway, gateway=f"gw-{gateway}", codes=codes)
        read = decode_brief_body(BriefKind.CODES, encode_brief_body(block))
        if not isinstance(read, CodeBlock):
            raise BenchmarkError("a block of codes was read as something else")
        yield read


def _mistype(results: Results, codes: list[str]) -> None:
    """Put every wrong character in every place, and every two characters in each other's."""
    plain = [code.replace("-", "") for code in codes]
    places = range(len(plain[0]))
    wrong = [
        code[:place] + character + code[place + 1 :]
        for code in plain
        for place, character in itertools.product(places, case_code.ALPHABET)
        if character != code[place]
    ]
    swapped = [
        code[:one] + code[other] + code[one + 1 : other] + code[one] + code[other + 1 :]
        for code in plain
        for one, other in itertools.combinations(places, 2)
        if code[one] != code[other]
    ]
    for what, typed in (("one wrong character", wrong), ("two swapped", swapped)):
        results.add(f"typed with {what}", len(typed), "codes")
        taken = sum(map(_is_code, typed))
        results.add(f"typed with {what}, and taken", taken, "codes", budget=_none())


def _guess(results: Results, random: Random, given: set[str]) -> None:
    """Try codes that look right, as often as a kiosk lets somebody try."""
    bits = case_code.NUMBER_BITS
    stranger = random.randbytes(case_code.KEY_BYTES)
    tried = (case_code.block_code(stranger, random.getrandbits(bits)) for _ in given)
    hits = sum(code in given for code in tried)
    results.add("codes that look right, tried at random", len(given), "guesses")
    results.add("of them given out", hits, "codes", budget=_none())
    chance = len(given) / 2**bits
    results.add("chance of a guess", chance * 1e9, "in 1,000,000,000", budget=Budget(1e3, True))
    a_day = max(_guesses_a_day(patient=False), _guesses_a_day(patient=True))
    results.add("guesses a day at one kiosk", a_day, "guesses")
    years = 1 / (chance * a_day * 365)
    results.add("until one hits, at one kiosk day and night", years, "years", budget=Budget(10))


def _guesses_a_day(*, patient: bool) -> int:
    """Try as soon as one may; or, patient, go away until the wrong ones are forgotten."""
    guesses, now_ms, count = Guesses(), 0, 0
    while now_ms < _DAY_MS:
        wait_s = guesses.wait_s(now_ms)
        if patient and count and count % (FREE_GUESSES - 1) == 0:
            wait_s = max(wait_s, FORGIVEN_AFTER_S)
        now_ms += wait_s * 1000
        guesses.wrong(now_ms)
        count += 1
        now_ms += 1000  # nobody types a code in less
    return count


def _is_code(text: str) -> bool:
    try:
        case_code.parse(text)
    except case_code.CaseCodeError:
        return False
    return True
