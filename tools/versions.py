"""Run the tests on the installed wheel, without the sources, with chosen versions of Python and of the dependencies.

    python tools/versions.py lowest between newest here

``lowest``: Python 3.11 with tests/lowest.txt; ``between`` and ``newest``: Python 3.12 and 3.13 with the newest versions
that pyproject.toml allows; ``here``: the Python that runs this file. A Python is looked for under its name
(``python3.13``), then among those of pyenv; the variable PYTHON3_13 names another. Where it is not found, that is an
error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNS = {"lowest": "3.11", "between": "3.12", "newest": "3.13", "here": ""}
LEFT_BEHIND = shutil.ignore_patterns("src", ".*", "build", "dist", "site", "__pycache__", "results")


def answer(command: list[str], **variables: str) -> str:
    """What the command prints, without the line end; empty where it cannot be run or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, **variables})
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def interpreter(version: str) -> str:
    """The path of a Python of this version ("3.13"); ends the program where there is none."""
    ask = ["-c", "import sys; print('.'.join(map(str, sys.version_info[:2])), sys.executable)"]
    variable = f"PYTHON{version.replace('.', '_')}"
    tries = [(os.environ.get(variable) or f"python{version}", {}), (sys.executable, {})]
    # A shim of pyenv runs only where the version is selected.
    shims = [name for name in answer(["pyenv", "versions", "--bare"]).split() if name.startswith(f"{version}.")]
    tries += [(f"python{version}", {"PYENV_VERSION": name}) for name in reversed(shims)]
    for name, variables in tries:
        found, _, path = answer([name, *ask], **variables).partition(" ")
        if found == version:
            return path
    sys.exit(f"versions: no Python {version} found; install it, or name it with {variable}=PATH")


def run(*command: str | Path, cwd: Path) -> None:
    """Run the command without the sources on the path; end the program where it fails."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run([str(part) for part in command], cwd=cwd, env=environment, check=False)
    if done.returncode:
        sys.exit(f"versions: failed: {' '.join(map(str, command))}")


def check(name: str, folder: Path) -> None:
    """Build the wheel, install it and its test tools in an empty environment, run the tests from a copy."""
    python = interpreter(RUNS[name]) if RUNS[name] else sys.executable
    print(f"== {name}: {answer([python, '--version'])}", flush=True)
    environment, copy, wheels = folder / "environment", folder / "copy", folder / "wheels"
    run(python, "-m", "venv", environment, cwd=folder)
    inside = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
    run(inside, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", wheels, ROOT, cwd=folder)
    (wheel,) = wheels.glob("*.whl")
    chosen = ["--constraint", ROOT / "tests" / "lowest.txt"] if name == "lowest" else []
    run(inside, "-m", "pip", "install", "--quiet", f"{wheel}[test]", *chosen, cwd=folder)
    shutil.copytree(ROOT, copy, ignore=LEFT_BEHIND)
    run(inside, "-m", "pip", "list", "--format", "freeze", cwd=copy)
    run(inside, "-m", "pytest", "-n", "auto", "-p", "no:cacheprovider", "tests", cwd=copy)


def main(names: list[str]) -> None:
    """Check each run named, in the order named."""
    unknown = [name for name in names if name not in RUNS]
    if unknown or not names:
        sys.exit(f"versions: expected some of {', '.join(RUNS)}")
    for version in filter(None, map(RUNS.get, names)):
        interpreter(version)
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            check(name, Path(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
