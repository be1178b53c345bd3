"""Mutation testing: change one thing in a module, and see whether the tests of modules.toml fail.

Cosmic Ray makes the mutants and runs the tests. What it lacks is here: a sample drawn with a seed
over several modules, each with tests of its own, and a mutation of text, for SPARQL and regular
expressions stand in strings. All takes place in a copy of the repository.

    mutants.py --number 1000 --seed 1 [--module NAME]
"""

import argparse
import ast
import os
import random
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import cosmic_ray.plugins
from cosmic_ray.commands.init import init
from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.operators.operator import Operator
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkItem
from parso.python.tree import Leaf, PythonNode

REPOSITORY = Path(__file__).parents[2]
MODULES = tomllib.loads(Path(__file__).with_name("modules.toml").read_text(encoding="utf-8"))
REQUIRED = 0.85
PATIENCE = 5.0
"""How many times as long as without a change tests may take; a mutant may not end."""
MEMORY = 3 << 30
"""Bytes of address space for the tests of one mutant: what does not end may fill lists."""

_TEXT_CHANGES = (
    ("NOT EXISTS", "EXISTS"),
    ("DISTINCT ", ""),
    (" || ", " && "),
    (" && ", " || "),
    (" != ", " = "),
    (" > ", " >= "),
    (" < ", " <= "),
    (">", ">="),
    ("<", "<="),
    (">=", ">"),
    ("<=", "<"),
    ("true", "false"),
    ("false", "true"),
    ("OPTIONAL ", ""),
    ("isIRI", "isBlank"),
    ("isBlank", "isLiteral"),
    ("isLiteral", "isIRI"),
    ("STRAFTER", "STRBEFORE"),
    ("STRBEFORE", "STRAFTER"),
    ("LCASE", "UCASE"),
    ("+", "*"),
    ("*", "+"),
    ("\\b", ""),
    ("{4}", "{3}"),
    ("{8}", "{7}"),
    ("|", ""),
)
_WHOLE = frozenset((">", "<", ">=", "<=", "true", "false"))
"""Changed only where they are all of a string: within one they are most often something else."""


class TextReplacer(Operator):
    """Change what SPARQL and regular expressions say."""

    def mutation_positions(
        self, node: PythonNode
    ) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        """Yield the place of a string once for each change that it can have."""
        for _ in _changed(node):
            yield node.start_pos, node.end_pos

    def mutate(self, node: PythonNode, index: int) -> PythonNode:
        """Return the string with one of its changes."""
        node.value = list(_changed(node))[index]
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        """Return nothing, for it has no documentation of its own."""
        return ()


def _changed(node: PythonNode) -> Iterator[str]:
    if not isinstance(node, Leaf) or node.type not in ("string", "fstring_string"):
        return
    text: str = node.value
    if text.lstrip("rfb").startswith('"""') and not text.startswith("r"):
        return  # a docstring
    for old, new in _TEXT_CHANGES:
        if old in _WHOLE:
            if text.strip("\"'") == old:
                yield text.replace(old, new)
            continue
        start = text.find(old)
        while start >= 0:
            yield text[:start] + new + text[start + len(old) :]
            start = text.find(old, start + len(old))


class OwnOperators:
    """The operators that are added to those of Cosmic Ray."""

    def __iter__(self) -> Iterator[str]:
        """Yield their names."""
        yield "TextReplacer"

    def __getitem__(self, name: str) -> type[Operator]:
        """Return the operator of a name."""
        return {"TextReplacer": TextReplacer}[name]


def copy_repository(copy: Path) -> None:
    """Copy what git has, and link the W3C suites."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (REPOSITORY / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(REPOSITORY / name, copy / name)
    if (REPOSITORY / ".suites").exists():
        (copy / ".suites").symlink_to((REPOSITORY / ".suites").resolve())


def is_worth_testing(
    mutation: MutationSpec, annotated: Iterable[tuple[int, int, int, int]]
) -> bool:
    """Say whether a mutant can tell something about the tests.

    Annotations are the type checker's. Of the twelve operators that can stand in the place of
    another one is enough: most of the others raise TypeError at once, and such easy prey would
    only embellish the number.
    """
    name = mutation.operator_name.partition("/")[2]
    if name.startswith("ReplaceBinaryOperator"):
        kind = name.removeprefix("ReplaceBinaryOperator_")
        if kind not in ("Add_Sub", "Sub_Add", "Mul_FloorDiv", "BitOr_BitAnd"):
            return False
    if name == "RemoveDecorator":
        return False  # @dataclass and @lru_cache: without them nothing loads, or nothing changes
    line, column = mutation.start_pos
    return not any(
        (first, start) <= (line, column) < (last, end) for first, start, last, end in annotated
    )


def annotations(path: Path) -> list[tuple[int, int, int, int]]:
    """Return where the annotations of a module begin and end."""
    found: list[ast.expr | None] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            found.append(node.returns)
        elif isinstance(node, ast.arg | ast.AnnAssign):
            found.append(node.annotation)
    return [
        (each.lineno, each.col_offset, each.end_lineno or 0, each.end_col_offset or 0)
        for each in found
        if each is not None
    ]


def mutants(copy: Path, work: WorkDB, modules: list[str]) -> list[WorkItem]:
    """Return every mutant of the modules, in an order that does not change."""
    init([copy / name for name in modules], work, {})
    annotated = {name: annotations(copy / name) for name in modules}
    items = [
        item
        for item in work.work_items
        if is_worth_testing(
            item.mutations[0], annotated[item.mutations[0].module_path.relative_to(copy).as_posix()]
        )
    ]
    return sorted(items, key=lambda item: _key(item.mutations[0]))


def _key(mutation: MutationSpec) -> tuple[str, str, int]:
    return str(mutation.module_path), mutation.operator_name, mutation.occurrence


def command(module: str) -> str:
    """Return the command that runs the tests of a module."""
    entry = MODULES[module]
    select = ["-k", entry["select"]] if "select" in entry else []
    words = [
        sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider",
        "-p", "no:xdist", "-p", "no:schemathesis",  # which take as long to load as all the rest
        "--hypothesis-profile=ci", "--hypothesis-seed=1", *select, *entry["tests"],
    ]  # fmt: skip
    return shlex.join(words)


def run(number: int, seed: int, modules: list[str], copy: Path) -> float:
    """Print the survivors and the numbers, and return the share of mutants that died."""
    cosmic_ray.plugins.OPERATOR_PROVIDERS["onrecord"] = OwnOperators()
    copy_repository(copy)
    # The copy stands before the installed package, and its tests take nothing from elsewhere.
    os.environ["PYTHONPATH"] = os.pathsep.join(str(copy / name) for name in ("graph", "server"))
    os.chdir(copy)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    seconds = {}
    for name in sorted({command(name) for name in modules}):
        start = time.monotonic()
        subprocess.run(shlex.split(name), check=True, stdout=subprocess.DEVNULL)
        seconds[name] = PATIENCE * (time.monotonic() - start)
    with use_db(str(copy / "session.sqlite")) as work:
        every = mutants(copy, work, modules)
    drawn = random.Random(seed).sample(every, min(number, len(every)))  # noqa: S311
    print(f"{len(every)} mutants, {len(drawn)} drawn with seed {seed}", flush=True)
    outcomes: Counter[tuple[str, bool]] = Counter()
    late = 0
    for done, item in enumerate(sorted(drawn, key=lambda item: _key(item.mutations[0]))):
        print(f"{done} of {len(drawn)}", end="\r", file=sys.stderr, flush=True)
        module = item.mutations[0].module_path.relative_to(copy).as_posix()
        tests = command(module)
        result = mutate_and_test(item.mutations, tests, seconds[tests])
        if result.test_outcome is TestOutcome.INCOMPETENT or result.test_outcome is None:
            raise SystemExit(f"{module}: no mutant was made: {result.output}")
        died = result.test_outcome is TestOutcome.KILLED
        late += result.output == "timeout"
        outcomes[module, died] += 1
        if not died:
            print(f"survived: {module}\n{_shown(result.diff or '')}", flush=True)
    for module in modules:
        killed, survived = outcomes[module, True], outcomes[module, False]
        print(f"{module}: {killed} of {killed + survived} died")
    died_in_all = sum(count for (_, died), count in outcomes.items() if died)
    share = died_in_all / max(len(drawn), 1)
    print(f"{died_in_all} of {len(drawn)} died, {late} by time: {share:.1%}; {REQUIRED:.0%} must")
    return share


def _shown(diff: str) -> str:
    lines = (line.rstrip() for line in diff.splitlines())
    return "\n".join(line for line in lines if line[:1] in "+-@" and line[:3] not in ("---", "+++"))


def main() -> None:
    """Read the options, run, and exit with 1 if too few mutants die."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--number", type=int, default=1000, help="how many to draw")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--module", action="append", choices=sorted(MODULES), help="only this; may be repeated"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve() / "repository"
        share = run(given.number, given.seed, given.module or list(MODULES), folder)
    sys.exit(share < REQUIRED)


if __name__ == "__main__":
    main()
