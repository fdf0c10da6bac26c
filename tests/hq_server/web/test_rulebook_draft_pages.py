"""hq_server/web/rulebook_draft_pages.py: forms change the draft; nothing typed is lost."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest

from hq_server.database import Database
from hq_server.rulebook import catalogue, editing, replaying
from hq_server.rulebook import service as rulebook
from hq_server.rulebook.grading_by import in_force
from hq_server.web.texts import texts
from tests.hq_server.conftest import NOW, Browser
from tests.hq_server.field import batch, response, taken
from tests.hq_server.rulebook.conftest import rules

Opened = Callable[[str], Browser]
# The queries are tested on both databases where they stand; a page is the same on either.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

T = texts("zh-CN")
WORD = "蓝莓事件"
OWN = {"id": "own.zh.incident", "language": "zh", "topic": "safety", "kind": "harm", "words": WORD}
BASE = next(rule for rule in catalogue.rules("").values() if len(rule.words) > 2)


@pytest.fixture
def admin(browser: Opened) -> Browser:
    return browser("admin")


def _act(
    at: Browser, act: str, seen: str | None = None, **fields: str | list[str]
) -> tuple[int, str]:
    seen = _seen(at) if seen is None else seen
    sent = {"csrf": at.csrf, "act": act, "seen": seen, **fields}
    answer = at.client.post("/rulebook/draft", data=sent)
    return answer.status_code, answer.text


def _seen(at: Browser) -> str:
    """Return what the forms of the draft bring back just now."""
    found = re.search(r'name="seen" value="(\w+)"', at.client.get("/rulebook/draft").text)
    return found[1] if found else ""


def _draft(database: Database) -> rulebook.Draft:
    with database.reading() as connection:
        return rulebook.draft(connection)


def test_forms_write_one_draft(admin: Browser, database: Database) -> None:
    done = [
        _act(admin, "words", rule=BASE.id, add=f"{WORD}、柠檬事件", out=[BASE.words[0]]),
        _act(admin, "rule", **OWN),
        _act(admin, "thresholds", **{"at.grade.complaint_from": "0.4"}),
    ]
    assert [status for status, _ in done] == [303, 303, 303]
    toml = _draft(database).toml
    found = {each.name for each in catalogue.differences("", toml)}
    assert found == {BASE.id, "own.zh.incident", "grade.complaint_from"}
    for path in ("/rulebook/draft", f"/rulebook/draft?rule={BASE.id}",
                 "/rulebook/draft?rule=own.zh.incident"):  # fmt: skip
        assert WORD in admin.client.get(path).text
    assert _act(admin, "undo", name="grade.complaint_from")[0] == 303
    assert "policy" not in _draft(database).toml
    assert _act(admin, "discard")[0] == 303
    assert _draft(database).edits == 0


def test_faults_are_shown_at_their_place_and_nothing_typed_is_lost(
    admin: Browser, database: Database
) -> None:
    typed = '# <mine>\n[[change]]\nrule = "zh.nothing"\nadd = ["某某"]\n'
    status, page = _act(admin, "toml", toml=typed)
    assert (status, "# &lt;mine&gt;" in page, "zh.nothing" in page) == (422, True, True)
    assert T("rulebook.line", number=3) in page
    assert T("rulebook_fault.unknown_rule") in page
    status, page = _act(admin, "thresholds", **{"at.grade.urgent_from": "very low"})
    assert (status, 'value="very low"' in page, "is-invalid" in page) == (422, True, True)
    status, page = _act(admin, "rule", **OWN | {"id": "zh.mine", "patterns": "坏*"})
    assert (status, 'value="zh.mine"' in page, "坏*" in page, WORD in page) == (
        422, True, True, True,
    )  # fmt: skip
    status, page = _act(admin, "words", rule=BASE.id, add="x")
    assert (status, ">x</textarea>" in page) == (422, True)
    assert _draft(database).edits == 0


def test_a_rule_whose_words_have_commas_is_saved_as_it_stands(
    admin: Browser, database: Database
) -> None:
    words = ("等了，很久", "蓝莓、柠檬", WORD)
    toml = rules(name="comma").replace(f'"{WORD}"', ", ".join(f'"{word}"' for word in words))
    assert _act(admin, "toml", toml=toml)[0] == 303
    page = admin.client.get("/rulebook/draft?rule=own.zh.comma").text
    (shown,) = re.findall(r'name="words"[^>]*>([^<]*)</textarea>', page)
    assert shown.split() == [word.replace("，", ",") for word in words], "as grading compares them"
    fields = OWN | {"id": "own.zh.comma", "words": shown + "\n橘子事件、葡萄事件"}
    assert _act(admin, "rule", **fields)[0] == 303
    kept = editing.words_of(_draft(database).toml, "own.zh.comma")
    assert kept == [*words, "橘子事件", "葡萄事件"], "as they were written"


def test_a_new_rule_takes_the_place_of_none(admin: Browser, database: Database) -> None:
    assert 'name="new"' in admin.client.get("/rulebook/draft").text
    assert _act(admin, "rule", **OWN, new="1")[0] == 303
    status, page = _act(admin, "rule", **OWN | {"words": "柠檬事件"}, new="1")
    assert (status, T("rulebook_fault.taken") in page, "柠檬事件</textarea>" in page) == (
        422, True, True,
    )  # fmt: skip
    assert WORD in _draft(database).toml
    assert 'name="new"' not in admin.client.get("/rulebook/draft?rule=own.zh.incident").text


def test_the_later_of_two_editors_is_told_and_keeps_what_was_typed(
    admin: Browser, browser: Opened, database: Database
) -> None:
    before = _seen(admin)
    assert _act(admin, "rule", **OWN)[0] == 303
    mine = f'[[change]]\nrule = "{BASE.id}"\nadd = ["柠檬事件"]\n'
    status, page = _act(browser("admin"), "toml", before, toml=mine)
    assert status == 409
    assert T("rulebook.changed_meanwhile", author="admin") in page
    assert "柠檬事件" in page
    assert "diff-theirs" in page
    assert f'name="seen" value="{_seen(admin)}"' in page, "saved again, it counts"
    status, page = _act(admin, "words", before, rule=BASE.id, add="橘子事件")
    assert (status, "橘子事件</textarea>" in page) == (409, True)
    assert "own.zh.incident" in _draft(database).toml
    assert _act(admin, "toml", toml=mine)[0] == 303
    assert "own.zh.incident" not in _draft(database).toml


def test_from_the_form_over_the_replay_into_force(
    admin: Browser, database: Database, take: Callable[..., object]
) -> None:
    take(taken(batch(response("r1", rating=2, note=f"遇到{WORD}"))))
    _act(admin, "rule", **OWN)
    publish = {"csrf": admin.csrf, "seen": _seen(admin), "note": "blueberries"}
    early = admin.client.post("/rulebook/publish", data=publish)
    assert (early.status_code, T("rulebook.replay_first") in early.text) == (409, True)
    assert admin.client.get("/rulebook/replay").status_code == 303
    assert admin.client.post("/rulebook/replay", data={"csrf": admin.csrf}).status_code == 303
    give_up = time.monotonic() + 30
    while 'action="/rulebook/publish"' not in admin.client.get("/rulebook/draft/panel").text:
        assert time.monotonic() < give_up, "the replay's own process does not end"
        time.sleep(0.1)
    page = admin.client.get("/rulebook/replay?move=becomes_s")
    assert (page.status_code, WORD in page.text) == (200, True)
    silent = admin.client.post("/rulebook/publish", data=publish | {"note": " "})
    assert (silent.status_code, T("rulebook_fault.note") in silent.text) == (422, True)
    long = admin.client.post("/rulebook/publish", data=publish | {"note": "为" * 2500})
    said = T("rulebook_fault.note_long", most=500)
    assert (long.status_code, said in long.text, "为" * 2500 in long.text) == (422, True, True)
    assert admin.client.post("/rulebook/publish", data=publish).status_code == 303
    with database.reading() as connection:
        assert in_force(connection).revision == 1


def test_texts_that_leave_s_are_agreed_to_one_by_one(
    admin: Browser, database: Database, take: Callable[..., object]
) -> None:
    harm = (
        f'[[rule]]\nid = "own.zh.i"\nlanguage = "zh"\ntopic = "safety"\nkind = "harm"\n'
        f'words = ["{WORD}"]\n'
    )
    signed = rulebook.Signed(author="a", note="n", at=NOW)
    _replay(database, harm)
    with database.writing() as connection:
        rulebook.publish_changes(connection, harm, 0, 0, signed)
    take(taken(batch(response("r1", rating=2, note=f"遇到{WORD}"))))
    _act(admin, "toml", toml=harm.replace("harm", "mention"))
    _replay(database, harm.replace("harm", "mention"))
    publish = {"csrf": admin.csrf, "seen": _seen(admin), "note": "fewer alarms"}
    refused = admin.client.post("/rulebook/publish", data=publish)
    assert refused.status_code == 409
    assert T("rulebook.leaves_first", number=1) in refused.text
    assert T("rulebook.agree", number=1) in refused.text
    assert 'value="fewer alarms"' in refused.text
    agreed = admin.client.post("/rulebook/publish", data=publish | {"leaving": "1"})
    assert agreed.status_code == 303


def _replay(database: Database, toml: str) -> None:
    with database.writing() as connection:
        begun, _ = replaying.begin(connection, toml, "a", NOW)
    replaying.run(database, begun, lambda: NOW)


@pytest.mark.parametrize("name", ["agent", "m1", "viewer"])
def test_only_who_may_change_rules_does(browser: Opened, name: str, database: Database) -> None:
    at = browser(name)
    for path in ("/rulebook/draft", "/rulebook/replay", "/rulebook/draft/panel"):
        assert at.client.get(path).status_code == 403
    assert _act(at, "rule", **OWN)[0] == 403
    for path, more in (("/rulebook/replay", {}), ("/rulebook/publish", {"seen": "0"})):
        assert at.client.post(path, data={"csrf": at.csrf, **more}).status_code == 403
    assert _draft(database).edits == 0
