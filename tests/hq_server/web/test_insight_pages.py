"""hq_server/web/insight_pages.py: scores with their doubts, and problems that staff can hide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest

from hq_server.database import Database
from hq_server.ingest.intake import Answer
from hq_server.problems.problem import problem_id
from hq_server.shopper.tables import problem_hidden
from hq_server.tables import cases
from hq_server.web.texts import texts
from protocols.messages import Lane, Mark, Misuse, Outcome, ProblemVote, Reason, Stream, Vote
from protocols.till_events import InstructionAcknowledged, InstructionGiven
from tests.hq_server.conftest import NOW, Browser
from tests.hq_server.field import BULK, at, batch, response, rows, taken

Take = Callable[..., list[Answer]]
zh = texts("zh-CN")
QUEUE = problem_id("s1", "queue_checkout", "fresh")


@pytest.fixture
def told(take: Take) -> None:
    """A doubted score, an answer of 0 to 10, a skipped visit, and a queue that is fixed now."""
    mash = Mark(misuse=Misuse.MASH, weight=0)
    reason = Reason(id="queue", topic="queue_checkout")
    promised = int((NOW + timedelta(hours=1)).timestamp() * 1000)
    said = [
        response("r1", rating=1, marks=(mash,)),
        response("r2", rating=None, nps=9),
        response("r3", rating=None, outcome=Outcome.SKIPPED),
        response("r4", rating=2, reasons=(reason,), touchpoint="fresh", promised_ms=promised),
    ]
    votes = [
        ProblemVote(id=f"v{n}", store="s1", at=at(), problem=QUEUE, topic="queue_checkout",
                    place="fresh", vote=Vote.FIXED) for n in range(3)
    ]  # fmt: skip
    take(taken(batch(*said)))
    take(taken(batch(*votes, stream=BULK)))
    other = Stream(device="k2", epoch="e", lane=Lane.BULK)
    take(taken(batch(response("x", store="s2", rating=5), stream=other), gateway="g2"))


def test_insights_show_what_stores_were_told_to_do(
    browser: Callable[[str], Browser], take: Take
) -> None:
    text = {"zh-CN": "请再开一个收银台", "en": "Open another till"}
    given = InstructionGiven(
        id="i1", store="s1", at=at(), touchpoint="till-4", instruction="n1", rule="queue",
        measure="waiting", value=6.4, limit=5, text=text,
    )  # fmt: skip
    waits = msgspec.structs.replace(
        given, id="i3", instruction="n2", measure="wait_s", value=1234.5, limit=600
    )
    took = InstructionAcknowledged(
        id="i2", store="s1", at=at(NOW + timedelta(minutes=2)), instruction="n1", by="<i>Li"
    )
    take(taken(batch(given, took, waits, stream=BULK), when=NOW + timedelta(minutes=3)))
    page = browser("viewer").client.get("/insights").text
    assert text["zh-CN"] in page
    assert zh("measure.waiting", value="6.4", limit="5") in page
    assert zh("measure.wait_s", value="1,234", limit="600") in page
    assert "&lt;i&gt;Li" in page
    assert zh("instruction.open") in page
    elsewhere = msgspec.structs.replace(given, store="s2", text={"en": "Elsewhere"})
    take(taken(batch(elsewhere, stream=BULK), gateway="g2"))
    assert "Elsewhere" in browser("viewer").client.get("/insights").text
    assert "Elsewhere" not in browser("m1").client.get("/insights").text


@pytest.mark.usefixtures("told")
def test_insights_show_scores_outcomes_and_doubts(browser: Callable[[str], Browser]) -> None:
    page = browser("viewer").client.get("/insights?days=7").text
    assert "Store s1" in page
    assert "Store s2" in page
    assert f"{zh('mark.mash')} 1" in page
    assert "25.0%" in page  # one of four in s1
    assert "+100" in page
    assert zh("outcome.skipped") in page
    own = browser("m1").client
    assert "Store s2" not in own.get("/insights?days=1&store=s2").text
    assert own.get("/insights?days=0").status_code == 422


@pytest.mark.usefixtures("told")
def test_problems_are_listed_hidden_and_shown_again(
    browser: Callable[[str], Browser], database: Database
) -> None:
    signed_in = browser("m1")
    page = signed_in.client.get("/problems").text
    assert "fresh还排队吗？" in page
    assert zh("problem.looks_fixed") in page
    form = {"csrf": signed_in.csrf}
    for how, kept in (("hide", 1), ("show", 0)):
        done = signed_in.client.post(f"/problems/s1/{QUEUE}/{how}", data=form)
        assert done.headers["location"] == "/problems?store=s1"
        assert len(rows(database, problem_hidden)) == kept
    for path in (f"/problems/s2/{QUEUE}/hide", f"/problems/s1/{QUEUE}/burn", "/problems/s1/x/hide"):
        assert signed_in.client.post(path, data=form).status_code == 404
    viewer = browser("viewer")
    refused = viewer.client.post(f"/problems/s1/{QUEUE}/hide", data={"csrf": viewer.csrf})
    assert refused.status_code == 403


@pytest.mark.usefixtures("told")
def test_case_and_feedback_pages_show_doubts_promises_and_votes(
    browser: Callable[[str], Browser], database: Database
) -> None:
    client = browser("agent").client
    assert zh("mark.doubted", what=zh("mark.mash")) in client.get("/feedback").text
    ids = {row["response_id"]: row["id"] for row in rows(database, cases)}
    assert zh("mark.counts", percent=0) in client.get(f"/cases/{ids['r1']}").text
    queue = client.get(f"/cases/{ids['r4']}").text
    assert zh("promise.open", time=" 12:00 ").strip() in queue
    assert zh("problem.fixed", number=3) in queue
    assert zh("entry.fixed", count=3, topic="排队结账") in queue
