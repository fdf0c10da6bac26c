"""The rules in the pictures of HQ: a revision in force, a draft, its replay, and their pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from playwright.sync_api import Page

from hq_server.briefs.composing import version_of
from hq_server.database import Database
from hq_server.rulebook import replaying, service
from hq_server.rulebook.grading_by import rulebook_of
from hq_server.rulebook.service import Signed
from protocols.briefs import BriefKind, RulesState

PUBLISHED = """\
# 中秋期间：礼盒的话单独盯
[[change]]
rule = "zh.allergy"
add = ["起了小疙瘩", "舌头发麻"]

[[rule]]
id = "own.zh.long_queue"
language = "zh"
topic = "queue_checkout"
kind = "escalation"
words = ["排队太久", "排队 25 分钟"]
"""
DRAFT = """\
# 中秋期间：礼盒的话单独盯
[[change]]
rule = "zh.allergy"
add = ["起了小疙瘩", "舌头发麻", "嘴唇发紫"]

[[rule]]
id = "own.zh.long_queue"
language = "zh"
topic = "queue_checkout"
kind = "fault"
words = ["排队太久", "排队 25 分钟"]

[[rule]]
id = "own.zh.gift_box"
language = "zh"
topic = "packaging"
kind = "harm"
words = ["礼盒压坏", "包装破了"]
department = "supply_chain"

[policy.grade]
complaint_from = 0.4
"""
FAULT = "revision 1 of the rules: change zh.allergy: unknown rule"
WRONG = '[[change]]\nrule = "zh.alergy"\nadd = ["嘴麻"]\n\n[policy.grade]\nurgent_from = "low"\n'
TRIED = {
    "zh-CN": "孩子吃完嘴唇发紫，排队太久",
    "en": "the gift box was torn and the queue was long",
}


def prepare(database: Database, now: datetime) -> None:
    """Put a revision in force two days ago, and leave a draft with its replay."""
    signed = Signed(author="wang.min", note="中秋礼盒与长队", at=now - timedelta(days=2))
    _replay(database, PUBLISHED, now - timedelta(days=2))
    with database.writing() as connection:
        service.publish_changes(connection, PUBLISHED, 0, _leaving(connection, PUBLISHED), signed)
        service.save(
            connection, DRAFT, service.draft(connection).seen, "li.na", now - timedelta(minutes=12)
        )
    _replay(database, DRAFT, now)


def _leaving(connection: Any, toml: str) -> int:
    replay = replaying.latest(connection, toml)
    return replay.leaves_s if replay else 0


def _replay(database: Database, toml: str, now: datetime) -> None:
    with database.writing() as connection:
        begun, _ = replaying.begin(connection, toml, "wang.min", now)
    replaying.run(database, begun, lambda: now)


def said(store: str) -> dict[str, Any]:
    """Return what the gateway of a store says that it grades by."""
    rulebook = rulebook_of(PUBLISHED if store != "xx-square" else "")
    state = RulesState(
        lexicon_version=rulebook.lexicon_version,
        policy_version=rulebook.policy_version,
        fault=FAULT if store == "xx-square" else "",
    )
    version = version_of(BriefKind.RULEBOOK, service.brief_body(1, PUBLISHED))
    held = {BriefKind.RULEBOOK: version} if store != "xx-square" else {}
    return {"rules": state, "codes_left": 1800, "briefs": held}


def look(
    page: Page, address: str, language: str, both: Callable[[Page, str | None, str], None]
) -> None:
    """Take the pages about rules."""
    short = language[:2]
    page.goto(f"{address}/rulebook?q=过敏")
    page.fill("textarea[name=text]", TRIED[language])
    page.click("form.try-form button")
    page.wait_for_selector(".tried")
    both(page, None, f"hq-rules-{short}")
    for name, path in (
        ("rules-draft", "draft?rule=zh.allergy"), ("rules-replay", "replay"),
        ("rules-history", "history"), ("rules-revision", "revisions/1"),
    ):  # fmt: skip
        both(page, f"{address}/rulebook/{path}", f"hq-{name}-{short}")
