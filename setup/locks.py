"""`make lock`: writes requirements/*.lock anew, with hashes and without addresses."""

import sys

from setup.environment import LOCKS, UV, uv_environment
from setup.steps import BUILD, ROOT, Steps, one_sentence_on_failure, only_one

OPTIONS = (
    "--quiet",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-package=storeloop",
    "--custom-compile-command=make lock",
)
BUILDER = "requirements/build.in"
# The demo's lock is cut from the tests', so that one .venv serves both.
INPUTS = {
    "test": ("pyproject.toml", BUILDER, "--extra=all"),
    "demo": (
        "pyproject.toml",
        BUILDER,
        "--extra=sim",
        "--extra=assets",
        "--constraints=requirements/test.lock",
    ),
    "uv": ("requirements/uv.in",),
}


def main() -> None:
    """Write every lock file; `--upgrade` takes the newest versions instead of the locked ones."""
    upgrade = [word for word in sys.argv[1:] if word == "--upgrade"]
    steps = Steps(BUILD / "setup.log")
    with one_sentence_on_failure(), only_one(BUILD / "setup.lock"):
        env = uv_environment(steps)
        for partial in ("UV_INDEX", "UV_FIND_LINKS"):
            # A local folder of wheels may lack those of other processors: lock the full index only.
            env.pop(partial, None)
        for kind, inputs in INPUTS.items():
            target = LOCKS / f"{kind}.lock"
            steps.say(f"locking {target.relative_to(ROOT)}")
            options = [*OPTIONS, *upgrade, *inputs]
            steps.run(
                [UV, "pip", "compile", *options, "-o", target],
                what=f"locking {target.name}",
                env=env,
            )


if __name__ == "__main__":
    main()
