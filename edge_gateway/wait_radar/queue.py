"""How many wait at one till, from the times of its transactions alone; pure.

The idea is Larson's queue inference engine (R. C. Larson, "The Queue Inference Engine: Deducing
Queue Statistics from Transactional Data", Management Science 36(5), 1990): when a service begins
at once after the one before it, somebody had been waiting. Arrivals are taken as Poisson, one
till has one line, nobody leaves it.

It is done forward in time, as a filter. For each rate r of a grid it holds the probabilities p(n)
of n people waiting, and a weight w(r). While a service of length t runs, p becomes its convolution
with Poisson(r t). When the service ends and the next begins within `slack_s`, w is multiplied by
P(n >= 1), p is cut to n >= 1 and shifted down by one: who begins waits no more. When the next
begins later, nobody waited: w is multiplied by p(0) and by the density r exp(-r gap) of the first
arrival, and p is all at n = 0. Older evidence fades, since the rate changes over the day.

A line that never empties tells only that people come faster than they are served, not how much
faster. There a prior holds the rate back: a till that people want for more than its whole time
for long is rare, since they choose another or leave.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

# Longer lines than this are as bad as this one.
MOST_WAITING = 24
# Per second: from 8 to 290 an hour, each a fifth more than the one before.
RATES = tuple(8 / 3600 * 1.2**step for step in range(20))
# What of a weight's exponent is left after one more sale: some fifty sales count.
_FADE = 0.98
# How far a till may be wanted for more than all of its time, and how fast more becomes unlikely.
_WANTED, _WANTED_SPREAD = 0.85, 0.15
# No till is worked on one basket for longer; beyond it nobody is being served.
LONGEST_SERVICE_S = 900.0
_LEAST_LIKELY = 1e-12


class Queue:
    """The line before one till."""

    def __init__(self, slack_s: float) -> None:
        """`slack_s`: the pause between two customers when the second was already there."""
        self._slack_s = slack_s
        self._logs = [0.0] * len(RATES)
        """Of the weights."""
        self._lines = [_nobody() for _ in RATES]
        self._began_s: float | None = None
        self._ended_s: float | None = None

    rates = RATES

    def line(self, index: int) -> Sequence[float]:
        """Return the probabilities of 0, 1, 2, … people waiting if the rate is `rates[index]`."""
        return self._lines[index]

    @property
    def serving(self) -> bool:
        """Whether somebody is being served, as far as is known."""
        return self._began_s is not None

    def began(self, at_s: float) -> None:
        """Take that a service began."""
        if self._began_s is not None:  # the one before was broken off: nobody saw it end
            self.ended(at_s)
        gap_s = LONGEST_SERVICE_S if self._ended_s is None else max(0.0, at_s - self._ended_s)
        waited = self._ended_s is not None and gap_s <= self._slack_s
        for index, rate in enumerate(RATES):
            line = self._lines[index]
            if waited:
                likely = sum(line[1:])  # 1 - line[0] has no digits left when it is small
                self._lines[index] = _shifted(line, likely)
            else:
                likely = line[0] * rate * math.exp(-rate * gap_s)
                self._lines[index] = _nobody()
            if self._ended_s is not None:
                self._logs[index] = _FADE * self._logs[index] + math.log(max(likely, _LEAST_LIKELY))
        self._began_s, self._ended_s = at_s, None

    def ended(self, at_s: float) -> None:
        """Take that the service under way has ended."""
        if self._began_s is None:
            return
        lasted_s = min(LONGEST_SERVICE_S, max(0.0, at_s - self._began_s))
        for index, rate in enumerate(RATES):
            self._lines[index] = _grown(self._lines[index], rate * lasted_s)
        self._began_s, self._ended_s = None, at_s

    def waiting(self, now_s: float, *, cycle_s: float, unseen_s: float = 0.0) -> float:
        """Return how many wait, as an expectation; whoever is being served does not wait.

        `cycle_s` is what one customer takes of the till when many wait. `unseen_s`: for how long
        the next service may be under way without anybody seeing it begin; 0 when all are seen.
        """
        if self._began_s is not None:
            since_s = min(now_s - self._began_s, LONGEST_SERVICE_S)
        elif self._ended_s is not None and now_s - self._ended_s <= max(self._slack_s, unseen_s):
            since_s = now_s - self._ended_s
        else:
            return 0.0
        weights = self._weights(cycle_s)
        lines = (self._expected(index, max(0.0, since_s)) for index in range(len(RATES)))
        return sum(weight * one for weight, one in zip(weights, lines, strict=True))

    def _expected(self, index: int, since_s: float) -> float:
        line, come = self._lines[index], RATES[index] * since_s
        people = sum(n * chance for n, chance in enumerate(line))
        if self._began_s is not None:
            return min(MOST_WAITING, people + come)
        # Between two sales: who stood first is being served by now; if nobody stood, nobody waits.
        somebody = 1 - line[0]
        return min(MOST_WAITING, people - somebody + somebody * come)

    def _weights(self, cycle_s: float) -> list[float]:
        excess = (max(0.0, rate * cycle_s - _WANTED) / _WANTED_SPREAD for rate in RATES)
        logs = [log - more * more / 2 for log, more in zip(self._logs, excess, strict=True)]
        top = max(logs)
        raw = [math.exp(one - top) for one in logs]
        whole = sum(raw)
        return [one / whole for one in raw]


def _nobody() -> list[float]:
    return [1.0] + [0.0] * MOST_WAITING


def _shifted(line: Sequence[float], likely: float) -> list[float]:
    if likely <= _LEAST_LIKELY:  # it cannot be, and it is: one had come just then
        return _nobody()
    return [*(chance / likely for chance in line[1:]), 0.0]


def _grown(line: Sequence[float], mean: float) -> list[float]:
    """Return the line after as many more as Poisson(mean) came; the longest takes the rest."""
    chances = [math.exp(-mean)]
    for more in range(1, MOST_WAITING + 1):
        chances.append(chances[-1] * mean / more)
    grown = [sum(line[had] * chances[n - had] for had in range(n + 1)) for n in range(MOST_WAITING)]
    return [*grown, max(0.0, 1.0 - sum(grown))]
