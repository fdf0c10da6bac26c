"""Each driver library is known to one module, and each feature's tables to its own repository."""

import ast
from fnmatch import fnmatch

import pytest

from tests.architecture.sources import PRODUCT, imported, modules, nodes

# driver → the packages that may use it, in at most one module of each.
ONE_MODULE_OF = {
    "serial": ("kiosk", "edge_gateway", "simulator"),
    "sqlite_utils": ("outbox",),
    "paho": ("edge_gateway", "hq_server", "simulator"),
    "websockets": ("kiosk", "simulator"),
    "iotcore": ("simulator",),
    "nacl": ("protocols", "kiosk", "edge_gateway", "hq_server", "simulator"),
    "segno": ("kiosk", "hq_server"),
    "alembic": ("hq_server",),
    "zstandard": ("protocols",),
    "workclock": ("hq_server",),
    "holidays": ("hq_server",),
    "chinese_calendar": ("hq_server",),
    "pwdlib": ("edge_gateway", "hq_server", "simulator"),
    "limits": ("hq_server",),
    "tomlkit": ("hq_server",),
    "zxingcpp": ("edge_gateway",),
    "prometheus_client": ("edge_gateway", "hq_server", "simulator"),
}
# driver → the modules that are the driver's place, where one is not enough.
THESE_MODULES = {
    "kivy": (
        "kiosk/app.py",
        "kiosk/enrolment/app.py",
        "kiosk/idle.py",
        "kiosk/window.py",
        "kiosk/views/*",
        # Shoppers touch the real app.
        "simulator/visits.py",
    ),
    "ahocorasick_rs": ("grading/lexicon.py", "grading/thesaurus.py"),
    "numpy": ("grading/training/*",),
    "scipy": ("grading/training/*",),
    "sklearn": ("grading/training/*",),
    "sqlalchemy": (
        "hq_server/bulk.py",
        "hq_server/database.py",
        "hq_server/failures.py",
        "hq_server/tables.py",
        "hq_server/corrections/tables.py",
        "hq_server/rulebook/tables.py",
        "hq_server/shopper/tables.py",
        "hq_server/tills/tables.py",
        "hq_server/migrations/*",
        "hq_server/*/repository.py",
        "hq_server/ingest/lease.py",
        "hq_server/accounts/scope.py",
    ),
}
# A service holds a transaction open without building a query: it may name these types.
TYPES_FOR_SERVICES = {"sqlalchemy": {"Connection", "Engine", "RowMapping", "Row"}}
LONE_ENTRY = ("*/migrations/*",)  # Alembic's own scripts import it by design


def users(driver: str) -> dict[str, int]:
    """Return each module that imports a driver, with the line."""
    return {
        path: line
        for path in modules(*PRODUCT)
        for name, line in imported(path)
        if name.split(".")[0] == driver and not any(fnmatch(path, place) for place in LONE_ENTRY)
    }


@pytest.mark.parametrize("driver", ONE_MODULE_OF)
def test_one_module_of_a_package_knows_a_driver(driver: str) -> None:
    by_package: dict[str, list[str]] = {}
    for path in users(driver):
        by_package.setdefault(path.split("/")[0], []).append(path)
    strangers = sorted(set(by_package) - set(ONE_MODULE_OF[driver]))
    assert not strangers, f"{driver} has no place in {', '.join(strangers)}"
    crowded = {package: paths for package, paths in by_package.items() if len(paths) > 1}
    assert not crowded, f"{driver} is known to more than one module: {crowded}"


@pytest.mark.parametrize("driver", THESE_MODULES)
def test_a_driver_stays_in_its_place(driver: str) -> None:
    outside = {
        f"{path}:{line}"
        for path, line in users(driver).items()
        if not any(fnmatch(path, place) for place in THESE_MODULES[driver])
        and not _only_types(path, driver)
    }
    assert not outside, f"{driver} belongs in {THESE_MODULES[driver]}, not in {sorted(outside)}"


def _only_types(path: str, driver: str) -> bool:
    allowed = TYPES_FOR_SERVICES.get(driver, set())
    names = {driver}
    used: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            names |= {alias.asname or alias.name for alias in node.names if alias.name == driver}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == driver:
            used |= {alias.name for alias in node.names}
    for node in nodes(path):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            used |= {node.attr} if node.value.id in names else set()
    return used <= allowed


def test_a_repository_is_used_by_its_own_feature_only() -> None:
    wrong = []
    for path in modules("hq_server"):
        for name, line in imported(path):
            parts = name.split(".")
            is_repository = parts[0] == "hq_server" and parts[2:3] == ["repository"]
            if is_repository and path.split("/")[1] != parts[1]:
                wrong.append(f"{path}:{line} imports {name}: use hq_server.{parts[1]}.service")
    assert not wrong, "\n".join(sorted(set(wrong)))


def test_endpoints_ask_the_service_never_the_repository() -> None:
    wrong = [
        f"{path}:{line} imports {name}"
        for path in modules("hq_server")
        if path.endswith("/endpoints.py")
        for name, line in imported(path)
        if name.split(".")[-1] == "repository"
    ]
    assert not wrong, "\n".join(wrong)
