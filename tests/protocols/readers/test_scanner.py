import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.readers.events import Code, Doubt, ReaderEvent, ScanKind, Scanned, Suspected
from protocols.readers.masking import MASK
from protocols.readers.scanner import LONGEST_CODE_BYTES, ScannerReader
from protocols.readers.scanner_profiles import SCANNERS, SILENCE, ScannerProfile
from tests.protocols.readers.feeding import PIECES, check_pieces, fed, streams

EAN = b"6901234567892"
OTHER_EAN = b"9787111128069"
RECEIPT = "https://rate.example.com/s/store-7/20261121/A-0412?t=Zm9vYmFy"
ARTICLE = Scanned(
    code=Code(symbology="ean13", text=EAN.decode()), kind=ScanKind.ARTICLE, check_ok=True
)
ANSWER = b"\x02\x010000@DFMADD069999003999914\x06;\x03"


def reader(profile: str | ScannerProfile = "line", *prefixes: str) -> ScannerReader:
    given_profile = SCANNERS[profile] if isinstance(profile, str) else profile
    return ScannerReader(profile=given_profile, receipt_prefixes=prefixes)


def scans(data: bytes, profile: str | ScannerProfile = "line", *prefixes: str) -> list[ReaderEvent]:
    return fed(reader(profile, *prefixes), data)


def texts(data: bytes, profile: str | ScannerProfile = "line") -> list[str]:
    return [event.code.text for event in scans(data, profile) if isinstance(event, Scanned)]


@pytest.mark.parametrize(
    "sent",
    [
        EAN + b"\r",
        EAN + b"\n",
        EAN + b"\r\n",
        EAN + b"\t",
        EAN + b"\r\r",
        EAN + b"\x13\x13",
        b"\x02" + EAN + b"\x03",
        EAN,
        b"\x00" + EAN + b" \r",
        b"]E0" + EAN + b"\r",
    ],
)
def test_however_a_code_ends_it_is_one_code(sent: bytes) -> None:
    assert scans(sent) == [ARTICLE]


def test_a_line_is_told_at_its_end_and_a_burst_after_a_gap() -> None:
    scanner = reader()
    assert scanner.feed(EAN[:6], 0.0) == []
    assert scanner.feed(EAN[6:] + b"\r", 0.02) == [ARTICLE]
    assert scanner.feed(OTHER_EAN, 1.0) == []
    assert scanner.idle(1.05) == []
    assert [event for event in scanner.idle(1.09) if isinstance(event, Scanned)] != []
    assert scanner.idle(1.5) == []


def test_the_next_burst_begins_a_new_code() -> None:
    scanner = reader("silence")
    assert scanner.feed(EAN, 0.0) == []
    assert scanner.feed(OTHER_EAN, 0.5) == [ARTICLE]
    assert len(scanner.close()) == 1
    assert scanner.close() == []


def test_a_set_suffix_leaves_other_ends_in_the_code() -> None:
    profile = ScannerProfile(name="own", suffix=b"\r\n")
    assert texts(b"A\nB\r\nC\r\n", profile) == ["A B", "C"]


def test_what_never_ends_in_its_suffix_is_damaged() -> None:
    scanner = reader("stx_etx")
    assert fed(scanner, b"\x02" + EAN) == []
    assert (scanner.counts.damaged, scanner.counts.resyncs) == (1, 1)
    assert scanner.feed(b"\x02" + EAN + b"\x03", 200.0) == [ARTICLE]


def test_a_scanner_with_a_set_suffix_may_pause_within_a_code() -> None:
    scanner = reader("cr")
    assert scanner.feed(EAN[:6], 0.0) == []
    assert scanner.feed(EAN[6:] + b"\r", 0.5) == [ARTICLE]


def test_what_stands_before_the_prefix_is_noise() -> None:
    scanner = reader("stx_etx")
    assert fed(scanner, b"xx\x02" + EAN + b"\x03" + EAN + b"\x03\x02" + EAN + b"\x03") == [
        ARTICLE,
        ARTICLE,
    ]
    assert scanner.counts.damaged == 1
    assert scanner.counts.dropped_bytes == 2 + len(EAN)


@pytest.mark.parametrize(
    ("sent", "symbology", "kind"),
    [
        ("]C0ABC-1", "code128", ScanKind.OTHER),
        ("]A0ABC1", "code39", ScanKind.OTHER),
        ("]E473513537", "ean8", ScanKind.ARTICLE),
        ("]E004252614", "upce", ScanKind.ARTICLE),
        ("]C1\x1d010690123456789221SERIAL7", "gs1_128", ScanKind.ARTICLE),
        ("]Q3010690123456789221SERIAL7", "qr", ScanKind.ARTICLE),
    ],
)
def test_aim_ids_tell_the_symbology(sent: str, symbology: str, kind: ScanKind) -> None:
    (event,) = scans(sent.encode() + b"\r")
    assert isinstance(event, Scanned)
    assert (event.code.symbology, event.kind) == (symbology, kind)
    assert "SERIAL" not in event.code.text


@pytest.mark.parametrize(
    ("profile", "sent", "symbology", "text"),
    [
        ("zebra", "A6901234567892", "ean13", "6901234567892"),
        ("zebra", "P01hello", "qr", "hello"),
        ("zebra", "DABC", "code128", "ABC"),
        ("honeywell", "d6901234567892", "ean13", "6901234567892"),
        ("honeywell", "jABC", "code128", "ABC"),
        ("honeywell", "zABC", "", "zABC"),
    ],
)
def test_a_makers_own_ids(profile: str, sent: str, symbology: str, text: str) -> None:
    (event,) = scans(sent.encode() + b"\r", profile)
    assert isinstance(event, Scanned)
    assert event.code == Code(symbology=symbology, text=text)


def test_a_wrong_check_digit_is_told() -> None:
    (event,) = scans(b"]E06901234567893\r")
    assert isinstance(event, Scanned)
    assert (event.kind, event.check_ok) == (ScanKind.OTHER, False)


@pytest.mark.parametrize("before", ["", "]Q1"])
def test_the_qr_of_a_receipt_is_known_and_kept_whole(before: str) -> None:
    (event,) = scans((before + RECEIPT).encode() + b"\r")
    assert isinstance(event, Scanned)
    assert (event.kind, event.code.text) == (ScanKind.RECEIPT, RECEIPT)


def test_a_prefix_of_the_shop_makes_a_receipt() -> None:
    (event,) = scans(b"SL-20261121030001\r", "line", "SL-", "https://r.example/")
    assert isinstance(event, Scanned)
    assert (event.kind, event.code.text) == (ScanKind.RECEIPT, "SL-20261121030001")


PERSONAL = [
    "134512345678901234",  # WeChat
    "281234567890123456",  # Alipay
    "301234567890123456789012",
    "6212345678901234567",  # UnionPay
    "0112345678901234567",  # digital yuan
    "BEGIN:VCARD",
    "N:Zhang;San",
    "TEL;CELL:13800138000",
    "MECARD:N:Zhang San;TEL:13800138000;;",
    "WIFI:T:WPA;S:home;P:geheim99;;",
    "wxp://f2f0abcdefgh",
    "https://u.wechat.com/kAbCdEf?member=42",
]


@pytest.mark.parametrize("sent", PERSONAL)
@pytest.mark.parametrize("before", ["", "]Q1", "]C0"])
def test_what_names_a_person_or_pays_never_leaves(before: str, sent: str) -> None:
    (event,) = scans((before + sent).encode() + b"\r")
    assert isinstance(event, Scanned)
    assert event.kind is ScanKind.OTHER
    for secret in (sent[:-4], sent[3:], "Zhang", "13800138000", "geheim", "f2f0", "kAbCdEf", "42"):
        assert secret not in event.code.text
    assert MASK in event.code.text


@pytest.mark.parametrize("sent", ["4111 1111 1111 1111", "13800138000", "11010519491231002X"])
def test_cards_phones_and_ids_are_masked(sent: str) -> None:
    (event,) = scans(sent.encode() + b"\r")
    assert isinstance(event, Scanned)
    assert sent not in event.code.text
    assert sent.replace(" ", "")[3:9] not in event.code.text


def test_a_phone_number_with_a_right_check_digit_is_no_article() -> None:
    (event,) = scans(b"8616318084827\r")
    assert isinstance(event, Scanned)
    assert (event.kind, event.check_ok) == (ScanKind.OTHER, True)
    assert "31808" not in event.code.text


def test_a_member_card_of_the_shop_is_no_article() -> None:
    profile = ScannerProfile(name="own", private=("2901",))
    (event,) = scans(b"2901234567899\r", profile)
    assert isinstance(event, Scanned)
    assert event.kind is ScanKind.OTHER
    assert "290123456" not in event.code.text


@pytest.mark.parametrize("sent", ["20261121030001", "A-0412", "COUPON-77", "123456789012345"])
def test_order_numbers_and_coupons_survive(sent: str) -> None:
    assert texts(sent.encode() + b"\r") == [sent]


def test_text_is_utf_8_or_else_of_the_profile() -> None:
    assert texts("农夫山泉\r".encode()) == ["农夫山泉"]
    assert texts("农夫山泉\r".encode("gb18030")) == ["农夫山泉"]
    assert texts("사과\r".encode("cp949"), ScannerProfile(name="own", encoding="cp949")) == ["사과"]


@pytest.mark.parametrize("ending", [b"", b"\r"])
def test_answers_of_a_scanner_are_no_codes(ending: bytes) -> None:
    assert scans(ANSWER + ending) == []
    assert scans(ANSWER + EAN + b"\r") == [ARTICLE]
    assert scans(ANSWER + EAN + b"\r", "cr") == [ARTICLE]
    assert scans(b"~\x010000@SCNMOD0;\x03" + ending) == []


@pytest.mark.parametrize("profile", ["line", "presentation"])
def test_only_a_presentation_scanner_repeats_what_it_still_sees(profile: str) -> None:
    scanner = reader(profile)
    events: list[ReaderEvent] = []
    for t in (0.0, 0.25, 0.5, 0.9):
        events += scanner.feed(EAN + b"\r", t)
    repeated = [event.repeated for event in events if isinstance(event, Scanned)]
    assert repeated == [False, profile != "line", profile != "line", False]


def test_another_code_at_once_is_another_piece() -> None:
    (_, second) = scans(EAN + b"\r" + OTHER_EAN + b"\r", "presentation")
    assert isinstance(second, Scanned)
    assert not second.repeated


@pytest.mark.parametrize("profile", ["line", "crlf", "stx_etx", "silence"])
def test_a_code_without_end_takes_bounded_memory_and_costs_only_itself(profile: str) -> None:
    scanner = reader(profile)
    for _ in range(50):
        assert scanner.feed(b"\x02" + b"A" * 3000, 0.0) == []
        assert len(scanner._pending) <= LONGEST_CODE_BYTES
    end = SCANNERS[profile].suffix or b"\r"
    events = scanner.feed(end, 0.0) + scanner.idle(5.0)
    assert events == []
    assert scanner.counts.damaged == 1
    assert scanner.feed(b"\x02" + EAN + end, 6.0) + scanner.idle(9.0) == [ARTICLE]


def test_a_long_code_is_a_code() -> None:
    assert texts(b"A1" * 1400 + b"\r") == ["A1" * 1400]


def test_a_wrong_speed_is_suspected_and_forgiven() -> None:
    scanner = reader()
    events: list[ReaderEvent] = []
    for t in range(5):
        events += scanner.feed(b"\xfc\x86\x1e\xff\x80\xe6\x06", float(t)) + scanner.idle(t + 0.5)
    assert events == [Suspected(doubt=Doubt.BAUD)]
    events = scanner.feed(EAN + b"\r", 9.0) + scanner.idle(10.0)
    assert events == [ARTICLE, Suspected(doubt=None)]


@given(
    streams(
        EAN, b"\r", b"\r\n", b"\x02", b"\x03", ANSWER, b"]E0", b"]C1", b"\x1d", RECEIPT.encode()
    ),
    PIECES,
    st.sampled_from(sorted(SCANNERS)),
)
@settings(max_examples=120)
def test_any_bytes_in_any_pieces_give_the_same_events(
    data: bytes, sizes: list[int], profile: str
) -> None:
    check_pieces(lambda: reader(profile), data, sizes)


@given(st.binary(max_size=60).filter(lambda noise: b"\x02" not in noise))
@settings(max_examples=60)
def test_a_damaged_code_costs_only_itself(noise: bytes) -> None:
    scanner = reader()
    scanner.feed(noise, 0.0)
    scanner.idle(1.0)
    assert ARTICLE in scanner.feed(EAN + b"\r", 2.0)


def test_silence_is_a_profile() -> None:
    assert SCANNERS["silence"].suffix == SILENCE
