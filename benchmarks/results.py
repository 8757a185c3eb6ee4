"""What was measured, as a file of JSON: the machine and the rows, in the order in which they were measured."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from registry import CASES, Case, Size

Row = dict[str, Any]
ROOT = Path(__file__).resolve().parent.parent


def machine() -> dict[str, str]:
    """What the figures depend on: processor, memory, versions, and which commit was measured on which day."""
    import numpy as np

    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]  # type: ignore[call-overload, index]
    return {
        "day": f"{datetime.now(tz=UTC):%Y-%m-%d}",
        "commit": commit(),
        "processor": f"{os.cpu_count()} cores, {processor()}",
        "memory": memory(),
        "system": f"{platform.system()} on {platform.machine()}",
        "Python": platform.python_version(),
        **{name: version(name) for name in ("numpy", "scipy", "pylmcf")},
        "BLAS": f"{blas['name']} {blas['version']}, {os.environ.get('OPENBLAS_NUM_THREADS', '1')} thread",
    }


def commit() -> str:
    """The short hash of what is checked out, "unknown" outside a checkout."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty=, changed", "--exclude=*"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout.strip() or "unknown"


def processor() -> str:
    """What the processor calls itself, as far as the system tells."""
    path = Path("/proc/cpuinfo")
    names = (
        [line.partition(":")[2] for line in path.read_text().splitlines() if line.startswith("model name")]
        if (path.exists())
        else []
    )
    return names[0].strip() if names else platform.processor() or "unknown"


def memory() -> str:
    """How much memory there is."""
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
    except (AttributeError, ValueError, OSError):
        return "unknown"


class Results:
    """The rows by case and size; saved after each one, so that a run that is stopped can go on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now = machine()
        self.machine = dict(self.now)
        self.rows: dict[tuple[str, str], Row] = {}
        if path.exists():
            saved = json.loads(path.read_text(encoding="utf-8"))
            self.machine = saved["machine"]
            self.rows = {(row["case"], row["size"]): row for row in saved["rows"]}

    def add(self, row: Row) -> None:
        """Keep a row and save all; a file that is gone on with names each day and commit."""
        for name in ("day", "commit"):
            if self.now[name] not in self.machine[name].split(" and "):
                self.machine[name] += f" and {self.now[name]}"
        self.rows[row["case"], row["size"]] = row
        self.path.parent.mkdir(parents=True, exist_ok=True)
        saved = {"machine": self.machine, "rows": list(self.rows.values())}
        self.path.write_text(json.dumps(saved, indent=1) + "\n", encoding="utf-8")

    def get(self, case: str, size: Size) -> Row | None:
        """The row of the case at that size, None where it was not measured or failed."""
        row = self.rows.get((case, str(size)))
        return None if row is None or "failed" in row else row

    def sizes(self, case: Case) -> list[Size]:
        """The sizes of the case and others at which it was measured, small ones first."""
        others = {Size.of(size) for name, size in self.rows if name == case.name}
        return sorted({*case.sizes, *others}, key=lambda size: size.pairs)

    def measured(self, kind: str) -> list[tuple[str, Size, Row]]:
        """All rows of cases of this kind, in the order of the registry."""
        return [
            (case.name, size, row)
            for case in CASES.values()
            if case.kind == kind
            for size in self.sizes(case)
            if (row := self.get(case.name, size))
        ]

    def gave_up(self, size: Size) -> tuple[str, ...]:
        """Peers that could not do something of at most this size."""
        return tuple(
            sorted(
                {
                    name
                    for row in self.rows.values()
                    for name, peer in row.get("peers", {}).items()
                    if "failed" in peer and Size.of(row["size"]).pairs <= size.pairs
                }
            )
        )
