from __future__ import annotations

from protocols.readers.labels.meaning import MONEY, TENDERS, Meaning, words


def test_words_stand_between_bars() -> None:
    assert words("合计|总计| total due |") == ("合计", "总计", "total due")


def test_ways_to_pay_are_the_events_own_words() -> None:
    assert [one.value for one in TENDERS] == [
        "cash", "card", "wechat", "alipay", "unionpay", "voucher", "member", "other",
    ]  # fmt: skip


def test_every_way_to_pay_is_money() -> None:
    assert set(TENDERS) < MONEY
    assert Meaning.NUMBER not in MONEY
