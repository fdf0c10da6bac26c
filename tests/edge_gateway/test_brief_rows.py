import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from edge_gateway import brief_rows
from edge_gateway import events as ev
from edge_gateway.writer import Writer
from outbox import Outbox
from protocols.briefs import BriefKind, CodeBlock, Problems
from protocols.messages import Brief
from protocols.wire import decode_brief_body
from tests.edge_gateway.field import brief, code_block


def opened(folder: Path) -> Outbox:
    outbox = Outbox.open(folder / "o.db", device="g1", program="test")
    brief_rows.set_up(outbox.database, outbox.epoch)
    return outbox


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return opened(tmp_path)


def kept(block: int = 1, count: int = 3) -> ev.KeepBrief:
    signed = code_block(block, count)
    body = decode_brief_body(BriefKind.CODES, signed.body)
    assert isinstance(body, CodeBlock)
    return ev.KeepBrief(Brief(kind=signed.kind, version=signed.version, body=b""), body, body)


def test_the_last_brief_of_each_kind_is_there_after_a_restart(tmp_path: Path) -> None:
    outbox = opened(tmp_path)
    writer = Writer(outbox, lambda _: None)
    briefs = [brief(BriefKind.PROBLEMS, Problems(problems=()), str(n)) for n in (1, 2)]
    outcomes = writer.commit([ev.KeepBrief(one, Problems(problems=())) for one in briefs])
    assert [type(one) for one in outcomes] == [ev.BriefKept, ev.BriefKept]
    outbox.close()
    outbox = opened(tmp_path)
    assert brief_rows.load_briefs(outbox.database) == [briefs[1]]


def test_a_kind_of_a_newer_version_is_left_alone(outbox: Outbox) -> None:
    outbox.database.execute("INSERT INTO briefs VALUES ('recipes', '1', x'00', '')")
    assert brief_rows.load_briefs(outbox.database) == []


def test_codes_come_once_and_go_once(outbox: Outbox) -> None:
    writer = Writer(outbox, lambda _: None)
    writer.commit([kept(1), kept(2)])
    codes = brief_rows.load_codes(outbox.database)
    assert len(codes) == 6
    writer.commit([ev.GrantCodes("k1", tuple(codes[:2]))])
    writer.commit([kept(1)])  # the same block, from a broker that delivers twice
    assert brief_rows.load_codes(outbox.database) == codes[2:]
    assert brief_rows.highest_block(outbox.database) == 2


def test_a_block_before_the_last_adds_nothing(outbox: Outbox) -> None:
    Writer(outbox, lambda _: None).commit([kept(2)])
    Writer(outbox, lambda _: None).commit([kept(1)])
    assert len(brief_rows.load_codes(outbox.database)) == 3
    assert brief_rows.highest_block(outbox.database) == 2


def test_a_renewed_epoch_empties_the_reserve(outbox: Outbox) -> None:
    writer = Writer(outbox, lambda _: None)
    writer.commit([kept(), ev.RenewEpoch()])
    assert brief_rows.load_codes(outbox.database) == []
    assert brief_rows.highest_block(outbox.database) == 1


def test_codes_of_another_epoch_are_given_to_nobody(outbox: Outbox) -> None:
    brief_rows.keep(outbox.database, kept(), "an earlier file")
    brief_rows.set_up(outbox.database, outbox.epoch)
    assert brief_rows.load_codes(outbox.database) == []


_GRANT_AND_DIE = """
import os, signal, sys
from pathlib import Path
from edge_gateway import brief_rows, events as ev
from edge_gateway.writer import Writer
from tests.edge_gateway.test_brief_rows import kept, opened

outbox = opened(Path(sys.argv[1]))
writer = Writer(outbox, lambda _: None)
writer.commit([kept(count=5)])
codes = brief_rows.load_codes(outbox.database)
writer.commit([ev.GrantCodes("k1", tuple(codes[:2]))])
print(*codes, flush=True)
os.kill(os.getpid(), signal.SIGKILL)  # before anything is sent
"""


def test_codes_that_were_granted_before_a_kill_are_never_granted_again(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _GRANT_AND_DIE, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    codes = done.stdout.split()
    assert brief_rows.load_codes(opened(tmp_path).database) == codes[2:]
