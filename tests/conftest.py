"""What all tests share: in which order workers take them, and hypothesis's settings."""

from __future__ import annotations

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

# On a machine that is busy with the other half of the suite, any example may take a while.
settings.register_profile("storeloop", deadline=None)
settings.load_profile("storeloop")

# Each of these tests starts a whole chain or more, and mostly waits for it.
WAITING = ("tests/acceptance/", "tests/benchmarks/test_programs.py")


class FromBothEnds(LoadScopeScheduling):
    """Gives a module's tests to one worker, so that what they share is made once.

    Every other worker begins at the end, where the tests are that wait, one at a time: while they
    do, the others compute. What is left when they meet is small.
    """

    def _split_scope(self, nodeid: str) -> str:
        return nodeid if nodeid.startswith(WAITING) else nodeid.partition("::")[0]

    def _assign_work_unit(self, node: WorkerController) -> None:
        if self.nodes.index(node) % 2:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FromBothEnds:
    """Tell pytest-xdist who gives out the tests."""
    return FromBothEnds(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that wait last; among the others pytest-xdist puts large modules first."""
    items.sort(key=lambda item: item.nodeid.startswith(WAITING))
