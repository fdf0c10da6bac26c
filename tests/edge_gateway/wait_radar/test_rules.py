import pytest
from pydantic import ValidationError

from edge_gateway.wait_radar.radar import Measures
from edge_gateway.wait_radar.rules import Ended, Given, Rule, Watch, rules

TEXT = {"zh-CN": "请再开一个收银台", "en": "Open another till"}


def rule(**more: object) -> Rule:
    fields = {"rule": "r", "measure": "waiting", "above": 5, "for_s": 10, "clear": 2, "text": TEXT}
    return Rule.model_validate(fields | more)


def at(waiting: float, pace: float | None = None) -> Measures:
    return Measures(waiting=waiting, wait_s=60 * waiting, pace=pace, arrivals=1, busy=0.5, sales=1)


def run(watch: Watch, values: list[float], every_s: float = 5.0) -> list[tuple[float, str]]:
    found = []
    for step, value in enumerate(values):
        for change in watch.look({"t": at(value)}, step * every_s):
            found.append((step * every_s, "given" if isinstance(change, Given) else "ended"))
    return found


def test_the_shipped_table_opens_another_till_and_is_complete_in_both_languages() -> None:
    (shipped,) = rules()
    assert (shipped.rule, shipped.measure, shipped.above) == ("open-till", "wait_s", 300)
    assert shipped.text == TEXT


def test_a_store_replaces_adds_and_switches_off() -> None:
    own = [rule(rule="open-till", above=9), rule(rule="slow")]
    assert [(one.rule, one.above) for one in rules(own)] == [("open-till", 9), ("slow", 5)]
    assert rules([rule(rule="open-till", on=False)]) == ()
    assert rules([Rule.model_validate({"rule": "open-till", "on": False})]) == ()


def test_given_after_for_s_on_end_and_ended_below_clear_only() -> None:
    watch = Watch((rule(),))
    assert run(watch, [9, 9, 5, 9, 9, 9, 3, 9, 2, 9]) == [(25, "given"), (40, "ended")]


def test_without_clear_the_limit_itself_ends_it() -> None:
    assert run(Watch((rule(clear=None, for_s=0),)), [6, 5.1, 5]) == [(0, "given"), (10, "ended")]


def test_below_looks_at_the_slowest_and_leaves_out_what_is_not_measured() -> None:
    watch = Watch((rule(measure="pace", above=None, below=8, clear=10, for_s=0),))
    found = watch.look({"a": at(0, 7.0), "b": at(0, 5.0), "c": at(0, None)}, 0)
    assert [(one.touchpoint, one.value) for one in found if isinstance(one, Given)] == [("b", 5.0)]
    assert watch.look({"a": at(0, 9.0)}, 1) == []
    (ended,) = watch.look({"a": at(0, None)}, 2)
    assert isinstance(ended, Ended)
    assert ended.value is None


def test_a_rule_of_some_tills_looks_at_no_other() -> None:
    watch = Watch((rule(touchpoints=("x",), for_s=0),))
    assert watch.look({"t": at(99)}, 0) == []
    assert len(watch.look({"t": at(99), "x": at(6)}, 0)) == 1


def test_after_somebody_saw_to_it_the_rule_is_quiet_even_when_it_passes_again() -> None:
    watch = Watch((rule(for_s=0, quiet_s=100),))
    assert len(watch.look({"t": at(9)}, 0)) == 1
    watch.acknowledged("r", 5)
    watch.acknowledged("unknown", 5)
    assert isinstance(watch.look({"t": at(0)}, 10)[0], Ended)
    assert watch.look({"t": at(9)}, 104) == []
    assert isinstance(watch.look({"t": at(9)}, 105)[0], Given)


@pytest.mark.parametrize(
    "wrong",
    [
        {"above": None},
        {"below": 3},
        {"clear": 6},
        {"above": None, "below": 8, "clear": 7},
        {"text": {}},
        {"text": {"en": ""}},
        {"measure": "mood"},
        {"for_s": -1},
        {"more": 1},
        {"rule": "not a name"},
    ],
)
def test_a_wrong_rule_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        rule(**wrong)
