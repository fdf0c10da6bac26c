"""Templates to pages: language, time zone and the words that every page uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from hq_server.corrections import label
from hq_server.insights.scores import csat, nps
from hq_server.web import wording
from hq_server.web.reasons import reason
from hq_server.web.rulebook_faults import rules_fault
from hq_server.web.texts import Texts, chosen, texts

LANGUAGE_COOKIE = "storeloop_language"
RAW_SHOWN = 400
# A clock in the field may say any year; Python's end with 9999.
_LATEST = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


class Pages:
    """Renders templates for one zone and one default language."""

    def __init__(self, zone: ZoneInfo, language: str, now: Callable[[], datetime]) -> None:
        """Load the templates."""
        self._zone = zone
        self._language = language
        self._now = now
        self._environment = Environment(
            loader=PackageLoader("hq_server.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["printed"] = printed
        self._environment.filters["csat"] = csat
        self._environment.filters["nps"] = nps

    def now(self) -> datetime:
        """Return the time that pages show."""
        return self._now()

    def today(self) -> date:
        """Return the day that it is where the stores are."""
        return self.now().astimezone(self._zone).date()

    def texts(self, request: Request) -> Texts:
        """Return the texts of the language that this request wants."""
        # Pages without a cookie, for shoppers, carry the choice in their address.
        cookie = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
        accepted = request.headers.get("accept-language", "")
        return texts(chosen(cookie, accepted, self._language))

    def show(
        self, request: Request, template: str, *, status: int = 200, **context: Any
    ) -> HTMLResponse:
        """Return a page."""
        t = self.texts(request)
        now = self._now()
        query = f"?{request.url.query}" if request.url.query else ""
        shown: dict[str, Any] = {
            "t": t,
            "now": now,
            "who": None,
            "path": request.url.path,
            "query": query,
            "here": request.url.path + query if request.method == "GET" else request.url.path,
            "time": lambda at, pattern="%m-%d %H:%M": at.astimezone(self._zone).strftime(pattern),
            "instant": lambda seconds: datetime.fromtimestamp(min(seconds, _LATEST), self._zone),
            "moment": lambda at: wording.moment(t, at, now, self._zone),
            "span": lambda length: wording.duration(t, length),
            "ago": lambda at: wording.ago(t, at, now),
            "left": lambda case: wording.left(t, case, now),
            "reason": lambda said: reason(t, said),
            "rules_fault": lambda said: rules_fault(t, said),
            "topic": lambda id_: wording.topic(t, id_),
            "rule_name": lambda id_: wording.rule_name(t, id_),
            "corrected_grade": lambda row: (label.in_list(row) or {}).get("grade"),
            "headline": lambda row: wording.headline(t, row),
            "store_name": lambda stores, id_: _store_name(t, stores, id_),
            "touchpoint_name": lambda stores, row: _touchpoint_name(t, stores, row),
        }
        text = self._environment.get_template(template).render(shown | context)
        return HTMLResponse(text, status)


def printed(raw: bytes) -> str:
    """Return bytes from outside as text that shows what they are."""
    shown = raw[:RAW_SHOWN].decode("utf-8", "backslashreplace")
    clean = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in shown)
    return clean + ("…" if len(raw) > RAW_SHOWN else "")


def _store_name(t: Texts, stores: Mapping[str, Any], id_: str) -> str:
    store = stores.get(id_)
    return t.name(store.names, id_) if store else id_


def _touchpoint_name(t: Texts, stores: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    id_ = row["touchpoint"] or ""
    store = stores.get(row["store_id"])
    return t.name(store.touchpoints.get(id_, {}), id_) if store else id_
