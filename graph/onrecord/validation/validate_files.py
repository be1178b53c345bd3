"""Validation of data files against the shapes of other files, for any shapes and data."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path as File

from rdflib import Graph, URIRef
from rdflib.namespace import OWL
from rdflib.term import Identifier

from onrecord.errors import SyntaxProblem, UnreadableError
from onrecord.rdf.oxigraph import to_oxigraph
from onrecord.rdf.region import Region
from onrecord.rdf.xsd import silence_literal_warnings
from onrecord.shacl import EngineName, ShapesError
from onrecord.shacl.data_graph import DataGraph, as_written, in_store, member
from onrecord.shacl.incremental.change import Change
from onrecord.shacl.lint import Flaw, checkable, flaws, notes, strictly
from onrecord.shacl.property_path import Compound, Path
from onrecord.shacl.result import Result
from onrecord.shacl.validate import has_targets
from onrecord.validation.changes import Edits
from onrecord.validation.data_files import DataFiles, IllFormed, read_data, shapes_of
from onrecord.validation.finding import SHAPES, Finding, ill_formed_finding, syntax_finding
from onrecord.validation.lint_findings import flaw_findings, shapes_regions
from onrecord.validation.locate import locate
from onrecord.validation.merge import merge_findings, run_engine
from onrecord.validation.rdf_forms import AS_NAMED, Reading
from onrecord.validation.region_index import region_of_value

EditsSince = Callable[[DataFiles], Edits]
"""Returns the edits of the data files since a revision."""


@dataclass(frozen=True, slots=True)
class Validated:
    """Findings, and the shapes that produced them."""

    findings: tuple[Finding, ...]
    """In the order of files and lines."""
    shapes: Graph
    widened: bool = False
    """Whether all data was validated although only edits were asked for, since they are large."""
    unchanged: bool = False
    """Whether only edits were asked for, and there are none."""


def validate_files(
    files: Sequence[File],
    shape_files: Sequence[File],
    engine: EngineName,
    since: EditsSince | None = None,
    strict: bool = False,
    reading: Reading = AS_NAMED,
) -> Validated:
    """Validate data files against shapes files; with `since`, only what the edits can affect.

    Large edits are validated as a whole, which is faster. What of the shapes cannot be checked is
    left out and told, unless `strict` refuses such shapes. Shapes of which no result would be
    reliable are reported alone. If a data file does not parse, no shape is evaluated, since triples
    of that file would be reported as missing. Raises UnreadableError if a data file cannot be read,
    ShapesError if a shapes file cannot be read or the engine refuses the shapes as a whole.
    """
    with silence_literal_warnings():
        try:
            written = shapes_of(shape_files, reading)
        except SyntaxProblem as problem:
            return Validated((syntax_finding(problem, SHAPES),), Graph())
        except UnreadableError as error:
            raise ShapesError(None, str(error)) from error
        found_flaws = flaws(written)
        if strict:
            found_flaws = strictly(found_flaws)
        regions = shapes_regions(shape_files, reading)
        flawed = flaw_findings(found_flaws, regions)
        if any(finding.refuses for finding in flawed):
            return Validated(flawed, written)
        shapes = checkable(written, found_flaws)
        data = read_data(files, reading)
        if not has_targets(written, data.data):
            return Validated((*flawed, _no_targets(shape_files)), written)
        edits = since(data) if since is not None else None
        widened = edits is not None and edits.is_large
        if widened:
            edits = None
        findings = [
            *flawed,
            *(syntax_finding(problem) for problem in data.problems),
            *_literal_findings(data, edits),
        ]
        if not data.problems:
            try:
                findings += _shape_findings(data, shapes, engine, edits)
            except ShapesError as error:
                if error.node is None:
                    raise
                refused = flaw_findings([Flaw(error.node, error.problem)], regions)
                return Validated((*flawed, *refused), written)
            noted = [
                each
                for each in notes(shapes, data.data)
                if each.predicate != OWL.imports or str(each.value) not in reading.imports
            ]
            findings += flaw_findings(strictly(noted) if strict else noted, regions)
    unchanged = edits is not None and not edits.before and not edits.after
    return Validated(merge_findings(findings, shapes), written, widened, unchanged)


def _shape_findings(
    data: DataFiles, shapes: Graph, engine: EngineName, edits: Edits | None
) -> list[Finding]:
    change = edits.change if edits is not None else None
    results = run_engine(shapes, engine, lambda: data.data, data.graph, change)
    nodes = {node for result in results for node in result.nodes}
    nodes |= _intermediate_nodes(data.data, results)
    return locate(results, data.located_triples_about(nodes) if nodes else [], shapes=shapes)


def _intermediate_nodes(data: DataGraph, results: Iterable[Result]) -> set[Identifier]:
    """Return all nodes along the compound paths of results; locating values needs their triples."""
    starts: dict[Path, set[Identifier]] = defaultdict(set)
    for result in results:
        if isinstance(result.path_tree, Compound):
            starts[result.path_tree].add(result.focus)
    nodes_found: set[Identifier] = set()
    for route, nodes in starts.items():
        start = member(data.add_node_set(map(in_store, nodes)), "?start")
        properties = "|".join(sorted(set(_steps(route))))
        rows = data.select(f"SELECT DISTINCT ?node {{ {start} ?start ({properties})* ?node }}")
        nodes_found |= {as_written(row["node"]) for row in rows}
    return nodes_found


def _steps(path: Path, inverse: bool = False) -> Iterator[str]:
    """Yield the properties of a path in SPARQL, each in its direction (`^` if inverse)."""
    if isinstance(path, URIRef):
        yield f"^<{path}>" if inverse else f"<{path}>"
    else:
        for part in path.parts:
            yield from _steps(part, inverse != (path.kind == "inverse"))


def _literal_findings(data: DataFiles, edits: Edits | None) -> Iterator[Finding]:
    broken = {File(problem.path) for problem in data.problems}
    # literals of a file with a syntax error cannot be located
    literals = [each for each in data.ill_formed if each.file not in broken]
    if edits is not None:
        literals = [each for each in literals if _is_new(each, edits.change)]
    indexes = data.region_indexes(literals)
    for each in literals:
        region = region_of_value(indexes[each.file], each.subject, each.predicate, each.value)
        yield ill_formed_finding(each.subject, each.predicate, each.value, region)


def _no_targets(files: Sequence[File]) -> Finding:
    """Return the finding that no shape has a target, so that any data would conform."""
    names = ", ".join(str(path) for path in files)
    return Finding(
        "violation",
        f"no shape in {names} has a target, so nothing would be checked",
        SHAPES,
        remedy="give one sh:targetClass, sh:targetNode, sh:targetSubjectsOf or sh:targetObjectsOf",
        region=Region(str(files[0]), 1, 1, 1, 1),
        refuses=True,
    )


def _is_new(each: IllFormed, change: Change) -> bool:
    triple = to_oxigraph(each.subject), to_oxigraph(each.predicate), to_oxigraph(each.value)
    return triple in change.added
