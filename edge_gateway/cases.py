"""How a case stands, for shoppers who type its code at a kiosk: from memory, or asked of HQ.

What HQ told is remembered for a while, and so are the codes of responses that passed through
here, so that a shopper gets a word while HQ is cut off. Nothing here says who a shopper is.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field, replace

import msgspec

from edge_gateway import events as ev
from edge_gateway.alarms import Alarms
from edge_gateway.events import Command
from edge_gateway.guesses import Guesses
from edge_gateway.refusals import Kind
from protocols import case_code
from protocols.messages import CaseAsked, CaseFound, CaseNode, CaseTold, Clock

ANSWER_WITHIN_MS = 3_000
# An answer that comes later than that is still worth remembering.
FORGET_QUESTION_AFTER_MS = 60_000
FRESH_MS = 300_000
MOST_TOLD = 2_000
MOST_RELAYED = 5_000
MOST_QUESTIONS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayedCode:
    """The code of a response that passed through here."""

    code: str
    response: str
    received_ms: int
    """Wall clock, as far as it is known."""
    promised_ms: int | None


@dataclass(slots=True, kw_only=True)
class _Question:
    code: str
    asked_ms: int
    askers: list[tuple[str, CaseAsked]] = field(default_factory=list)


class Cases:
    """What is known of cases here, and what HQ is being asked."""

    def __init__(self, alarms: Alarms, nonce: int) -> None:
        """`nonce`: a number that grows from start to start, such as the time."""
        self.counts: Counter[CaseFound] = Counter()
        """Answers that kiosks were given, by what came of it."""
        self._alarms = alarms
        self._nonce = nonce
        self._guesses = Guesses()
        self._told: OrderedDict[str, tuple[CaseTold, int]] = OrderedDict()
        self._relayed: OrderedDict[str, RelayedCode] = OrderedDict()
        self._questions: dict[int, _Question] = {}
        self._hq_wait_until_ms = 0
        """Until then HQ wants no questions of this gateway."""

    def relayed(self, seen: RelayedCode) -> None:
        """Remember the code of a response and when it first came; the newest are kept."""
        known = self._relayed.get(seen.code)
        if known is not None and known.response == seen.response:
            seen = replace(seen, received_ms=min(seen.received_ms, known.received_ms))
        self._relayed[seen.code] = seen
        self._relayed.move_to_end(seen.code)
        if len(self._relayed) > MOST_RELAYED:
            self._relayed.popitem(last=False)

    def asked(self, device: str, asked: CaseAsked, now: Clock, *, hq_there: bool) -> list[Command]:
        """Answer a kiosk, or ask HQ for it."""
        if self._guesses.floods(device, now):
            return [ev.RefuseDevice(device, "you ask for cases without end", Kind.QUESTIONS)]
        wait_s = self._guesses.wait_s(device, now)
        if wait_s:
            return [self._answer(device, asked, CaseFound.SLOW_DOWN, wait_s=wait_s)]
        try:
            code = case_code.parse(asked.code)
        except case_code.CaseCodeError:
            return [self._wrong(device, asked, now)]
        return self._look_up(device, asked, code, now, hq_there=hq_there)

    def _look_up(
        self, device: str, asked: CaseAsked, code: str, now: Clock, *, hq_there: bool
    ) -> list[Command]:
        told, told_ms = self._told.get(code, (None, 0))
        if told is not None and now.mono_ms - told_ms < FRESH_MS:
            return [self._pass_on(device, asked, told)]
        if not hq_there or len(self._questions) >= MOST_QUESTIONS:
            return [self._from_memory(device, asked, code)]
        if now.mono_ms < self._hq_wait_until_ms:
            wait_s = -(-(self._hq_wait_until_ms - now.mono_ms) // 1000)
            return [self._from_memory(device, asked, code, wait_s=wait_s)]
        return self._ask_hq(device, asked, code, now)

    def told(self, told: CaseTold, now: Clock) -> list[Command]:
        """Pass HQ's answer on to whoever waits for it, and remember it."""
        question = self._questions.pop(told.nonce, None)
        if question is None:
            return []
        if told.found is CaseFound.FOUND:
            self._remember(question.code, told, now)
        if told.found is CaseFound.SLOW_DOWN:
            self._hq_wait_until_ms = now.mono_ms + told.wait_s * 1000
        return [
            self._by_hq(device, asked, told, question.code, now)
            for device, asked in question.askers
        ]

    def tick(self, now: Clock) -> list[Command]:
        """Answer those whom HQ left waiting, with what is known here."""
        answers: list[Command] = []
        for nonce, question in list(self._questions.items()):
            age_ms = now.mono_ms - question.asked_ms
            if age_ms >= ANSWER_WITHIN_MS:
                answers += [self._from_memory(*one, question.code) for one in question.askers]
                question.askers.clear()
            if age_ms >= FORGET_QUESTION_AFTER_MS:
                del self._questions[nonce]
        return answers

    def _ask_hq(self, device: str, asked: CaseAsked, code: str, now: Clock) -> list[Command]:
        for question in self._questions.values():
            if question.code == code and now.mono_ms - question.asked_ms < ANSWER_WITHIN_MS:
                question.askers.append((device, asked))
                return []
        self._nonce += 1
        question = _Question(code=code, asked_ms=now.mono_ms, askers=[(device, asked)])
        self._questions[self._nonce] = question
        return [ev.AskHq(CaseAsked(code=code, nonce=self._nonce, device=device))]

    def _by_hq(
        self, device: str, asked: CaseAsked, told: CaseTold, code: str, now: Clock
    ) -> Command:
        match told.found:
            case CaseFound.FOUND:
                return self._pass_on(device, asked, told)
            case CaseFound.UNKNOWN if code not in self._relayed:
                return self._wrong(device, asked, now)
            case _:  # what passed through here may not be at HQ yet
                return self._from_memory(device, asked, code, wait_s=told.wait_s)

    def _remember(self, code: str, told: CaseTold, now: Clock) -> None:
        self._told[code] = (told, now.mono_ms)
        self._told.move_to_end(code)
        if len(self._told) > MOST_TOLD:
            self._told.popitem(last=False)

    def _from_memory(self, device: str, asked: CaseAsked, code: str, wait_s: int = 0) -> Command:
        """Answer with what is known here, however old; else say to wait, or that HQ is away."""
        told, _ = self._told.get(code, (None, 0))
        if told is not None:
            return self._pass_on(device, asked, told)
        relayed = self._relayed.get(code)
        if relayed is not None:
            return self._pass_on(device, asked, self._received(relayed))
        if wait_s:
            return self._answer(device, asked, CaseFound.SLOW_DOWN, wait_s=wait_s)
        return self._answer(device, asked, CaseFound.AWAY)

    def _received(self, relayed: RelayedCode) -> CaseTold:
        nodes = [CaseNode(step="received", at_ms=relayed.received_ms)]
        taken_ms = self._alarms.acknowledged_ms(relayed.response)
        if taken_ms is not None:
            nodes.append(CaseNode(step="acknowledge", at_ms=taken_ms))
        return CaseTold(
            code=relayed.code,
            nonce=0,
            found=CaseFound.FOUND,
            nodes=tuple(nodes),
            promised_ms=relayed.promised_ms if taken_ms is None else None,
        )

    def _wrong(self, device: str, asked: CaseAsked, now: Clock) -> Command:
        self._guesses.wrong(device, now)
        return self._answer(device, asked, CaseFound.UNKNOWN)

    def _answer(
        self, device: str, asked: CaseAsked, found: CaseFound, *, wait_s: int = 0
    ) -> Command:
        told = CaseTold(code=asked.code, nonce=asked.nonce, found=found, wait_s=wait_s)
        return self._pass_on(device, asked, told)

    def _pass_on(self, device: str, asked: CaseAsked, told: CaseTold) -> Command:
        self.counts[told.found] += 1
        message = msgspec.structs.replace(told, code=asked.code, nonce=asked.nonce)
        return ev.AnswerDevice(device, message)
