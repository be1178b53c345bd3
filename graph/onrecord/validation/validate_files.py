"""Conformance: whether data files are as shapes say, any shapes and any data."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path as File

from rdflib import Graph, URIRef
from rdflib.term import Identifier

from onrecord.errors import SyntaxProblem, UnreadableError
from onrecord.rdf.oxigraph import to_oxigraph
from onrecord.rdf.region import Region
from onrecord.rdf.xsd import unvalued
from onrecord.shacl import EngineName, ShapesError
from onrecord.shacl.data_graph import Data, as_written, in_store, member
from onrecord.shacl.incremental.change import Change
from onrecord.shacl.lint import Flaw, flaws, notes
from onrecord.shacl.property_path import Compound, Path
from onrecord.shacl.result import Result
from onrecord.shacl.shape import targeted
from onrecord.validation.changes import Edits
from onrecord.validation.data_files import DataFiles, IllFormed, graph_of, read_data
from onrecord.validation.finding import SHAPES, Finding, ill_formed, syntax
from onrecord.validation.locate import locate
from onrecord.validation.merge import flawed, merged, results_of
from onrecord.validation.region_index import place_of_value

EditsSince = Callable[[DataFiles], Edits]
"""Gives what was edited in the data."""


@dataclass(frozen=True, slots=True)
class Validated:
    """What was found, and the shapes that it was found by."""

    findings: tuple[Finding, ...]
    """In the order of files and lines."""
    shapes: Graph
    widened: bool = False
    """Whether all was checked though a part was asked for, since much was edited."""


def validate_files(
    files: Sequence[File],
    shape_files: Sequence[File],
    engine: EngineName,
    since: EditsSince | None = None,
) -> Validated:
    """Check data files by the shapes of other files; `since` asks for what a change can affect.

    All is checked where much was edited, which is quicker then.
    If the shapes are wrong, that alone is found, for nothing can be said about the data. If a
    data file does not parse, nothing is said of shapes, for what is missing may stand in it.
    Raises UnreadableError for data that cannot be read, ShapesError for shapes that cannot be, or
    that the engine refuses as a whole.
    """
    with unvalued():
        try:
            shapes = graph_of(shape_files)
        except SyntaxProblem as problem:
            return Validated((syntax(problem, SHAPES),), Graph())
        except UnreadableError as error:
            raise ShapesError(None, str(error)) from error
        wrong = flaws(shapes)
        if wrong:
            return Validated(flawed(wrong, shape_files), shapes)
        if not targeted(shapes):
            return Validated((_aimless(shape_files),), shapes)
        data = read_data(files)
        edits = since(data) if since is not None else None
        widened = edits is not None and edits.much
        if widened:
            edits = None
        findings = [*(syntax(problem) for problem in data.problems), *_ill_formed(data, edits)]
        if not data.problems:
            try:
                findings += _of_shapes(data, shapes, engine, edits)
            except ShapesError as error:
                if error.node is None:
                    raise
                return Validated(flawed([Flaw(error.node, error.problem)], shape_files), shapes)
            findings += flawed(notes(shapes, data.data), shape_files, "info")
    return Validated(merged(findings, shapes), shapes, widened)


def _of_shapes(
    data: DataFiles, shapes: Graph, engine: EngineName, edits: Edits | None
) -> list[Finding]:
    change = edits.change if edits is not None else None
    results = results_of(shapes, engine, lambda: data.data, data.graph, change)
    nodes = {node for result in results for node in result.nodes}
    nodes |= _on_the_way(data.data, results)
    return locate(results, data.triples_about(nodes) if nodes else [], shapes=shapes)


def _on_the_way(data: Data, results: Iterable[Result]) -> set[Identifier]:
    """Return the nodes between the two ends of longer paths, where places are to be found too."""
    starts: dict[Path, set[Identifier]] = defaultdict(set)
    for result in results:
        if isinstance(result.route, Compound):
            starts[result.route].add(result.focus)
    found: set[Identifier] = set()
    for route, nodes in starts.items():
        start = member(data.name_set(map(in_store, nodes)), "?start")
        onwards = "|".join(sorted(set(_steps(route))))
        rows = data.select(f"SELECT DISTINCT ?node {{ {start} ?start ({onwards})* ?node }}")
        found |= {as_written(row["node"]) for row in rows}
    return found


def _steps(path: Path, inverse: bool = False) -> Iterator[str]:
    """Yield the properties of a path in SPARQL, each in the direction in which it is gone."""
    if isinstance(path, URIRef):
        yield f"^<{path}>" if inverse else f"<{path}>"
    else:
        for part in path.parts:
            yield from _steps(part, inverse != (path.kind == "inverse"))


def _ill_formed(data: DataFiles, edits: Edits | None) -> Iterator[Finding]:
    broken = {File(problem.path) for problem in data.problems}
    # the places of a broken file can be told when it parses
    ill = [each for each in data.ill_formed if each.file not in broken]
    if edits is not None:
        ill = [each for each in ill if _is_new(each, edits.change)]
    where = data.places_of(ill)
    for each in ill:
        place = place_of_value(where[each.file], each.subject, each.predicate, each.value)
        yield ill_formed(each.subject, each.predicate, each.value, place)


def _aimless(files: Sequence[File]) -> Finding:
    """Return the finding that no shape has a target: any data would conform, whatever it says."""
    names = ", ".join(str(path) for path in files)
    return Finding(
        "violation",
        f"no shape in {names} has a target, so nothing would be checked",
        SHAPES,
        remedy="give one sh:targetClass, sh:targetNode, sh:targetSubjectsOf or sh:targetObjectsOf",
        place=Region(str(files[0]), 1, 1, 1, 1),
    )


def _is_new(each: IllFormed, change: Change) -> bool:
    triple = to_oxigraph(each.subject), to_oxigraph(each.predicate), to_oxigraph(each.value)
    return triple in change.added
