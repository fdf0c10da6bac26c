from protocols.readers.barcodes import SYMBOLOGIES, judge
from protocols.readers.scanner_profiles import LONGEST_AFFIX, SCANNERS


def test_every_profile_has_its_name_and_known_symbologies() -> None:
    for name, profile in SCANNERS.items():
        assert profile.name == name
        assert {symbology for _, symbology in profile.code_ids} <= set(SYMBOLOGIES)
        assert len(profile.prefix) <= LONGEST_AFFIX
        ids = [letters for letters, _ in profile.code_ids]
        assert len(ids) == len(set(ids))


def test_the_ids_of_a_maker_lead_to_articles() -> None:
    for symbology in dict(SCANNERS["honeywell"].code_ids).values():
        if symbology in ("ean13", "upca", "ean8"):
            codes = {"ean13": "6901234567892", "upca": "036000291452", "ean8": "73513537"}
            assert judge(codes[symbology], symbology).check_ok
