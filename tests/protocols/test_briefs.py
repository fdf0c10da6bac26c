from protocols.briefs import BriefKind, signed_bytes


def test_what_is_signed_differs_with_kind_addressee_version_and_body() -> None:
    base = signed_bytes(BriefKind.CODES, "gw-1", "3", b"{}")

    others = [
        signed_bytes(BriefKind.SURVEY, "gw-1", "3", b"{}"),
        signed_bytes(BriefKind.CODES, "gw-2", "3", b"{}"),
        signed_bytes(BriefKind.CODES, "gw-1", "4", b"{}"),
        signed_bytes(BriefKind.CODES, "gw-1", "3", b"[]"),
    ]

    assert len({base, *others}) == 5
