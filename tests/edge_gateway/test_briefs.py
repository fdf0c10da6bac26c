import logging
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_gateway import events as ev
from edge_gateway.briefs import SEND_AGAIN_AFTER_MS, HeldBriefs
from grading.rulebook import built_in
from protocols.briefs import (
    BriefKind,
    Enrolments,
    Problem,
    Problems,
    Promises,
    RulebookChanges,
)
from protocols.messages import Brief, DeviceState
from protocols.wire import decode_survey
from tests.edge_gateway.field import (
    GATEWAY,
    START,
    STORE,
    VERIFY_KEY,
    Store,
    brief,
    code_block,
    later,
    response,
)

SURVEY = (Path(__file__).parents[2] / "kiosk" / "surveys" / "default.json").read_bytes()
PROBLEM = Problem(problem="p1", topic="queue", text={"zh-CN": "排队"}, ask={"zh-CN": "还排队吗？"})
PROBLEMS = Problems(problems=(PROBLEM,))


def held(*kept: Brief, key: str | None = VERIFY_KEY) -> HeldBriefs:
    return HeldBriefs(GATEWAY, STORE, key, kept)


def taken(briefs: HeldBriefs, one: Brief) -> None:
    body = briefs.read(one)
    assert body is not None
    briefs.take(one, body)


def state(**briefs: str) -> DeviceState:
    return DeviceState(
        device="k1",
        epoch="e1",
        program="test",
        accepted={},
        waiting=0,
        at=START,
        briefs={BriefKind(kind): version for kind, version in briefs.items()},
    )


def test_what_hq_signed_is_read_and_held() -> None:
    briefs = held()
    taken(briefs, brief(BriefKind.PROBLEMS, PROBLEMS, "7"))
    taken(briefs, brief(BriefKind.SURVEY, SURVEY, "12"))
    assert briefs.versions == {"problems": "7", "survey": "12"}
    assert briefs.problems == PROBLEMS
    assert briefs.faults == {}


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(brief(BriefKind.PROBLEMS, PROBLEMS, to="s2"), id="another store's"),
        pytest.param(brief(BriefKind.PROBLEMS, b"{}"), id="no document"),
        pytest.param(Brief(kind=BriefKind.PROBLEMS, version="1", body=b"{}"), id="unsigned"),
        pytest.param(
            Brief(kind=BriefKind.PROBLEMS, version="1", body=b"{}", signature="@"), id="no Base64"
        ),
        pytest.param(code_block(gateway="g2"), id="another gateway's codes"),
    ],
)
def test_what_is_not_for_us_or_makes_no_sense_changes_nothing(wrong: Brief) -> None:
    briefs = held()
    taken(briefs, brief(BriefKind.PROBLEMS, PROBLEMS, "0"))
    assert briefs.read(wrong) is None
    assert briefs.refused == 1
    assert briefs.problems == PROBLEMS
    assert wrong.kind in briefs.faults


def test_a_survey_that_no_kiosk_can_show_is_refused_whole() -> None:
    wordless = SURVEY.replace(b'"zh-CN": "', b'"fr": "')
    decode_survey(wordless)  # its types are right
    assert held().read(brief(BriefKind.SURVEY, wordless)) is None


@given(st.binary(max_size=200), st.sampled_from(BriefKind), st.text(max_size=20))
def test_whatever_the_body_the_answer_is_a_document_or_none(
    body: bytes, kind: BriefKind, version: str
) -> None:
    to = GATEWAY if kind is BriefKind.CODES else STORE
    version = version.encode("utf-8", "ignore").decode()
    briefs = held()
    said = briefs.read(brief(kind, body, version, to=to))
    assert (said is None) == (kind in briefs.faults)


def test_a_signature_holds_for_its_kind_version_and_body_only() -> None:
    good = brief(BriefKind.PROBLEMS, PROBLEMS, "7")
    forged = [
        Brief(kind=BriefKind.PROMISES, version="7", body=good.body, signature=good.signature),
        Brief(kind=good.kind, version="8", body=good.body, signature=good.signature),
        Brief(kind=good.kind, version="7", body=good.body + b" ", signature=good.signature),
    ]
    briefs = held()
    assert briefs.read(good) is not None
    assert [briefs.read(one) for one in forged] == [None, None, None]


def test_without_a_key_nothing_is_believed() -> None:
    briefs = held(key=None)
    assert briefs.read(brief(BriefKind.PROBLEMS, PROBLEMS)) is None
    assert "hq_verify_key" in briefs.faults[BriefKind.PROBLEMS]


def test_a_refusal_is_logged_once_per_episode(caplog: pytest.LogCaptureFixture) -> None:
    briefs = held()
    wrong = Brief(kind=BriefKind.PROBLEMS, version="1", body=b"{}")
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            briefs.read(wrong)
        assert len(caplog.records) == 1
        taken(briefs, brief(BriefKind.PROBLEMS, PROBLEMS))
        briefs.read(wrong)
    assert [one.levelname for one in caplog.records] == ["WARNING", "INFO", "WARNING"]
    assert briefs.refused == 4


def test_what_lay_on_disk_is_held_only_while_the_key_vouches_for_it() -> None:
    good = brief(BriefKind.PROBLEMS, PROBLEMS, "7")
    other = Brief(kind=good.kind, version="8", body=good.body, signature=good.signature)
    block = Brief(kind=BriefKind.CODES, version="b1", body=b"")
    assert held(good, block).versions == {"problems": "7", "codes": "b1"}
    assert held(other).versions == {}
    assert held(good, key=None).versions == {}


def test_a_kiosk_gets_what_it_lacks_and_only_what_is_for_kiosks() -> None:
    briefs = held()
    survey, problems = brief(BriefKind.SURVEY, SURVEY, "12"), brief(BriefKind.PROBLEMS, PROBLEMS)
    for one in (survey, problems, brief(BriefKind.ENROLMENTS, Enrolments(enrolments=()))):
        taken(briefs, one)
    assert briefs.due("k1", state(), START) == [survey, problems]
    assert briefs.due("k2", state(survey="12"), START) == [problems]
    assert briefs.due("k3", state(survey="12", problems="1"), START) == []


def test_the_same_version_is_sent_again_only_after_a_while_or_over_a_new_link() -> None:
    briefs = held()
    taken(briefs, brief(BriefKind.PROBLEMS, PROBLEMS, "1"))
    sent = [
        len(briefs.due("k1", state(), later(ms / 1000)))
        for ms in (0, 1, SEND_AGAIN_AFTER_MS - 1, SEND_AGAIN_AFTER_MS)
    ]
    assert sent == [1, 0, 0, 1]
    taken(briefs, brief(BriefKind.PROBLEMS, PROBLEMS, "2"))
    assert len(briefs.due("k1", state(problems="1"), later(31))) == 1
    briefs.lost("k1")
    assert len(briefs.due("k1", state(problems="1"), later(31))) == 1


def test_a_brief_that_is_held_is_known_again() -> None:
    briefs = held()
    one = brief(
        BriefKind.PROMISES,
        Promises(policy="1", timezone="Asia/Shanghai", opens="08:00", closes="22:00", promises=()),
    )
    assert not briefs.holds(one)
    taken(briefs, one)
    assert briefs.holds(one)
    assert not briefs.holds(brief(BriefKind.PROMISES, b"{}"))  # the version, but not the body


# --- in the gateway -------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def connect(store: Store, device: str = "k1", **briefs: str) -> None:
    store.post(ev.DeviceConnected(device))
    store.post(
        ev.DeviceStateArrived(device, msgspec.structs.replace(state(**briefs), device=device))
    )


def sent(store: Store, device: str = "k1") -> list[Brief]:
    return [one for one in store.sent[device] if isinstance(one, Brief)]


def test_a_brief_is_on_disk_before_a_kiosk_or_hq_hears_of_it(store: Store) -> None:
    store.post(ev.BrokerUp())
    connect(store)
    store.held = True
    problems = brief(BriefKind.PROBLEMS, PROBLEMS, "7")
    before = len(store.states)
    store.post(ev.BriefArrived(problems))
    assert sent(store) == []
    assert len(store.states) == before
    store.flush()
    assert sent(store) == [problems]
    assert store.states[-1].state.briefs == {"problems": "7"}
    store.restart()  # as after a kill -9
    assert store.gateway.briefs.problems == PROBLEMS
    connect(store, "k2", problems="6")
    assert sent(store, "k2") == [problems]


def test_a_kiosk_that_has_it_gets_nothing_and_one_that_lost_it_gets_it_again(store: Store) -> None:
    store.post(ev.BriefArrived(brief(BriefKind.PROBLEMS, PROBLEMS, "7")))
    connect(store, problems="7")
    assert sent(store) == []
    for seconds in (1, 2, 40):
        store.now = later(seconds)
        store.post(ev.DeviceStateArrived("k1", state()))
    assert len(sent(store)) == 2


def test_hq_that_has_not_heard_is_told_again(store: Store) -> None:
    store.post(ev.BrokerUp())
    problems = brief(BriefKind.PROBLEMS, PROBLEMS, "7")
    store.post(ev.BriefArrived(problems))
    before = len(store.states)
    store.post(ev.BriefArrived(problems))
    assert len(store.states) == before + 1


def test_a_wrongly_signed_brief_reaches_nobody(store: Store) -> None:
    connect(store)
    forged = Brief(kind=BriefKind.PROBLEMS, version="7", body=b"{}", signature="AA==")
    store.post(ev.BriefArrived(forged))
    assert sent(store) == []
    assert store.gateway.state(store.now).briefs == {}


def rules(word: str = "蓝莓事件", revision: int = 1) -> Brief:
    toml = (
        '[[rule]]\nid = "own.zh.incident"\nlanguage = "zh"\ntopic = "safety"\nkind = "harm"\n'
        f'words = ["{word}"]\n'
    )
    body = RulebookChanges(revision=revision, toml=toml)
    return brief(BriefKind.RULEBOOK, body, f"r{revision}")


UNKNOWN = brief(
    BriefKind.RULEBOOK,
    RulebookChanges(revision=9, toml='[[change]]\nrule = "zh.of.tomorrow"\noff = true\n'),
    "r9",
)


def test_rules_are_followed_from_the_next_text_on_and_after_a_restart(store: Store) -> None:
    store.post(ev.BrokerUp())
    connect(store)
    alarms = store.gateway.alarms
    said = response(note="遇到蓝莓事件", rating=2)
    assert alarms.consider(said, store.now) is None
    store.post(ev.BriefArrived(rules()))
    found = alarms.consider(said, store.now)
    assert found is not None
    assert "own.zh.incident" in found.alarm.evidence
    assert store.gateway.briefs.revision == 1
    followed = store.states[-1].state.rules
    assert followed is not None
    assert followed.lexicon_version == store.gateway.briefs.rulebook.lexicon_version
    assert followed.lexicon_version != built_in().lexicon_version
    assert sent(store) == [], "no kiosk is told"
    store.restart()
    assert store.gateway.alarms.rulebook.lexicon_version == followed.lexicon_version
    store.post(ev.BriefArrived(brief(BriefKind.RULEBOOK, RulebookChanges(revision=0, toml=""))))
    assert store.gateway.alarms.rulebook is built_in()
    assert store.gateway.briefs.revision == 0
    assert store.gateway.alarms.acknowledged_ms(said.response) is None, "raised alarms stand"


def test_rules_that_this_program_does_not_know_change_nothing_and_hq_hears_why_once(
    store: Store,
) -> None:
    store.post(ev.BrokerUp())
    store.post(ev.BriefArrived(rules()))
    good = store.gateway.alarms.rulebook
    before = len(store.states)
    for _ in range(3):
        store.post(ev.BriefArrived(UNKNOWN))
    assert len(store.states) == before + 1
    state = store.states[-1].state
    assert state.briefs == {"rulebook": "r1"}
    assert state.rules is not None
    assert "zh.of.tomorrow" in state.rules.fault
    assert store.gateway.alarms.rulebook is good
    store.post(ev.BriefArrived(rules("柠檬事件", 10)))
    assert store.states[-1].state.rules == store.gateway.briefs.rules
    assert store.gateway.briefs.rules.fault == ""


def test_a_wordless_tap_is_graded_anew_by_new_rules(store: Store) -> None:
    tap = response(rating=1)
    assert store.gateway.alarms.consider(tap, store.now) is None
    urgent = RulebookChanges(revision=1, toml="[policy.priority]\nraised_by = []\n")
    store.post(ev.BriefArrived(brief(BriefKind.RULEBOOK, urgent)))
    verdict = store.gateway.alarms._verdict(tap)
    assert verdict.policy_version == store.gateway.briefs.rulebook.policy_version
