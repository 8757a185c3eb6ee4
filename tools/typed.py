"""How much of the library's types a type checker of a user can read: python tools/typed.py, which make test-all runs.

Ends with 1 where a symbol has an unknown type, where a public name has one that checkers may read in two ways, or where
the share of symbols with known types falls below the one that is promised here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEAST = 0.97
PUBLIC = ("mentormatch.questions.", "mentormatch.rules.", "mentormatch.testing.")


def main() -> int:
    """Asks pyright, and prints what it counts."""
    pyright = str(Path(sys.executable).parent / "pyright")
    command = [pyright, "--pythonpath", sys.executable, "--verifytypes", "mentormatch", "--ignoreexternal"]
    # Pyright does not look for py.typed where an editable installation points.
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([*command, "--outputjson"], capture_output=True, text=True, check=False, env=environment)
    found = json.loads(done.stdout)["typeCompleteness"]
    exported = [one for one in found["symbols"] if one["isExported"]]
    unclear = [one["name"] for one in exported if one["isTypeAmbiguous"]]
    public = [name for name in unclear if name.count(".") == 1 or name.startswith(PUBLIC)]
    unknown = [one["name"] for one in exported if not one["isTypeKnown"] and not one["isTypeAmbiguous"]]
    print(f"types that are known: {found['completenessScore']:.1%}, at least {LEAST:.0%}")
    for what, names in (("unknown", unknown), ("public and read in two ways", public)):
        print(f"{what}: {', '.join(names) or 'none'}")
    return int(bool(unknown or public or found["completenessScore"] < LEAST))


if __name__ == "__main__":
    sys.exit(main())
