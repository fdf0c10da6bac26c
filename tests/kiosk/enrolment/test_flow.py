from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.enrolment.flow import (
    LONGEST_ADDRESS,
    MOST_CODE_CHARACTERS,
    Answered,
    Command,
    Enrolling,
    Entered,
    Erased,
    Event,
    Failed,
    Field,
    FieldTapped,
    GoOn,
    Keep,
    Kept,
    KeyTapped,
    LanguageTapped,
    Post,
    Refused,
    Show,
    Trouble,
    Typed,
    whole_address,
)
from protocols import case_code
from protocols.enrolment import EnrolAnswer, EnrolProblem, EnrolRefused, Invitation, qr_text

CODE = case_code.block_code(bytes(32), 7)
PLAIN = CODE.replace("-", "")
GATEWAY = "ws://192.168.1.10:8081"
ANSWER = EnrolAnswer(device="k1", store="s1", touchpoint="till-4", token="t" * 16)
INVITATION = Invitation(gateway=GATEWAY, code=CODE)


def typed(text: str) -> list[Event]:
    return [Typed(character) for character in text]


def run(flow: Enrolling, *events: Event) -> list[Command]:
    """Return what the last event was answered with."""
    commands: list[Command] = []
    for event in events:
        commands = flow.handle(event)
    return commands


def test_a_scan_fills_both_fields_and_asks_at_once() -> None:
    flow = Enrolling()
    commands = run(flow, *typed(qr_text(INVITATION)), Entered())
    assert commands == [Show(flow.picture), Post(GATEWAY, CODE)]
    assert (flow.picture.code, flow.picture.gateway, flow.picture.busy) == (PLAIN, GATEWAY, True)


def test_a_scan_never_lands_in_a_field() -> None:
    flow = Enrolling()
    run(flow, *(KeyTapped(character) for character in "7Q2"))
    run(flow, *typed(qr_text(INVITATION)))
    assert (flow.picture.code, flow.picture.gateway) == ("7Q2", "")
    run(flow, *typed("garbage"), Entered())
    assert flow.picture.trouble is Trouble.UNREADABLE_SCAN


def test_a_scan_after_something_was_typed_counts_all_the_same() -> None:
    flow = Enrolling()
    assert run(flow, *typed("x" + qr_text(INVITATION)), Entered())[-1] == Post(GATEWAY, CODE)


@pytest.mark.parametrize("text", ["storeloop:other?x", "storeloop:enrol?gateway=ws://x&code=123"])
def test_a_scan_of_something_else_is_said_to_be_that(text: str) -> None:
    flow = Enrolling()
    assert run(flow, *typed(text), Entered()) == [Show(flow.picture)]
    assert flow.picture.trouble is Trouble.UNREADABLE_SCAN
    assert (flow.picture.code, flow.picture.gateway) == ("", "")
    assert run(flow, *typed(qr_text(INVITATION)), Entered())[-1] == Post(GATEWAY, CODE)


def test_who_has_no_scanner_types_on_the_glass() -> None:
    flow = Enrolling()
    run(flow, *(KeyTapped(character) for character in PLAIN.lower()))
    assert flow.picture.code == PLAIN
    assert run(flow, Entered()) == [Show(flow.picture)]
    assert flow.picture.field is Field.GATEWAY, "the other field comes next"
    commands = run(flow, *(KeyTapped(character) for character in "192.168.1.10:8081"), Entered())
    assert commands[-1] == Post(GATEWAY, CODE)


def test_what_looks_alike_is_the_same_character_and_others_are_none() -> None:
    flow = Enrolling()
    run(flow, *typed("oIl-u 过7"))
    assert flow.picture.code == "0117"
    run(flow, Erased())
    assert flow.picture.code == "011"
    run(flow, FieldTapped(Field.GATEWAY), *typed("gw 1.é过"))
    assert flow.picture.gateway == "gw1."


@pytest.mark.parametrize(
    ("code", "gateway", "trouble", "field"),
    [
        (PLAIN[:-1], GATEWAY, Trouble.MISTYPED_CODE, Field.CODE),
        (PLAIN[:-1] + "?", GATEWAY, Trouble.MISTYPED_CODE, Field.CODE),
        ("0" * 9 + "1", GATEWAY, Trouble.MISTYPED_CODE, Field.CODE),
        (PLAIN, "ws://", Trouble.MISTYPED_GATEWAY, Field.GATEWAY),
        (PLAIN, "192.168.1.10:99999", Trouble.MISTYPED_GATEWAY, Field.GATEWAY),
        (PLAIN, "ftp://x", Trouble.MISTYPED_GATEWAY, Field.GATEWAY),
    ],
)
def test_mistakes_are_found_before_anybody_is_asked(
    code: str, gateway: str, trouble: Trouble, field: Field
) -> None:
    flow = Enrolling()
    run(flow, *typed(code), FieldTapped(Field.GATEWAY), *typed(gateway))
    assert run(flow, Entered()) == [Show(flow.picture)]
    assert (flow.picture.trouble, flow.picture.field) == (trouble, field)
    run(flow, Erased())
    assert flow.picture.trouble is None, "who mends it is not scolded any longer"


def asked() -> Enrolling:
    flow = Enrolling()
    run(flow, *typed(qr_text(INVITATION)), Entered())
    return flow


def test_while_the_gateway_is_asked_nothing_else_is_taken() -> None:
    flow = asked()
    for event in (*typed("7"), KeyTapped("7"), Erased(), FieldTapped(Field.CODE), Entered()):
        assert flow.handle(event) == []
    assert flow.handle(LanguageTapped()) == [Show(flow.picture)]
    assert flow.picture.language == "en"


@pytest.mark.parametrize("problem", EnrolProblem)
def test_every_refusal_is_said_and_can_be_tried_again(problem: EnrolProblem) -> None:
    flow = asked()
    run(flow, Refused(EnrolRefused(why=problem, wait_s=30)))
    assert flow.picture.trouble is not None
    assert (flow.picture.busy, flow.picture.wait_s) == (False, 30)
    assert run(flow, Entered())[-1] == Post(GATEWAY, CODE)
    assert flow.picture.trouble is None


def test_failures_are_said_with_their_detail() -> None:
    flow = asked()
    run(flow, Failed(Trouble.UNREACHABLE, "no route to host"))
    assert (flow.picture.trouble, flow.picture.detail) == (Trouble.UNREACHABLE, "no route to host")
    run(flow, Entered(), Refused(EnrolRefused(why=EnrolProblem.EXPIRED)))
    assert flow.picture.detail == ""


def test_an_answer_is_kept_before_the_survey_begins() -> None:
    flow = asked()
    answer = EnrolAnswer(
        device="k1", store="s1", touchpoint="till-4", token="t" * 16, touchpoint_name={"en": "Till"}
    )
    assert flow.handle(Answered(answer)) == [Keep(answer, GATEWAY)]
    assert flow.handle(Kept()) == [Show(flow.picture), GoOn()]
    assert flow.picture.place == {"en": "Till"}
    flow = asked()
    run(flow, Answered(ANSWER), Kept())
    assert flow.picture.place == {"en": "till-4", "zh-CN": "till-4"}, "its id, when it has no name"


def test_settings_that_cannot_be_kept_may_be_asked_for_again() -> None:
    flow = asked()
    run(flow, Answered(ANSWER), Failed(Trouble.NOT_KEPT, "no space left"))
    assert flow.picture.trouble is Trouble.NOT_KEPT
    assert run(flow, Entered())[-1] == Post(GATEWAY, CODE), "the gateway renews it for 10 minutes"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("192.168.1.10", "ws://192.168.1.10:8081"),
        ("192.168.1.10:9000", "ws://192.168.1.10:9000"),
        ("gateway.local/", "ws://gateway.local:8081"),
        ("[fe80::1]", "ws://[fe80::1]:8081"),
        ("http://gw:8081/", "ws://gw:8081/"),
        ("HTTPS://gw.example.com", "wss://gw.example.com"),
        ("wss://gw.example.com", "wss://gw.example.com"),
    ],
)
def test_an_address_is_understood_as_people_write_it(said: str, meant: str) -> None:
    assert whole_address(said) == meant


EVENTS = st.one_of(
    st.characters().map(Typed),
    st.sampled_from("0123456789.:QO").map(KeyTapped),
    st.sampled_from(list(Field)).map(FieldTapped),
    st.sampled_from(list(Trouble)).map(Failed),
    st.sampled_from(list(EnrolProblem)).map(lambda why: Refused(EnrolRefused(why=why))),
    st.sampled_from([Erased(), LanguageTapped(), Entered(), Kept(), Answered(ANSWER)]),
    st.just(qr_text(INVITATION)).map(Typed),
)


@given(st.lists(EVENTS, max_size=60))
def test_whatever_comes_the_screen_stays_whole(events: list[Event]) -> None:
    flow = Enrolling()
    for event in events:
        shown = [command for command in flow.handle(event) if isinstance(command, Show)]
        assert all(command.picture == flow.picture for command in shown[-1:])
        assert len(flow.picture.code) <= MOST_CODE_CHARACTERS
        assert len(flow.picture.gateway) <= max(LONGEST_ADDRESS, len(GATEWAY))
    assert replace(flow.picture) == flow.picture
