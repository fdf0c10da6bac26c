from __future__ import annotations

from protocols.readers import labels


def test_labels_are_written_as_lines_are_compared() -> None:
    for names in (labels.PAID, labels.SUM, labels.NOT_TOTAL, labels.NUMBER, labels.REPRINT):
        assert all(name == name.lower().strip() for name in names)


def test_every_month_has_a_name() -> None:
    assert set(labels.MONTHS.values()) == set(range(1, 13))


def test_what_needs_the_start_of_a_line_is_a_label() -> None:
    assert set(labels.NUMBER) >= labels.NUMBER_AT_START
