"""The pages about the field: stores and devices, the ledger, and what could not be taken in."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from hq_server.accounts.endpoints import Acting, Who
from hq_server.accounts.roles import Right
from hq_server.cases.endpoints import AllCases
from hq_server.devices import service as devices
from hq_server.ingest import lease
from hq_server.ledger import service as ledger
from hq_server.ledger.audit import audit
from hq_server.ledger.letters import SHOWN, Letters
from hq_server.rulebook import stores as rulebook
from hq_server.web.pages import SEE_OTHER, Render, Short, Storage
from hq_server.web.texts import Texts
from protocols.topics import PARTITIONS

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

STREAMS_SHOWN = 200


class FieldSite:
    """What every page here is made with, for somebody who may see it."""

    def __init__(
        self, request: Request, who: Who, pages: Render, cases: AllCases, database: Storage
    ) -> None:
        who.demand(Right.FLEET)
        self.who = who
        self.pages = pages
        self.database = database
        self._request = request
        self._cases = cases

    @property
    def texts(self) -> Texts:
        """The texts of the language of this request."""
        return self.pages.texts(self._request)

    def show(self, template: str, **context: Any) -> HTMLResponse:
        """Return a page, with what each of them needs."""
        with self.database.reading() as connection:
            stores = devices.stores(connection, self.who.scope)
        counts = self._cases.counts(self.who)
        return self.pages.show(
            self._request, template, who=self.who, stores=stores, counts=counts, **context
        )


Site = Annotated[FieldSite, Depends()]


@router.get("/fleet")
def fleet(site: Site) -> Response:
    """Show gateways, devices and streams, what was sent again, and who takes it all in."""
    scope = site.who.scope
    with site.database.reading() as connection:
        shown = devices.fleet(connection, scope)
        replays = ledger.replays(connection, scope)
        processes = lease.processes(connection, site.pages.now()) if scope.stores is None else []
        rules = rulebook.of_gateways(connection, scope)
    return site.show(
        "fleet.html",
        fleet=shown,
        replays=replays,
        processes=processes,
        partitions=PARTITIONS,
        rules=rules,
    )


@router.get("/ledger")
def show_ledger(site: Site, store: Short = "") -> Response:
    """Show what devices accepted against what HQ holds."""
    store = store.replace("\x00", "")
    scope = site.who.scope.within(store) if store else site.who.scope
    with site.database.reading() as connection:
        found = audit(connection, scope, site.pages.now(), ledger.REPLAYS_SHOWN)
    return site.show("ledger.html", audit=found, lines=found.lines[:STREAMS_SHOWN], store=store)


# --- dead letters -------------------------------------------------------------------------------


def letters_of(request: Request) -> Letters:
    """Return the dead letters of this application."""
    letters: Letters = request.app.state.letters
    return letters


AllLetters = Annotated[Letters, Depends(letters_of)]
Count = Annotated[int, Query(ge=0, le=1_000_000)]


@router.get("/dead-letters")
def dead_letters(
    site: Site, letters: AllLetters, done: bool = False, taken: Count = 0, failed: Count = 0
) -> Response:
    """Show what could not be taken in, or what was since; `taken` and `failed` just now."""
    return site.show(
        "dead_letters.html",
        letters=letters.listed(site.who.scope, done=done),
        done=done,
        taken=taken,
        failed=failed,
        may_act=site.who.may(Right.ACT),
    )


@router.post("/dead-letters/again")
def try_all_again(who: Acting, letters: AllLetters) -> RedirectResponse:
    """Take in again what stands open, the oldest first, a page of it at most."""
    who.demand(Right.ACT)
    tried = [letters.again(who.scope, each) for each in letters.waiting(who.scope)[:SHOWN]]
    failed = sum(each.why is not None for each in tried)
    return _back(len(tried) - failed, failed)


@router.post("/dead-letters/{letter}/again")
def try_again(letter: str, who: Acting, letters: AllLetters) -> RedirectResponse:
    """Take a dead letter in again."""
    who.demand(Right.ACT)
    why = letters.again(who.scope, letter).why
    return _back(int(why is None), int(why is not None))


def _back(taken: int, failed: int) -> RedirectResponse:
    return RedirectResponse(f"/dead-letters?taken={taken}&failed={failed}", SEE_OTHER)
