from __future__ import annotations

import pytest

from protocols.readers.events import Doubt, Suspected
from protocols.readers.suspicion import Evidence, Suspicion

WORDS = ("合计", "现金", "实付", "合計", "現金", "統一編號", "합계", "현금", "小計", "お釣り",
         "total", "change", "rückgeld", "zurück")  # fmt: skip
RECEIPTS = {
    "gb18030": "合计 14.97\n实付 14.97\n现金 20.00\n",
    "big5": "統一編號 123\n合計 162\n現金 200\n",
    "cp949": "합계 4,500\n현금 5,000\n감사합니다\n",
    "shift_jis": "小計 300\n合計 330\nお釣り 70\n",
    "utf-8": "合计 14.97\n实付 14.97\n现金 20.00\n",
    "cp1252": "Rückgeld 5,00\nZurück 5,00\nfür öl grüße äöü ÄÖÜ äöü\n",
}
NOISE = bytes((at * 73 + at // 5 * 11) % 256 for at in range(400))


def known(text: str) -> int:
    return sum(len(word) for word in WORDS if word in text.lower())


def job(
    raw: bytes, encoding: str, *, odd: int = 0, command_bytes: int = 20, cut: bool = True
) -> Evidence:
    text = raw.decode(encoding, errors="replace")
    odd += text.count("\ufffd")
    return Evidence(
        text=text, raw=raw, text_bytes=len(raw), odd=odd, command_bytes=command_bytes, cut=cut
    )


def noise() -> Evidence:
    return job(NOISE, "gb18030", odd=200, cut=False)


@pytest.mark.parametrize("right", RECEIPTS)
@pytest.mark.parametrize("setting", RECEIPTS)
def test_the_words_of_receipts_tell_the_encoding(right: str, setting: str) -> None:
    suspicion = Suspicion(setting, known)
    readable, told = suspicion.judge(job(RECEIPTS[right].encode(right), setting), 0.0)
    assert readable
    if right == setting:
        assert told == []
        return
    (doubt,) = told
    assert (doubt.doubt, doubt.guess) == (Doubt.ENCODING, right)
    again = suspicion.judge(job(RECEIPTS[right].encode(right), setting), 9.0)
    assert again == (True, [])


def test_once_right_again_it_is_told() -> None:
    suspicion = Suspicion("gb18030", known)
    suspicion.judge(job(RECEIPTS["big5"].encode("big5"), "gb18030"), 0.0)
    right = job(RECEIPTS["gb18030"].encode("gb18030"), "gb18030")
    assert suspicion.judge(right, 1.0) == (True, [Suspected(doubt=None)])
    assert suspicion.judge(right, 2.0) == (True, [])


def test_english_says_nothing_about_the_encoding() -> None:
    suspicion = Suspicion("gb18030", known)
    english = job(b"TOTAL 14.30\nCHANGE 5.70\n", "gb18030")
    assert suspicion.judge(english, 0.0) == (True, [])
    suspicion.judge(job(RECEIPTS["big5"].encode("big5"), "gb18030"), 1.0)
    assert suspicion.judge(english, 2.0) == (True, [])


def test_noise_is_no_receipt_and_told_at_the_third_job() -> None:
    suspicion = Suspicion("gb18030", known)
    answers = [suspicion.judge(noise(), 5.0 * at) for at in range(10)]
    assert not any(readable for readable, _ in answers)
    told = [told for _, told in answers]
    assert told == [[], [], [Suspected(doubt=Doubt.BAUD)], *[[]] * 7]
    assert suspicion.is_noise


def test_noise_for_a_minute_is_told_though_it_is_one_job() -> None:
    suspicion = Suspicion("gb18030", known)
    assert suspicion.judge(noise(), 0.0) == (False, [])
    assert suspicion.judge(noise(), 60.0) == (False, [Suspected(doubt=Doubt.BAUD)])


def test_one_receipt_that_reads_ends_the_doubt() -> None:
    suspicion = Suspicion("gb18030", known)
    for at in range(3):
        suspicion.judge(noise(), float(at))
    silent = job(b"12 3\n", "gb18030", cut=False)
    assert suspicion.judge(silent, 3.0) == (False, [])
    right = job(RECEIPTS["gb18030"].encode("gb18030"), "gb18030")
    assert suspicion.judge(right, 4.0) == (True, [Suspected(doubt=None)])
    assert not suspicion.is_noise


def test_a_damaged_receipt_among_good_ones_is_no_doubt() -> None:
    suspicion = Suspicion("gb18030", known)
    right = job(RECEIPTS["gb18030"].encode("gb18030"), "gb18030")
    for at in range(8):
        assert suspicion.judge(noise(), 2.0 * at) == (False, [])
        assert suspicion.judge(right, 2.0 * at + 1) == (True, [])


def test_a_wrong_parity_is_seen_though_the_paper_is_cut() -> None:
    parity = bytes(
        byte | 0x80 * (byte.bit_count() % 2) for byte in b"TOTAL 14.30\nCASH 20.00\nCHANGE 5.70\n"
    )
    suspicion = Suspicion("cp437", known)
    answers = [suspicion.judge(job(parity, "cp437"), float(at)) for at in range(3)]
    assert answers == [(False, []), (False, []), (False, [Suspected(doubt=Doubt.BAUD)])]


def test_a_few_stray_bytes_are_no_evidence() -> None:
    suspicion = Suspicion("gb18030", known)
    for at in range(30):
        stray = job(b"\xff\xff", "gb18030", cut=False)
        assert suspicion.judge(stray, 10.0 * at) == (False, [])


def test_hanzi_without_a_single_command_or_word_are_noise() -> None:
    suspicion = Suspicion("gb18030", known)
    hanzi = "姎蘹業韩窲蠝氒獂忴" * 9
    bare = job(hanzi.encode("gb18030"), "gb18030", command_bytes=0, cut=False)
    assert suspicion.noise(bare)
    assert not suspicion.noise(job(bare.raw, "gb18030", command_bytes=20, cut=False))
    assert not suspicion.noise(job(bare.raw, "gb18030", command_bytes=0, cut=True))
    latin = job(b"table 5, two coffees\n" * 9, "gb18030", command_bytes=0, cut=False)
    assert not suspicion.noise(latin)
