"""The page on which a new kiosk gets its one-time code: the one module that knows segno."""

from __future__ import annotations

from typing import Annotated

import segno
from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup
from pydantic import BaseModel, Field

from hq_server.accounts.endpoints import Acting
from hq_server.accounts.roles import Right
from hq_server.enrolment import service as enrolment
from hq_server.enrolment.service import Wanted
from hq_server.errors import HqError
from hq_server.web.field_pages import FieldSite, Site
from hq_server.web.pages import SEE_OTHER
from protocols.enrolment import Invitation, qr_text

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


class EnrolForm(BaseModel):
    """What somebody types to add a kiosk."""

    store: Annotated[str, Field(max_length=64)] = ""
    device: Annotated[str, Field(max_length=200)] = ""
    touchpoint: Annotated[str, Field(max_length=200)] = ""
    address: Annotated[str, Field(max_length=500)] = ""

    @property
    def wanted(self) -> Wanted:
        """The same, without the blanks around it."""
        return Wanted(
            store=self.store,
            device=self.device.strip(),
            touchpoint=self.touchpoint.strip(),
            address=self.address.strip(),
        )


@router.get("/enrolment")
def enrolment_page(site: Site) -> Response:
    """Show the form, and the invitations of before."""
    site.who.demand(Right.ENROL)
    return _page(site, EnrolForm())


@router.post("/enrolment")
def invite(site: Site, who: Acting, asked: Annotated[EnrolForm, Form()]) -> Response:
    """Make a code and show it, this once."""
    who.demand(Right.ENROL)
    try:
        with site.database.writing() as connection:
            invitation = enrolment.invite(
                connection, who.scope, asked.wanted, who.name, site.pages.now()
            )
    except HqError as error:
        return _page(site, asked, wrong=error)
    return _page(site, asked, invitation)


@router.post("/enrolment/{enrolment_id}/revoke")
def revoke(enrolment_id: str, site: Site, who: Acting) -> RedirectResponse:
    """End an invitation that nobody has used yet."""
    who.demand(Right.ENROL)
    with site.database.writing() as connection:
        enrolment.revoke(connection, who.scope, enrolment_id, site.pages.now())
    return RedirectResponse("/enrolment", SEE_OTHER)


def _page(
    site: FieldSite,
    asked: EnrolForm,
    invitation: Invitation | None = None,
    wrong: HqError | None = None,
) -> Response:
    with site.database.reading() as connection:
        invited = enrolment.listed(connection, site.who.scope, site.pages.now())
    return site.show(
        "enrolment.html",
        status=422 if wrong else 200,
        asked=asked,
        invitation=invitation,
        qr=_qr(invitation) if invitation else "",
        wrong=wrong,
        invited=invited,
        hours=round(enrolment.VALID_FOR.total_seconds() / 3600),
    )


def _qr(invitation: Invitation) -> Markup:
    drawn = segno.make(qr_text(invitation), error="m", micro=False)
    return Markup(drawn.svg_inline(border=2, dark="#000", light="#fff", omitsize=True))  # noqa: S704
