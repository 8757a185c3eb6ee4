"""Change the code in small ways, one at a time, and see whether the tests notice.

    python tools/mutation.py                  the sample of every group of tests/mutants.toml
    python tools/mutation.py proof scores     the sample of these groups
    python tools/mutation.py --all proof      every mutant of the group

A mutant is one change inside a function: a comparison or an operator exchanged, a number or a truth value changed, a
condition turned round, a statement taken out. What runs at import, as constants and default values do, is left alone,
and so are texts. tests/mutants.toml says which modules are looked at with which test files, how many mutants are taken
of each group (those whose change has the lowest hash, so that a sample stays the same while other code changes), and
which may survive, each with its reason. The run fails where a mutant survives that is not named there.

The tests of a group are collected once, and run once with a trace of the lines that each reaches. Then each mutant is
a fork of that process, with one function's code exchanged, which runs the tests that reach the changed line, the
fastest first, until one fails. A mutant that takes far longer than the tests do has failed as well. No file is written.
Needs a system that can fork. mutmut changes no decorated function, and cosmic-ray writes each mutant into the sources.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import gc
import hashlib
import json
import os
import pickle
import resource
import signal
import sys
import tempfile
import threading
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "tests" / "mutants.toml"
MOST_MEMORY = 6 * 2**30

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.Pow: ast.Mult, ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
}  # fmt: skip
TWINS = [("minimum", "maximum"), ("min", "max"), ("any", "all"), ("zeros", "ones"), ("floor", "ceil")]
NAMES = {one: other for pair in TWINS for one, other in (pair, pair[::-1])}


@dataclass(frozen=True)
class Mutant:
    """One change: which function's, in which line of code, and what becomes of what."""

    module: str
    function: str
    code: str
    change: str
    nth: int
    lines: range = field(compare=False)
    place: tuple[ast.AST, str, int | None, ast.AST] = field(compare=False)

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        return self.module, self.function, self.code, self.change, self.nth

    @property
    def rank(self) -> str:
        return hashlib.sha256("\n".join(map(str, self.key)).encode()).hexdigest()

    def __str__(self) -> str:
        names = ("module", "function", "code", "change", "nth")
        shown = [
            f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in zip(names, self.key, strict=True)
        ]
        return "\n".join(["[[survivor]]", *(shown if self.nth else shown[:-1]), 'reason = ""'])


@dataclass(frozen=True)
class Group:
    """Modules, the test files that should notice changes in them, and how many mutants are taken of each module."""

    name: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]
    most: int


def expressions(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in place of an expression."""
    match node:
        case ast.Compare():
            for at, op in enumerate(node.ops):
                other = copy.deepcopy(node)
                other.ops[at] = COMPARISONS[type(op)]()
                yield other
        case ast.BinOp() if type(node.op) in OPERATORS:
            other = copy.deepcopy(node)
            other.op = OPERATORS[type(node.op)]()
            yield other
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        case ast.UnaryOp():
            yield node.operand
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield ast.Constant(value + 1)
        case ast.Attribute(attr=name) if name in NAMES:
            yield ast.Attribute(node.value, NAMES[name], node.ctx)
        case ast.Name(id=name) if name in NAMES:
            yield ast.Name(NAMES[name], node.ctx)
        case ast.IfExp():
            yield ast.IfExp(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
        case ast.comprehension() if node.ifs:
            turned = [ast.UnaryOp(ast.Not(), node.ifs[0]), *node.ifs[1:]]
            yield ast.comprehension(node.target, node.iter, turned, node.is_async)


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in place of a statement."""
    if isinstance(node, ast.AugAssign) and type(node.op) in OPERATORS:
        other = copy.deepcopy(node)
        other.op = OPERATORS[type(node.op)]()
        yield other
    match node:
        case ast.If() | ast.While():
            other = copy.copy(node)
            other.test = ast.UnaryOp(ast.Not(), node.test)
            yield other
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()) | ast.AugAssign() | ast.Raise() | ast.Delete():
            yield ast.Pass()
        case ast.Continue() | ast.Break():
            yield ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()
        case ast.Return(value=ast.Constant(value=None)):
            pass
        case ast.Return():
            yield ast.Return(ast.Constant(None)) if node.value is not None else ast.Pass()


def nodes(parent: ast.AST, statement: ast.stmt) -> Iterator[tuple[ast.AST, str, int | None, ast.AST, ast.stmt]]:
    """What a function holds and may be changed: parent, field, place in a list, node, and the statement around it."""
    for name, value in ast.iter_fields(parent):
        if name in {"annotation", "returns", "type_comment", "decorator_list", "args"} and not isinstance(
            parent, ast.Call
        ):
            continue
        for at, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(node, ast.AST) or isinstance(node, ast.JoinedStr):
                continue
            # Whether two sequences have one length is asked to find our own mistakes: none is to be found.
            if isinstance(node, ast.keyword) and node.arg == "strict":
                continue
            around = node if isinstance(node, ast.stmt) else statement
            yield parent, name, at, node, around
            yield from nodes(node, around)


def reach(statement: ast.stmt) -> range:
    """The lines of a statement, of one with a body those before it."""
    body = getattr(statement, "body", None)
    last = max(statement.lineno, body[0].lineno - 1) if body else statement.end_lineno or statement.lineno
    return range(statement.lineno, last + 1)


def functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    """All functions and methods with their qualified names, none of those inside others."""
    for node in getattr(tree, "body", []):
        if isinstance(node, ast.FunctionDef):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from functions(node, f"{prefix}{node.name}.")


def mutants(module: str, text: str, tree: ast.Module) -> list[Mutant]:
    """Every mutant of a module, in the order of the code."""
    found: list[Mutant] = []
    lines, seen = text.splitlines(), Counter[tuple[str, str, str]]()
    for name, function in functions(tree):
        for parent, part, at, node, around in nodes(function, function):
            before = " ".join(ast.unparse(node).split("\n", 1)[0].split())
            for other in (*expressions(node), *statements(node)):
                after = " ".join(ast.unparse(other).split("\n", 1)[0].split())
                line = getattr(node, "lineno", around.lineno)
                key = (name, lines[line - 1].strip(), f"{before} -> {after}")
                found.append(Mutant(module, *key, seen[key], reach(around), (parent, part, at, other)))
                seen[key] += 1
    return found


def codes(code: CodeType) -> Iterator[CodeType]:
    """A code object and all within it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes(constant)


class Module:
    """A module of the library, its tree and its mutants."""

    def __init__(self, name: str) -> None:
        self.path = ROOT / "src" / "mentormatch" / name
        text = self.path.read_text(encoding="utf-8")
        self.tree = ast.parse(text)
        self.mutants = mutants(name, text, self.tree)

    def exchange(self, mutant: Mutant) -> bool:
        """Give the function its changed code, wherever it is held; False where it has none to change."""
        parent, part, at, other = mutant.place
        if at is None:
            setattr(parent, part, other)
        else:
            getattr(parent, part)[at] = other
        changed = compile(ast.fix_missing_locations(self.tree), str(self.path), "exec", dont_inherit=True)
        new = [code for code in codes(changed) if code.co_qualname == mutant.function]
        old = [
            thing
            for thing in gc.get_objects()
            if isinstance(thing, FunctionType)
            and thing.__code__.co_qualname == mutant.function
            and thing.__code__.co_filename == str(self.path)
        ]
        for function in old:
            (function.__code__,) = (code for code in new if code.co_firstlineno == function.__code__.co_firstlineno)
        return bool(old)


class Run:
    """What pytest does with the tests of a group once it has collected them."""

    def __init__(self, group: Group, taken: list[Mutant], modules: dict[str, Module], result: Path) -> None:
        self.group = group
        self.taken = taken
        self.modules = modules
        self.result = result

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self) -> None:
        """A failure that is found is enough: to make it small takes far longer."""
        from hypothesis import Phase, settings

        phases = (Phase.explicit, Phase.generate)
        settings.register_profile("mutation", derandomize=True, deadline=None, database=None, phases=phases)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Trace the tests, then run them on every mutant; write what became of each."""
        if session.testsfailed:
            return False
        with tempfile.TemporaryDirectory() as folder:
            trace = Path(folder) / "trace"
            if forked(lambda: self.trace(session, trace)) != 0:
                sys.exit(f"mutation: the tests of {self.group.name} fail without any change")
            seconds, reached = pickle.loads(trace.read_bytes())
        fates: dict[tuple[Any, ...], str] = {}
        for mutant in self.taken:
            path = str(self.modules[mutant.module].path)
            tests = [at for at, lines in enumerate(reached) if any((path, line) in lines for line in mutant.lines)]
            tests.sort(key=lambda at: (seconds[at], at))
            limit = 10 + 4 * int(sum(seconds[at] for at in tests))
            fates[mutant.key] = self.fate(session, mutant, tests, limit) if tests else "reached by no test"
            print(f"{self.group.name}: {mutant.function}: {mutant.change}: {fates[mutant.key]}", flush=True)
        self.result.write_bytes(pickle.dumps(fates))
        return True

    def trace(self, session: pytest.Session, found: Path) -> int:
        """Run all tests once: how long each takes, and the lines of the modules that it reaches."""
        paths = {str(module.path) for module in self.modules.values()}
        reached: list[set[tuple[str, int]]] = []

        def inside(frame: FrameType, _event: str, _: object) -> Any:
            reached[-1].add((frame.f_code.co_filename, frame.f_lineno))
            return inside

        def call(frame: FrameType, _event: str, _: object) -> Any:
            return inside if frame.f_code.co_filename in paths else None

        seconds: list[float] = []
        for item in session.items:
            reached.append(set())
            start = time.process_time()
            sys.settrace(call)
            threading.settrace(call)
            failed = fails(session, item)
            sys.settrace(None)
            threading.settrace(None)  # type: ignore[arg-type]
            seconds.append(time.process_time() - start)
            if failed:
                print(f"mutation: fails without any change: {item.nodeid}", file=sys.stderr)
                return 1
        found.write_bytes(pickle.dumps((seconds, reached)))
        return 0

    def fate(self, session: pytest.Session, mutant: Mutant, tests: list[int], limit: int) -> str:
        """What became of a mutant: killed, survived, or took too long."""

        def attempt() -> int:
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
            signal.alarm(20 * limit)  # for one that waits for ever
            for stream in (1, 2):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
            if not self.modules[mutant.module].exchange(mutant):
                return 2
            return int(any(fails(session, session.items[at]) for at in tests))

        status = forked(attempt)
        return {0: "survived", 1: "killed", 2: "no such function"}.get(status, "killed by its end")


def fails(session: pytest.Session, item: pytest.Item) -> bool:
    """Whether a test fails, run for itself."""
    before = session.testsfailed
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
    return session.testsfailed > before


def forked(work: Any) -> int:
    """The exit code of a fork of this process that does the work; below 0 the signal that ended it."""
    child = os.fork()
    if not child:
        code = 1
        try:
            code = work()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def look(group: Group, taken: list[Mutant], modules: dict[str, Module], result: Path) -> int:
    """Run the tests of a group on its mutants, in this process."""
    options = ["-o", "addopts=", "--assert=plain", "--hypothesis-profile=mutation", "-n0"]
    options += ["-p", "no:cacheprovider", "-p", "no:terminal"]
    os.chdir(ROOT)
    return int(pytest.main([*options, *group.tests], plugins=[Run(group, taken, modules, result)]))


def groups() -> list[Group]:
    """The groups that tests/mutants.toml names."""
    listed = tomllib.loads(LIST.read_text(encoding="utf-8"))["group"]
    return [Group(one["name"], tuple(one["modules"]), tuple(one["tests"]), one["most"]) for one in listed]


def survivors() -> dict[tuple[Any, ...], str]:
    """The mutants that may survive, each with its reason."""
    listed = tomllib.loads(LIST.read_text(encoding="utf-8")).get("survivor", [])
    names = ("module", "function", "code", "change")
    return {(*(one[name] for name in names), one.get("nth", 0)): one["reason"] for one in listed}


def sample(modules: dict[str, Module], most: int) -> list[Mutant]:
    """The mutants of each module with the lowest hashes, but for those that may survive."""
    kept = survivors()
    return [
        mutant
        for module in modules.values()
        for mutant in sorted(module.mutants, key=lambda mutant: mutant.rank)[:most]
        if mutant.key not in kept
    ]


def main(arguments: Sequence[str]) -> int:
    """Look at the groups, as many at once as there may be, and say what survived."""
    parser = argparse.ArgumentParser(description="Change the code in small ways and see whether the tests notice.")
    parser.add_argument("groups", nargs="*", help="names of groups; all where none is named")
    parser.add_argument("--all", action="store_true", help="every mutant, not a sample")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="groups at once")
    given = parser.parse_args(arguments)
    wanted = [group for group in groups() if not given.groups or group.name in given.groups]
    if not wanted:
        parser.error(f"expected some of {', '.join(group.name for group in groups())}")
    every = {name: Module(name) for name in sorted({name for group in groups() for name in group.modules})}
    gone = set(survivors()) - {mutant.key for module in every.values() for mutant in module.mutants}
    for key in sorted(gone, key=str):
        print(f"tests/mutants.toml names a change that is not there (any more): {key}")
    fates: dict[tuple[Any, ...], str] = {}
    chosen: dict[tuple[Any, ...], Mutant] = {}
    with tempfile.TemporaryDirectory() as folder:
        running: dict[int, Path] = {}
        for number, group in enumerate(wanted):
            modules = {name: every[name] for name in group.modules}
            taken = sample(modules, 10**9 if given.all else group.most)
            chosen |= {mutant.key: mutant for mutant in taken}
            result = Path(folder) / str(number)
            sys.stdout.flush()
            child = os.fork()
            if not child:
                os._exit(look(group, taken, modules, result))
            running[child] = result
            while len(running) >= (given.jobs if number + 1 < len(wanted) else 1):
                ended, status = os.wait()
                if status:
                    return 1
                fates |= pickle.loads(running.pop(ended).read_bytes())
    alive = [key for key, fate in fates.items() if not fate.startswith("killed")]
    for key in alive:
        print(f"\n# {fates[key]}, line {chosen[key].lines[0]}\n{chosen[key]}")
    total = sum(len(module.mutants) for module in every.values())
    noticed = f"{len(fates) - len(alive)} noticed, {len(alive)} not"
    print(f"{len(fates)} mutants of {total}: {noticed}; {len(survivors())} others may survive")
    return 1 if alive or gone else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
