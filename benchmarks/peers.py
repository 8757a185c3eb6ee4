"""Peers in the same run: each in a process of its own, with a limit of time, in its own environment where needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ENVIRONMENTS = HERE.parent / ".venv-peers"
NEEDS = {
    "OR-Tools flow": ("ortools==9.15.6755", "numpy>=2,<3"),
    "mentor-match": ("mentor-match==7.0.1", "munkres==3.0.0", "numpy>=2,<3"),
    "matching": ("matching==1.4.3", "numpy>=2,<3"),
}
"""What those need that cannot be had beside the library: the last two both install a package named matching."""


class PeerError(Exception):
    """A peer cannot be installed, raised something or took too long; the text says which."""


def python_of(name: str) -> str:
    """The Python that runs the peer; its environment is made when it is first needed. Raises PeerError."""
    needs = NEEDS.get(name)
    if needs is None:
        return sys.executable
    home = ENVIRONMENTS / name.split(maxsplit=1)[0].lower()
    python, ready = home / ("Scripts" if os.name == "nt" else "bin") / "python", home / "ready"
    if not ready.exists() or ready.read_text(encoding="utf-8") != repr(needs):
        print(f"  installing {needs[0]} for {name}", file=sys.stderr, flush=True)
        for command in (
            [sys.executable, "-m", "venv", "--clear", str(home)],
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *needs],
        ):
            done = subprocess.run(command, capture_output=True, check=False)
            if done.returncode:
                raise PeerError(f"{needs[0]} could not be installed")
        ready.write_text(repr(needs), encoding="utf-8")
    return str(python)


@dataclass
class Peer:
    """A peer at work on the finished points in ``folder``, which may be waited for ``limit`` seconds in all."""

    name: str
    folder: Path
    limit: float
    left: float = 0.0

    def __enter__(self) -> Peer:
        self.left = self.limit
        self.process = subprocess.Popen(
            [python_of(self.name), str(HERE / "peer.py"), self.name, str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )
        return self

    def __exit__(self, *_error: object) -> None:
        self.process.kill()
        self.process.communicate()

    def prepared(self) -> dict[str, Any]:
        """What preparing took, and the version. Raises PeerError."""
        return self._line()

    def run(self) -> dict[str, Any]:
        """What solving took once, and what came of it. Raises PeerError."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write("once\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise PeerError("its process ended") from None
        return self._line()

    def _line(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        killer, start = threading.Timer(max(0.0, self.left), self.process.kill), time.monotonic()
        killer.start()
        line = self.process.stdout.readline()
        killer.cancel()
        self.left -= time.monotonic() - start
        if not line:
            raise PeerError(f"it took longer than {self.limit:g} s" if self.left <= 0 else "its process ended")
        found: dict[str, Any] = json.loads(line)
        if "error" in found:
            raise PeerError(found["error"])
        return found
