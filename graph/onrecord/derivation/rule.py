"""Rules for derived statements, in order of dependency.

A rule is a SPARQL CONSTRUCT file with a header or, where a query is the wrong tool, a function.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pyoxigraph as ox

from onrecord.errors import OnRecordError
from onrecord.rdf.partitioned.store import AskedStore

_HEADER = re.compile(r"^# (title|derives|needs|names): (.*)$")


class RuleError(OnRecordError):
    """A rule file is invalid."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, and the names of the rules that it depends on."""

    name: str
    title: str
    derives: str
    """What it derives, in a sentence."""
    needs: tuple[str, ...]
    text: str = ""
    """The CONSTRUCT query; empty for a function."""
    function: Callable[[AskedStore], Iterable[ox.Triple]] | None = None
    """Returns what it derives from the records and from the rules that it needs."""
    together: Callable[[AskedStore], Mapping[str, Iterable[ox.Triple]]] | None = None
    """Returns the same of several rules by name, which need the same and read the same once."""
    names_for_readers: bool = False
    """Whether the names that it derives are for readers alone: no rule, table or saved query that
    says which properties it asks for has them in its answer."""


def base_of(store: AskedStore) -> str:
    """Return the base of the IRIs of a collection; empty if it has none."""
    name = ox.NamedNode("http://rdfs.org/ns/void#uriSpace")
    found = store.quads_for_pattern(None, name, None, ox.DefaultGraph())
    return min(
        (quad.object.value for quad in found if isinstance(quad.object, ox.Literal)), default=""
    )


def read_rules(folder: Path, functions: Iterable[Rule] = ()) -> list[Rule]:
    """Read all rules of a folder, and return them with those that are functions, in order.

    Raises RuleError for a missing header line, an unknown dependency or a cycle.
    """
    rules = {path.stem: _read(path) for path in sorted(folder.glob("*.rq"))}
    rules.update({rule.name: rule for rule in functions})
    for rule in rules.values():
        for need in rule.needs:
            if need not in rules:
                raise RuleError(f"{folder / rule.name}.rq: it needs {need!r}, which is not a rule")
    sorter = TopologicalSorter({name: rule.needs for name, rule in rules.items()})
    try:
        return [rules[name] for name in sorter.static_order()]
    except CycleError as error:
        raise RuleError(f"{folder}: rules need each other: {' → '.join(error.args[1])}") from error


def _read(path: Path) -> Rule:
    text = path.read_text(encoding="utf-8")
    header: dict[str, str] = {}
    for line in text.splitlines():
        match = _HEADER.match(line)
        if match is None:
            break
        header[match[1]] = match[2].strip()
    for field in ("title", "derives"):
        if field not in header:
            raise RuleError(f"{path}: the header has no '# {field}: …' line")
    needs = tuple(header.get("needs", "").replace(",", " ").split())
    for_readers = header.get("names") == "for readers"
    return Rule(
        path.stem, header["title"], header["derives"], needs, text, names_for_readers=for_readers
    )
