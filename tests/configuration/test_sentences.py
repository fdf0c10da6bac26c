"""The operator's words for each kind of mistake; never pydantic's, never more than one line."""

from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from configuration.sentences import one_line, sentences

Text = Annotated[str, Field(min_length=1, max_length=20)]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid")

    port: int = 1
    token: str | None = None


class Settings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]+$")] = "a"
    site: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$")] = "a"
    url: Annotated[str, Field(pattern=r"^https://")] = "https://"
    idle: Annotated[float, Field(ge=1)] = 1
    well: bool = True
    title: dict[str, Text] | Text = "a"
    texts: dict[str, str] = {}
    listen: Section = Section()
    readers: tuple[Section, ...] = ()
    places: dict[str, Section | dict[str, Text]] = {}


def said(values: dict[str, Any]) -> list[str]:
    with pytest.raises(ValidationError) as wrong:
        Settings.model_validate(values)
    return sentences(Settings, wrong.value, {"token"})


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"listen": "x"}, "listen = 'x': a section like [listen] is needed"),
        ({"readers": [3]}, "readers[0] = 3: a section like [[readers]] is needed"),
        ({"readers": "x"}, "readers = 'x': a list is needed"),
        ({"texts": 3}, "texts = 3: a section like [texts] is needed"),
        ({"texts": {"en": 3}}, "texts.en = 3: a text is needed"),
        ({"name": "a b"}, "name = 'a b': letters, digits, . _ : - are allowed"),
        ({"site": "a b"}, "site = 'a b': 1 to 64 letters, digits, . _ : - are allowed"),
        ({"url": "x"}, "url = 'x': should match the pattern ^https://"),
        ({"idle": 0}, "idle = 0: should be greater than or equal to 1"),
        ({"idle": "x"}, "idle = 'x': a number is needed"),
        ({"well": 7}, "well = 7: true or false is needed"),
        ({"title": 3}, "title = 3: a section like [title] is needed or a text is needed"),
        ({"title": {"en": ""}}, "title.en = '': should have at least 1 character"),
        ({"listen": {"prot": 1}}, "listen.prot is not a setting; there are port, token"),
        ({"readers": [{"port": "x"}]}, "readers[0].port = 'x': a whole number is needed"),
        ({"readers": [{"token": ["s3cret"]}]}, "readers[0].token = (hidden): a text is needed"),
        ({"readers": {"token": "s3cret"}}, "readers = (section): a list is needed"),
        ({"readers": [[{"token": "s3cret"}]]}, "readers[0] = (list): a section like [[readers]]"),
        ({"a\nb": 1}, "a\\nb is not a setting"),
    ],
)
def test_a_mistake_is_one_line_in_the_operators_words(
    values: dict[str, Any], sentence: str
) -> None:
    (line,) = said(values)
    assert line.startswith(sentence)
    assert "s3cret" not in line


def test_a_line_for_each_key() -> None:
    lines = said({"name": 1, "idle": "x", "title": 3, "places": {"dict": {"port": [1]}}})
    assert [line.split(" ")[0] for line in lines] == ["name", "idle", "title", "places.dict.port"]


def test_what_is_not_to_be_seen_is_escaped() -> None:
    assert one_line("店\n\x1b[1m\ud800") == "店\\n\\x1b[1m\\ud800"


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
KEYS = st.sampled_from(list(Settings.model_fields)) | st.text(max_size=5)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
)


@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_whatever_is_set_each_mistake_is_one_line_and_each_key_has_one(
    values: dict[str, Any],
) -> None:
    try:
        Settings.model_validate(values)
    except ValidationError as error:
        lines = sentences(Settings, error, set())
        assert lines
        assert all(line.isprintable() for line in lines)
        assert not any("instance of" in line or "tuple" in line for line in lines)
