"""What may be said of an error in a log: its kind and its place, never a value.

The text of a database error repeats the row that it refused, and with it a shopper's words.
"""

from __future__ import annotations

import traceback

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

__all__ = ["DBAPIError", "SQLAlchemyError"]  # for those who catch what the database raises


def kind(error: BaseException) -> str:
    """Return what kind of error this is, such as `IntegrityError (NotNullViolation 23502)`."""
    name = type(error).__name__
    if not isinstance(error, DBAPIError) or error.orig is None:
        return name
    cause = type(error.orig).__name__
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
    return f"{name} ({cause} {code})" if code else f"{name} ({cause})"


def wants_room(error: BaseException) -> bool:
    """Whether the database has no room, on its disk or elsewhere, for what was to be written."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    # PostgreSQL's class 53 is "insufficient resources".
    return getattr(cause, "sqlite_errorname", None) == "SQLITE_FULL" or str(
        getattr(cause, "sqlstate", None)
    ).startswith("53")


def place(error: BaseException) -> str:
    """Return where an error came from: the lines of code, without what they worked on."""
    return "".join(traceback.format_tb(error.__traceback__)).rstrip()
