from protocols.briefs import BriefKind, enrolment_hash, signed_bytes


def test_what_is_signed_differs_with_kind_addressee_version_and_body() -> None:
    base = signed_bytes(BriefKind.CODES, "gw-1", "3", b"{}")

    others = [
        signed_bytes(BriefKind.SURVEY, "gw-1", "3", b"{}"),
        signed_bytes(BriefKind.CODES, "gw-2", "3", b"{}"),
        signed_bytes(BriefKind.CODES, "gw-1", "4", b"{}"),
        signed_bytes(BriefKind.CODES, "gw-1", "3", b"[]"),
    ]

    assert len({base, *others}) == 5


def test_an_enrolment_code_is_known_by_its_hash() -> None:
    assert enrolment_hash("7Q2M-KX4D-PR") == enrolment_hash("7Q2M-KX4D-PR")
    assert enrolment_hash("7Q2M-KX4D-PR") != enrolment_hash("7Q2M-KX4D-PS")
