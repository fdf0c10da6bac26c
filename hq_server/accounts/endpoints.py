"""Who is behind a request: what every page and API function asks first."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import Depends, Request

from hq_server.accounts.service import Accounts, SignedIn
from hq_server.errors import ForbiddenError

COOKIE = "storeloop_hq"
CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"


class NotSignedInError(Exception):
    """Nobody is signed in; pages go to the sign-in form, the API answers 401."""


def accounts_of(request: Request) -> Accounts:
    """Return the accounts of this application."""
    accounts: Accounts = request.app.state.accounts
    return accounts


def signed_in(request: Request, accounts: Annotated[Accounts, Depends(accounts_of)]) -> SignedIn:
    """Return the account behind a request, or raise NotSignedInError."""
    who = accounts.who(request.cookies.get(COOKIE))
    if who is None:
        raise NotSignedInError
    return who


async def acting(request: Request, who: Annotated[SignedIn, Depends(signed_in)]) -> SignedIn:
    """Return the account behind a request that changes something, its CSRF token checked."""
    said = request.headers.get(CSRF_HEADER)
    if said is None:
        value = (await request.form()).get(CSRF_FIELD)
        said = value if isinstance(value, str) else ""
    if not hmac.compare_digest(said.encode(), who.csrf.encode()):
        raise ForbiddenError("this form is too old: load the page again")
    return who


Who = Annotated[SignedIn, Depends(signed_in)]
Acting = Annotated[SignedIn, Depends(acting)]
