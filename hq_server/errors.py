"""What can go wrong at HQ, and which HTTP status each error is: the one place that says so.

HqError
    HeldError           another process holds what this one needs
    NotFoundError       no such thing, or not in the stores that this account may see
    ForbiddenError      the role does not allow it
    SignInError         name or password is wrong
    TooManyTriesError   too many failed sign-ins
    InputError          a field of a form or request is not allowed
    FaultyRulesError    changes of the rulebook that grading cannot use
    DraftChangedError   somebody else changed the draft meanwhile
    NotReplayedError    stored feedback was not graded by these rules yet
    LeavesSError        feedback would be S no more, and nobody agreed to that
    CaseError
        StepError       the case is not in a status that allows this step
        ChangedError    somebody else changed the case meanwhile
"""

from __future__ import annotations

from datetime import datetime


class HqError(Exception):
    """Something that HQ can explain to the person in front of it."""


class HeldError(HqError):
    """Another process holds what this one needs."""


class NotFoundError(HqError):
    """There is no such thing, or it lies in a store that the account may not see."""

    def __init__(self, kind: str, wanted: str) -> None:
        super().__init__(f"no {kind} {wanted[:64]!r}")
        self.kind = kind
        self.wanted = wanted


class ForbiddenError(HqError):
    """The role does not allow this."""


class SignInError(HqError):
    """Name or password is wrong; which of the two is not said."""


class TooManyTriesError(HqError):
    """Too many failed sign-ins from here or for this name."""


class InputError(HqError):
    """A field of a form or request is not allowed."""

    def __init__(self, field: str, allowed: str) -> None:
        super().__init__(f"{field}: {allowed}")
        self.field = field
        self.allowed = allowed


class FaultyRulesError(HqError):
    """Grading cannot use these changes; `problems` names place and fault of each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class DraftChangedError(HqError):
    """Somebody else changed, published or discarded the draft since the page was loaded."""

    def __init__(self, author: str, at: datetime | None) -> None:
        super().__init__(f"the draft was changed meanwhile by {author or 'somebody else'}")
        self.author = author
        self.at = at


class NotReplayedError(HqError):
    """Stored feedback was not graded by exactly these rules and those in force yet."""

    def __init__(self) -> None:
        super().__init__("replay these rules over the stored feedback first")


class LeavesSError(HqError):
    """Feedback would be S no more: somebody must look at it and agree."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} texts leave S: look at them, and agree to that number")
        self.count = count


class CaseError(HqError):
    """A case cannot do what was asked."""


class StepError(CaseError):
    """The case is not in a status that allows this step."""

    def __init__(self, code: str, status: str, step: str) -> None:
        super().__init__(f"cannot {step} case {code}: it is {status}")
        self.code = code
        self.status = status
        self.step = step


class ChangedError(CaseError):
    """Somebody else changed the case since the page was loaded."""

    def __init__(self, code: str, seen: int, found: int) -> None:
        super().__init__(f"case {code} was changed meanwhile (version {found}, you saw {seen})")
        self.code = code
        self.seen = seen
        self.found = found


HTTP_STATUS: dict[type[HqError], int] = {
    NotFoundError: 404,
    ForbiddenError: 403,
    SignInError: 401,
    TooManyTriesError: 429,
    InputError: 422,
    FaultyRulesError: 422,
    DraftChangedError: 409,
    NotReplayedError: 409,
    LeavesSError: 409,
    StepError: 409,
    ChangedError: 409,
    HeldError: 503,
}


def http_status(error: HqError) -> int:
    """Return the HTTP status that tells a caller of `error`."""
    return HTTP_STATUS.get(type(error), 500)
