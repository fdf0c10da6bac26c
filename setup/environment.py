"""Makes and mends .venv: the locked packages, and this checkout installed in it for editing."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from setup import debian, pip_settings
from setup.installed import OURS, Installed, locked, normal
from setup.steps import BUILD, ROOT, SetupFailed, Steps, one_sentence_on_failure, only_one

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
LOCKS = ROOT / "requirements"
KINDS = ("demo", "test")
ADVICE = "Is the package index reachable from here (`pip config list`, proxy settings)?"


def main(words: list[str]) -> None:
    """Set up for one kind of use, named on the command line."""
    if len(words) != 1 or words[0] not in KINDS:
        sys.exit(f"  usage: python3 -m setup {'|'.join(KINDS)}")
    kind = words[0]
    steps = Steps(BUILD / "setup.log")
    with one_sentence_on_failure(), only_one(BUILD / "setup.lock"):
        debian.provide(kind, steps)
        started = time.monotonic()
        if not is_ready(kind):
            install(kind, steps)
            steps.say(f"packages: ready after {time.monotonic() - started:.0f} s")


def is_ready(kind: str) -> bool:
    """Tell whether all that was installed for this kind of use is still there, whole."""
    try:
        noted = json.loads(_note(kind).read_text("utf-8"))
        wanted = dict(noted["versions"])
        fresh = noted["inputs"] == _inputs(kind)
    except (OSError, ValueError, KeyError, TypeError):
        return False
    site = _site_packages()
    if not fresh or site is None or not os.access(PYTHON, os.X_OK):
        return False
    installed = Installed(site)
    return installed.is_editable_from(ROOT) and not installed.damaged(wanted)


def install(kind: str, steps: Steps) -> None:
    """Bring .venv to the lock; start over once if what is there cannot be mended."""
    if _usable():
        try:
            _install_into_venv(kind, steps)
            return
        except SetupFailed:
            steps.say("packages: .venv cannot be mended, making it anew")
    _make_venv(steps)
    _install_into_venv(kind, steps)


def _install_into_venv(kind: str, steps: Steps) -> None:
    lock = LOCKS / f"{kind}.lock"
    env = uv_environment(steps)
    wanted = locked(lock.read_text("utf-8"))
    steps.say(f"packages: installing {lock.relative_to(ROOT)} into .venv")
    into: list[str | Path] = ["--quiet", "--python", PYTHON]
    steps.run(
        [UV, "pip", "install", *into, *_mend(wanted, steps), "--require-hashes", "-r", lock],
        what="installing the locked packages",
        advice=ADVICE,
        env=env,
    )
    # hatchling comes with the lock, so nothing unlocked is fetched to build our own package.
    own: list[str | Path] = ["--no-deps", "--no-build-isolation", "--editable", ROOT]
    steps.run(
        [UV, "pip", "install", *into, "--reinstall-package", OURS, *own],
        what="installing Storeloop",
        env=env,
    )
    _write_note(kind, wanted)


def _mend(wanted: dict[str, str], steps: Steps) -> list[str]:
    """Return the options that make uv put damaged distributions in place again."""
    site = _site_packages()
    if site is None:
        return []
    installed = Installed(site)
    # Another version than the lock's is uv's own affair; missing files it would not notice.
    there = {name: version for name, version in installed.versions.items() if name in wanted}
    broken = installed.damaged(there)
    for name in broken:
        steps.note(f"{name} lacks some of its files")
        folder = installed.folder(name)
        if folder and not (folder / "RECORD").exists():
            shutil.rmtree(folder)  # uv cannot uninstall without it, and refuses to go on
    return [option for name in broken for option in ("--reinstall-package", name)]


def _write_note(kind: str, wanted: dict[str, str]) -> None:
    site = _site_packages()
    if site is None:
        raise SetupFailed(f"{VENV} has no site-packages after the installation")
    # The lock also names packages of other platforms and Pythons: note what came.
    installed = Installed(site)
    noted_too = {*wanted, *locked((LOCKS / "uv.lock").read_text("utf-8")), OURS}
    versions = {name: version for name, version in installed.versions.items() if name in noted_too}
    if damaged := installed.damaged(versions):
        raise SetupFailed(f"still damaged after the installation: {', '.join(damaged)}")
    noted = json.dumps({"inputs": _inputs(kind), "versions": versions}, indent=1)
    _note(kind).write_text(noted, encoding="utf-8")


def _usable() -> bool:
    """Tell whether .venv has a Python that runs and belongs to this folder, pip and uv."""
    if not PYTHON.exists() or _moved():
        return False
    check = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    return _runs(PYTHON, "-c", check) and (_runs(UV, "--version") or _bring_uv())


def _moved() -> bool:
    """Tell whether .venv was made under another path: its scripts would start a Python there."""
    try:
        script = (VENV / "bin" / "pip").read_bytes()
    except OSError:
        return True
    return str(VENV).encode() not in script.partition(b"\n\n")[0]


def _make_venv(steps: Steps) -> None:
    steps.say(f"packages: making .venv with Python {sys.version.split()[0]}")
    shutil.rmtree(VENV, ignore_errors=True)
    if not _runs(Path(sys.executable), "-c", "import ensurepip, venv"):
        debian.install_venv_module(steps)
    # As a program of its own: ensurepip may have come to disk after this one started.
    steps.run([sys.executable, "-m", "venv", VENV], what="making .venv")
    if not _bring_uv(steps):
        raise SetupFailed("uv could not be installed")


def _bring_uv(steps: Steps | None = None) -> bool:
    """Install uv by pip, which knows the user's settings; without steps, only try."""
    steps_or_quiet = steps or Steps(BUILD / "setup.log")
    install = ["-m", "pip", "install", "--quiet", "--force-reinstall", "--require-hashes", "-r"]
    try:
        steps_or_quiet.run(
            [PYTHON, *install, LOCKS / "uv.lock"], what="installing uv by pip", advice=ADVICE
        )
    except SetupFailed:
        if steps is not None:
            raise
        return False
    return True


def uv_environment(steps: Steps) -> dict[str, str]:
    """Return the environment in which uv uses the user's pip settings."""
    answer = subprocess.run(
        [PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    env = pip_settings.for_uv(pip_settings.parse(answer.stdout), os.environ)
    steps.note(f"uv is told of pip's settings: {', '.join(sorted(env))}")
    return env


def _runs(program: Path, *words: str) -> bool:
    try:
        done = subprocess.run([program, *words], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _site_packages() -> Path | None:
    return next(iter(sorted((VENV / "lib").glob("python3.*/site-packages"))), None)


def _note(kind: str) -> Path:
    return VENV / f"storeloop-{normal(kind)}.json"


def _inputs(kind: str) -> str:
    digest = hashlib.sha256()
    for path in (LOCKS / f"{kind}.lock", ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()
