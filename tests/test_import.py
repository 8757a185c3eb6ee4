"""Import has no effects, and what is used late is imported late (convention 12)."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

LATE = [
    *("dask", "distributed", "hypothesis", "matplotlib", "narwhals", "networkx"),
    *("openpyxl", "pandas", "polars", "pyarrow", "scipy.optimize", "tqdm"),
]

# What the interpreter is asked to do while the library, and whatever it needs, is imported.
WATCHED = f"""
import json, os, sys, threading
sys.dont_write_bytecode = True
done = []
AFAR = ("ftplib", "shutil", "smtplib", "socket", "sqlite3", "subprocess", "tempfile", "urllib")
HERE = ("os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.system", "_thread.start_new_thread")
def hook(event, told):
    if event == "open" and isinstance(told[2], int) and told[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        done.append([event, str(told[0])])
    elif event.split(".")[0] in AFAR or event in HERE:
        done.append([event, repr(told)[:200]])
sys.addaudithook(hook)
import mentormatch
loaded = [name for name in {LATE} if name in sys.modules]
print(json.dumps({{"loaded": loaded, "done": done, "threads": threading.active_count()}}))
"""

# Everything of the process that our own import could change, with what it needs imported before.
STATE = """
import atexit, decimal, gc, json, locale, logging, os, random, signal, sys, warnings
import numpy as np, pydantic, pylmcf, scipy.sparse.csgraph, threadpoolctl
def state():
    return [repr(one) for one in (
        warnings.filters, locale.setlocale(locale.LC_ALL), random.getstate(), np.random.get_state(), np.geterr(),
        np.get_printoptions(), dict(os.environ), os.getcwd(), sys.path, sys.getrecursionlimit(), sys.excepthook,
        sys.displayhook, sys.stdout, [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)], gc.isenabled(),
        gc.get_threshold(), logging.root.handlers, logging.root.level, decimal.getcontext(), sys.gettrace(),
        [one["num_threads"] for one in threadpoolctl.threadpool_info()], atexit._ncallbacks(),
    )]
before = state()
import mentormatch
print(json.dumps([one for one, other in zip(before, state()) if one != other]))
"""


def alone(code: str) -> Any:
    """What the code prints as JSON in a process of its own, where warnings are errors and nothing else is printed."""
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return json.loads(done.stdout)


def test_import_writes_nothing_opens_nothing_and_starts_nothing() -> None:
    """No file, no socket, no process, no thread; and nothing is loaded that only some programs need."""
    assert alone(WATCHED) == {"loaded": [], "done": [], "threads": 1}


def test_import_changes_no_global_state() -> None:
    """Neither warnings nor the locale, generators of random numbers, numpy's settings, signals or the environment."""
    assert alone(STATE) == []


def test_a_matching_is_made_without_what_only_some_need() -> None:
    """Pairs are scored, matched, verified and printed without dataframes, pictures or a general optimiser."""
    code = (
        "import sys, json, mentormatch as mm; from mentormatch import questions as q, rules as r;"
        "asked = mm.Questionnaire([q.Number('years')]); people = [{'id': k, 'years': k} for k in (1, 2)];"
        "cohort = mm.Cohort.from_records(asked, mentors=people, mentees=[{'id': 3, 'years': 1}]);"
        "found = mm.Program('P', asked, [r.Close('years', within=5)]).match(cohort);"
        "assert found.verify() and str(found) and mm.Matching.from_json(found.to_json()) == found;"
        f"print(json.dumps([name for name in {LATE} if name in sys.modules]))"
    )
    assert alone(code) == []
