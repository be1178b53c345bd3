"""The house: which package may import which, one name for one type, and no crowded rooms."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import REPOSITORY

CONTRIBUTING = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
(ARROWS,) = re.findall(r"^```text imports\n(.*?)```", CONTRIBUTING, re.MULTILINE | re.DOTALL)
LIBRARY, OVER_LIBRARY, SERVER = (line.split(" → ") for line in ARROWS.splitlines())
"""Packages, and modules beside them, each of which may import those behind it."""

ROOTS = {
    "onrecord": REPOSITORY / "graph" / "onrecord",
    "onrecord_server": REPOSITORY / "server" / "onrecord_server",
}
ORDERS = {"onrecord": LIBRARY, "onrecord_server": SERVER}
MOST_MODULES = 20


def modules() -> dict[str, Path]:
    """Return each module by its dotted name."""
    found = {}
    for package, root in ROOTS.items():
        for path in sorted(root.rglob("*.py")):
            parts = [package, *path.relative_to(root).with_suffix("").parts]
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imported(path: Path) -> Iterator[str]:
    """Yield the modules of ours that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in MODULES else str(node.module)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def room(module: str) -> str:
    """Return the package, or the module beside the packages, that a module is in."""
    return [*module.split("."), ""][1]


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_one_way(module: str) -> None:
    package = module.partition(".")[0]
    for other in imported(MODULES[module]):
        root = other.partition(".")[0]
        if root not in ROOTS:
            continue
        if root != package:
            assert (package, root) == ("onrecord_server", "onrecord"), f"{module} imports {other}"
            continue
        here, there = room(module), room(other)
        if here in ("", "__main__") or here == there:
            continue
        order = ORDERS[package]
        assert there in order, f"{module} imports {other}"
        assert order.index(here) < order.index(there), f"{module} imports {other}"


def test_each_room_is_in_the_order() -> None:
    assert ["onrecord_server", *LIBRARY] == OVER_LIBRARY
    for package, order in ORDERS.items():
        rooms = {room(name) for name in MODULES if name.startswith(f"{package}.")}
        assert rooms - {"", "__main__"} == set(order)


def test_below_the_records_nothing_is_known_of_claims() -> None:
    for module, path in MODULES.items():
        if (
            module.startswith("onrecord.")
            and room(module) in LIBRARY[LIBRARY.index("records") + 1 :]
        ):
            names = {
                node.id
                for node in ast.walk(ast.parse(path.read_text()))
                if isinstance(node, ast.Name)
            }
            assert "REC" not in names or room(module) == "rdf", module


def test_a_type_has_one_name_and_a_name_one_type() -> None:
    places = defaultdict(list)
    for module, path in MODULES.items():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                places[node.name].append(module)
            elif isinstance(node, ast.Assign) and _is_alias(node):
                places[node.targets[0].id].append(module)  # type: ignore[attr-defined]
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def _is_alias(node: ast.Assign) -> bool:
    """Say whether an assignment names a type: `Name = …` in the manner of a class."""
    (target, *_) = node.targets
    name = getattr(target, "id", "")
    return name[:1].isupper() and not name.isupper()


def test_no_package_is_crowded() -> None:
    count: dict[Path, int] = defaultdict(int)
    for path in MODULES.values():
        count[path.parent] += path.name != "__init__.py"
    assert {str(folder): number for folder, number in count.items() if number > MOST_MODULES} == {}
