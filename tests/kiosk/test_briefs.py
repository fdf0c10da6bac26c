from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.briefs import Briefs
from kiosk.settings import DEFAULT_SURVEY
from protocols import wire
from protocols.briefs import BriefKind, Problem, Problems, Promise, PromiseClock, Promises
from protocols.messages import Brief
from protocols.signing import sign, verify_key
from protocols.survey import Survey

PRIVATE = bytes(range(32))
HQ = verify_key(PRIVATE)
PROBLEMS = Problems(
    problems=(Problem(problem="p1", topic="queue", text={"en": "Queue"}, ask={"en": "Still?"}),)
)
PROMISES = Promises(
    policy="1",
    timezone="Asia/Shanghai",
    opens="08:00",
    closes="22:00",
    promises=(Promise(grade="A", minutes=60, clock=PromiseClock.OPENING),),
)


def survey(version: int = 2, **changes: Any) -> Survey:
    changed = msgspec.structs.replace(DEFAULT_SURVEY, version=version, **changes)
    assert isinstance(changed, Survey)
    return changed


def brief(
    body: wire.BriefBody | bytes,
    kind: BriefKind = BriefKind.SURVEY,
    *,
    version: str = "2",
    store: str = "s1",
    private: bytes = PRIVATE,
) -> Brief:
    text = body if isinstance(body, bytes) else wire.encode_brief_body(body)
    signature = sign(private, kind, store, version, text)
    return Brief(kind=kind, version=version, body=text, signature=signature)


def held(folder: Path, key: str | None = HQ) -> Briefs:
    return Briefs(folder / "briefs", store="s1", verify_key=key)


def test_what_hq_says_counts_at_once_and_after_a_restart(tmp_path: Path) -> None:
    briefs = held(tmp_path)
    assert briefs.versions == {}
    assert briefs.take(brief(survey())) == survey()
    assert briefs.take(brief(PROBLEMS, BriefKind.PROBLEMS, version="a7")) == PROBLEMS
    assert briefs.take(brief(PROMISES, BriefKind.PROMISES, version="1")) == PROMISES
    for one in (briefs, held(tmp_path)):
        assert (one.survey, one.problems, one.promises) == (survey(), PROBLEMS, PROMISES)
        assert one.versions == {
            BriefKind.SURVEY: "2",
            BriefKind.PROBLEMS: "a7",
            BriefKind.PROMISES: "1",
        }


def test_the_same_document_again_is_no_news(tmp_path: Path) -> None:
    briefs = held(tmp_path)
    assert briefs.take(brief(survey())) is not None
    assert briefs.take(brief(survey())) is None
    assert briefs.take(brief(survey(1), version="1")) == survey(1), "HQ went back to an older one"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (brief(survey(), store="s2"), "did not sign"),
        (brief(survey(), private=bytes(32)), "did not sign"),
        (msgspec.structs.replace(brief(survey()), signature=""), "did not sign"),
        (brief(b"{}"), "not a survey document"),
        (brief(survey(ask={"en": "Well?"})), "ask has no text in zh-CN"),
        (brief(survey(texts={"en": {"returns": "{who}"}})), "known: {seconds}"),
        (brief(b'{"enrolments":[]}', BriefKind.ENROLMENTS), "not for kiosks"),
    ],
)
def test_what_is_not_good_changes_nothing_and_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, wrong: Brief, why: str
) -> None:
    briefs = held(tmp_path)
    briefs.take(brief(survey(1), version="1"))
    for _ in range(3):
        assert briefs.take(wrong) is None
    assert caplog.text.count("is ignored") == 1
    assert why in caplog.text
    assert (briefs.survey, briefs.versions) == (survey(1), {BriefKind.SURVEY: "1"})
    assert held(tmp_path).survey == survey(1)


def test_without_hqs_key_the_gateways_word_is_good_enough(tmp_path: Path) -> None:
    unsigned = msgspec.structs.replace(brief(survey()), signature="")
    assert held(tmp_path, key=None).take(unsigned) == survey()
    assert held(tmp_path, key=None).survey == survey()
    assert held(tmp_path).survey is None, "with the key it does not count any more"


@settings(max_examples=30)
@given(st.data())
def test_a_torn_file_gives_the_document_before_it_or_none(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("torn")
    briefs = held(folder)
    briefs.take(brief(survey(1), version="1"))
    briefs.take(brief(survey(2), version="2"))
    path = folder / "briefs" / "survey"
    whole = bytearray(path.read_bytes())
    if data.draw(st.booleans(), "cut"):
        torn = bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    else:
        whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
        torn = bytes(whole)
    path.write_bytes(torn)
    assert held(folder, key=None).survey == survey(1)
    (folder / "briefs" / "survey.before").write_bytes(torn)
    assert held(folder, key=None).survey is None


def test_a_folder_that_takes_nothing_costs_only_the_memory(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "briefs").write_text("in the way", "utf-8")
    briefs = held(tmp_path)
    assert briefs.take(brief(survey())) == survey()
    assert briefs.take(brief(PROBLEMS, BriefKind.PROBLEMS)) == PROBLEMS
    assert briefs.survey == survey()
    assert caplog.text.count("cannot be kept") == 1
