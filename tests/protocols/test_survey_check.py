import base64
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.settings import DEFAULT_SURVEY
from protocols import wire
from protocols.errors import MessageError
from protocols.icons import CHIP_ICONS
from protocols.survey import (
    MAX_LOGO_BYTES,
    Brand,
    Hours,
    Limits,
    Mailbox,
    Question,
    ReasonChoice,
    Scale,
    Survey,
)
from protocols.survey_check import complaint
from tests.protocols.test_png import picture

LANGUAGES = ("zh-CN", "en")
BOTH = {"zh-CN": "好吗？", "en": "Well?"}
CHIP = ReasonChoice(id="queue", topic="queue_checkout", icon="hourglass", label=BOTH)
QUESTION = Question(id="checkout", touchpoints=("till-*",), ask=BOTH)
NIGHT = Hours(days="7", opens="20:00", closes="02:00")
LOGO = base64.b64encode(picture()).decode()


def survey(**changes: Any) -> Survey:
    changed = msgspec.structs.replace(DEFAULT_SURVEY, **changes)
    return wire.decode_survey(wire.encode_brief_body(changed))


def said(**changes: Any) -> str | None:
    return complaint(
        survey(**changes), LANGUAGES, {"returns": "Back in {seconds} s", "skip": "Skip"}
    )


def test_a_survey_with_everything_in_it_is_well() -> None:
    assert said() is None
    assert (
        said(
            questions=(
                QUESTION,
                Question(
                    id="recommend",
                    touchpoints=("*",),
                    ask=BOTH,
                    scale=Scale.NPS,
                    faces=(BOTH, BOTH),
                    unhappy=(CHIP,),
                    happy=(CHIP,),
                ),
            ),
            mailbox=Mailbox(name=BOTH, ask=BOTH),
            hours=(
                Hours(days="12345", opens="08:00", closes="12:00"),
                Hours(days="12345", opens="13:00", closes="24:00"),
                Hours(days="67", opens="09:00", closes="02:00"),
            ),
            texts={"en": {"skip": "Pass", "returns": "{seconds} s", "of_a_newer_kiosk": "{x}"}},
            brand=Brand(name=BOTH, colour="#0a7d55", logo=LOGO),
        )
        is None
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"languages": ("fr",)}, "languages: 'fr': the screens speak zh-CN, en"),
        ({"languages": ("en", "en")}, "languages: 'en' is there 2 times"),
        ({"ask": {"zh-CN": "好吗？"}}, "ask has no text in en"),
        ({"ask": {"zh-CN": "好吗？", "en": " "}}, "ask has no text in en"),
        ({"ask": BOTH | {"en": "x" * 201}}, "ask in 'en': 201 characters; at most 200"),
        ({"ask": BOTH | {"en": "\x07"}}, "ask in 'en': it holds characters that cannot be shown"),
        ({"faces": (BOTH,) * 4}, "faces: 5 labels are needed for scale faces5, not 4"),
        ({"scale": Scale.FACES_4}, "faces: 4 labels are needed for scale faces4, not 5"),
        ({"faces": (BOTH,) * 4 + ({},)}, "face 5 has no text in zh-CN"),
        ({"unhappy": (CHIP, CHIP)}, "unhappy: 'queue' is there 2 times"),
        (
            {"happy": (msgspec.structs.replace(CHIP, label={"en": "Queue"}),)},
            "happy: chip queue has no text in zh-CN",
        ),
        (
            {"questions": (QUESTION, QUESTION)},
            "question, questions and mailbox: 'checkout' is there 2 times",
        ),
        (
            {"questions": (msgspec.structs.replace(QUESTION, id="overall"),)},
            "question, questions and mailbox: 'overall' is there 2 times",
        ),
        (
            {"questions": (msgspec.structs.replace(QUESTION, scale=Scale.NPS),)},
            "questions, checkout: faces: 2 labels are needed for scale nps, not 5",
        ),
        (
            {"questions": (msgspec.structs.replace(QUESTION, happy=(CHIP, CHIP)),)},
            "questions, checkout: happy: 'queue' is there 2 times",
        ),
        (
            {"questions": (msgspec.structs.replace(QUESTION, ask={}),)},
            "questions, checkout: ask has no text in zh-CN",
        ),
        ({"mailbox": Mailbox(name=BOTH, ask={})}, "mailbox: ask has no text in zh-CN"),
        (
            {"mailbox": Mailbox(id="overall", name=BOTH, ask=BOTH)},
            "question, questions and mailbox: 'overall' is there 2 times",
        ),
        ({"brand": Brand(name={"en": "Spruce"})}, "brand: name has no text in zh-CN"),
        ({"brand": Brand(logo="!")}, "brand: logo: it is not Base64"),
        (
            {"brand": Brand(logo=base64.b64encode(b"GIF").decode())},
            "brand: logo: it is not a PNG",
        ),
        (
            {"brand": Brand(logo=base64.b64encode(bytes(MAX_LOGO_BYTES + 1)).decode())},
            "brand: logo: 65537 bytes; at most 65536",
        ),
        ({"texts": {"fr": {}}}, "texts: language 'fr': the screens speak zh-CN, en"),
        ({"texts": {"en": {"skip": ""}}}, "texts, 'en', 'skip': it is empty"),
        ({"texts": {"en": {"skip": "{"}}}, "a { or } stands alone"),
        ({"texts": {"en": {"skip": "{who}"}}}, "{who} is not known here; known: none"),
        ({"texts": {"en": {"returns": "{s}"}}}, "{s} is not known here; known: {seconds}"),
        ({"texts": {"en": {"other": "{0.__class__}"}}}, "{0.__class__} is not a name"),
        ({"texts": {"en": {"returns": "{seconds:9999}"}}}, "{seconds:} is not a name"),
        ({"hours": (Hours(days="11", opens="08:00", closes="09:00"),)}, "hours 1: days: '1' is"),
        ({"hours": (Hours(opens="24:00", closes="09:00"),)}, "hours 1: opens at"),
        ({"hours": (Hours(opens="09:00", closes="09:00"),)}, "hours 1: opens and closes at 09:00"),
        (
            {"hours": (NIGHT, Hours(opens="01:00", closes="03:00"))},
            "hours 2: day 1 overlaps",
        ),
        ({"limits": Limits(reasons=8)}, "limits: warn: 8 s leave nothing of the 8 s of reasons"),
    ],
)
def test_what_nobody_could_answer_is_named(changes: dict[str, Any], words: str) -> None:
    assert words in (said(**changes) or "")


def test_hours_may_touch_but_not_overlap() -> None:
    night = Hours(opens="22:00", closes="06:00")
    assert said(hours=(night, Hours(opens="06:00", closes="22:00"))) is None
    assert said(hours=(night, Hours(opens="05:59", closes="22:00"))) is not None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
PATHS: list[tuple[Any, ...]] = [
    *((name,) for name in Survey.__struct_fields__),
    ("faces", 0),
    ("faces", 0, "en"),
    ("unhappy", 0, "id"),
    ("unhappy", 0, "label"),
    ("questions", 0, "scale"),
    ("questions", 0, "touchpoints", 0),
    ("hours", 0, "days"),
    ("hours", 0, "opens"),
    ("limits", "warn"),
    ("brand", "logo"),
    ("brand", "colour"),
    ("mailbox", "ask"),
    ("texts", "en"),
    ("texts", "en", "skip"),
]
WHOLE = survey(
    questions=(QUESTION,),
    hours=(Hours(opens="08:00", closes="22:00"),),
    texts={"en": {"skip": "Pass"}},
    brand=Brand(name=BOTH, colour="#0a7d55", logo=LOGO),
    mailbox=Mailbox(name=BOTH, ask=BOTH),
    limits=Limits(warn=5),
    scale=Scale.FACES_5,
)


@given(st.sampled_from(PATHS), JSON)
def test_any_json_in_any_field_is_a_survey_or_a_sentence_naming_the_field(
    path: tuple[Any, ...], instead: object
) -> None:
    """What is refused is refused by its own field: whoever wrote the survey finds it."""
    tree = msgspec.json.decode(wire.encode_brief_body(WHOLE))
    inner = tree
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = instead
    try:
        read = wire.decode_survey(msgspec.json.encode(tree))
    except MessageError as error:
        names = [step for step in path if isinstance(step, str)]
        assert any(f".{name}" in str(error) for name in names) or "[...]" in str(error)
    else:
        found = complaint(read, LANGUAGES)
        assert found is None or 5 < len(found) < 1000


@given(JSON)
def test_any_json_at_all_is_a_survey_or_a_message_error(instead: object) -> None:
    with pytest.raises(MessageError):
        wire.decode_survey(msgspec.json.encode(instead))


@pytest.mark.parametrize(
    "changes",
    [
        {"survey": "visit\n"},
        {"hours": (Hours(days="1\n", opens="08:00", closes="20:00"),)},
        {"hours": (Hours(opens="08:00\n", closes="20:00"),)},
        {"hours": (Hours(opens="0\u0663:00", closes="20:00"),)},
        {"brand": Brand(colour="#ffffff\n")},
    ],
)
def test_a_line_end_or_a_foreign_digit_is_no_part_of_an_id_a_time_or_a_colour(
    changes: dict[str, Any],
) -> None:
    with pytest.raises(MessageError):
        survey(**changes)


@pytest.mark.parametrize(
    ("before", "after", "taken"),
    [
        ("till-*", "till-*", True),
        ("till-*", "till-4", True),
        ("till-*", "till-?", True),
        ("*", "till-*", True),
        ("till-4", "till-*", False),
        ("till-?", "till-*", False),
        ("till-0", "till-?", False),
        ("till-4", "fresh", False),
    ],
)
def test_touchpoint_is_asked_one_question(before: str, after: str, taken: bool) -> None:
    wrong = said(
        questions=(
            Question(id="checkout", touchpoints=(before,), ask=BOTH),
            Question(id="fresh", touchpoints=(after, "deli"), ask=BOTH),
        )
    )
    sentence = f"questions, fresh: touchpoints: {after} is asked 'checkout' already"
    assert wrong == (f"{sentence}, which stands before it" if taken else None)


def test_icon_that_no_kiosk_draws_is_named() -> None:
    strange = msgspec.structs.replace(CHIP, icon="unicorn")
    asked = survey(unhappy=(strange,))
    assert complaint(asked, LANGUAGES) is None
    wrong = complaint(asked, LANGUAGES, icons=CHIP_ICONS)
    assert wrong == "unhappy: chip queue: icon unicorn is not known to kiosks"
    assert complaint(survey(), LANGUAGES, icons=CHIP_ICONS) is None
