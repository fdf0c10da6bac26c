"""npm is taken from PATH when its node is new enough, else from the package that pip installed."""

import os
from pathlib import Path

import pytest

from assets import npm


def put_node(folder: Path, says: str) -> None:
    for name, script in (("node", f"echo {says}"), ("npm", "true")):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)


def test_node_trusts_what_the_machine_trusts(tmp_path: Path) -> None:
    bundle = tmp_path / "all.pem"
    bundle.write_text("")
    assert npm.certificates({"PIP_CERT": str(bundle)}) == {"NODE_EXTRA_CA_CERTS": str(bundle)}
    assert npm.certificates({"SSL_CERT_FILE": str(tmp_path / "absent.pem")}) == {}
    assert npm.certificates({"NODE_EXTRA_CA_CERTS": "own", "PIP_CERT": str(bundle)}) == {}


@pytest.mark.parametrize(
    ("says", "taken"), [("v20.1.0", True), ("v18.19.0", False), ("nonsense", False)]
)
def test_an_old_node_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str, taken: bool
) -> None:
    put_node(tmp_path, says)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    command = npm.npm_command()
    assert (command == [str(tmp_path / "npm")]) is taken
    assert taken or command[1].endswith("npm-cli.js")


def test_without_any_node_the_one_from_pip_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    node, script = npm.npm_command()
    assert Path(node).exists()
    assert Path(script).exists()
