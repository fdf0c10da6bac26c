"""Each source file has its test file: kiosk/flow.py has tests/kiosk/test_flow.py."""

from fnmatch import fnmatch
from pathlib import Path

from tests.architecture.sources import PRODUCT, ROOT, modules

# Source → why it needs no test file of its own.
EXEMPT = {
    "*/__init__.py": "what it does is tested where it is used",
    "*/__main__.py": "the acceptance tests start the programs",
    "hq_server/migrations/*": "tests/hq_server/test_database.py migrates a real database",
    "kiosk/events.py": "declarations without logic",
    "edge_gateway/events.py": "declarations without logic",
    "simulator/demo.py": "tests/acceptance/test_demo.py runs it as a newcomer does",
    "simulator/local_chain.py": "the acceptance tests stand on it",
    "simulator/campaign/chain.py": "real programs: tests/acceptance/test_campaign.py",
    "simulator/campaign/template.py": "makes a real HQ: tests/acceptance/test_campaign.py",
    "simulator/campaign/scene.py": "declarations; what faults do with it is the campaign's test",
    "simulator/campaign/fault_[dlp]*.py": "break real programs: tests/acceptance/test_campaign.py",
    "simulator/campaign/campaign.py": "runs real programs: tests/acceptance/test_campaign.py",
    "simulator/campaign/sabotage.py": "tests/acceptance/test_campaign.py sees what it loses",
    "simulator/visits.py": "needs a kiosk's window: tests/acceptance/test_kill.py",
    "firmware/pad/board.py": "runs on a board; tests/firmware/pad/test_main.py compiles it",
    "*/errors.py": "declarations; the tests that provoke an error check its words",
}


def test_each_source_has_its_test() -> None:
    missing = [
        f"{source} has no {expected}"
        for source in modules(*PRODUCT)
        if not any(fnmatch(source, pattern) for pattern in EXEMPT)
        and not (ROOT / (expected := _test_of(source))).is_file()
    ]
    assert not missing, "\n".join(missing)


def test_each_exemption_still_has_its_source() -> None:
    sources = modules(*PRODUCT)
    idle = [pattern for pattern in EXEMPT if not any(fnmatch(name, pattern) for name in sources)]
    assert not idle, f"no source any more for: {idle}"


def _test_of(source: str) -> str:
    path = Path("tests") / source
    return path.with_name(f"test_{path.name}").as_posix()
