"""Compare the results of published shapes with those of pySHACL in its advanced mode.

    python tests/bench/published_results.py CLONES [IRI=FILE…] [SET…]

CLONES is a folder of work trees named `owner+name`, IRI=FILE a context of JSON-LD, SET a part of
the name of a set. Each file of shapes of a set is applied to the examples of the set, all in one
graph: by the command (`--format turtle`), and by pySHACL with `advanced=True` over the same
triples. Results are compared as a multiset of focus node, path, value, source shape, constraint
component and severity. Prints a table in Markdown, then what differs, by shape and component.
"""

import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

import pyoxigraph as ox
import pyshacl
from bench_catalogue import catalogue
from click.testing import CliRunner
from pyshacl.errors import ReportableRuntimeError, ValidationFailure
from rdflib import Graph

from onrecord.cli.check import check
from onrecord.errors import SyntaxProblem
from onrecord.rdf.oxigraph import quads
from onrecord.rdf.xsd import silence_literal_warnings
from onrecord.shacl.lint import checkable, flaws
from onrecord.validation.data_files import graph_of, shapes_of
from onrecord.validation.imports import files_by_iri
from onrecord.validation.rdf_forms import Reading, reading_of
from shacl_engines import Results, difference, parse, results

_DCAT = "SEMICeu+DCAT-AP/releases"
_RO = "crs4+rocrate-validator"
_QUDT = "qudt+qudt-public-repo/src"
CATALOGUE = "the catalogue of bench_catalogue.py"
MODEL = "a model of our own"
_MODEL = """\
@prefix s223: <http://data.ashrae.org/standard223#> .
@prefix : <https://pump.example/> .
:pump a s223:Pump ; s223:cnx :in , :out ; s223:hasConnectionPoint :in .
:in a s223:InletConnectionPoint ; s223:hasMedium s223:Fluid-Water .
:out a s223:OutletConnectionPoint .
:fan a s223:Fan ; s223:connectedTo :coil .
:coil a s223:Coil , s223:Pipe ; s223:contains :fan .
:pipe a s223:Pipe ; s223:hasMedium s223:Fluid-Air ; s223:cnx :out .
:t a s223:TemperatureSensor ; s223:observes :p .
:p a s223:QuantifiableObservableProperty .
:room a s223:PhysicalSpace ; s223:encloses :zone .
:zone a s223:DomainSpace .
"""


class Set(NamedTuple):
    """Shapes that are published together, and data to try them on; patterns below the clones."""

    name: str
    shapes: tuple[str, ...]
    data: tuple[str, ...]
    together: bool = False
    """Whether the files of shapes are one graph, since they need each other's prefixes."""


_PROFILES = f"{_RO}/rocrate_validator/profiles"


def _parent(profile: str) -> tuple[str, ...]:
    """Return the shapes of the profile that another one extends, whose prefixes it uses."""
    return () if profile.startswith("ro-crate/") else (f"{_PROFILES}/ro-crate/1.1/**/*.ttl",)


def _dcat(version: str, shapes: str, data: str) -> Set:
    return Set(f"DCAT-AP {version}", (f"{_DCAT}/{shapes}",), (f"{_DCAT}/{data}", CATALOGUE))


_BEES = "html/examples/*.ttl"
SETS = (
    _dcat("2.0.1", "2.0.1/*shacl*.ttl", "2.1.1/examples/*.nt"),
    _dcat("2.1.0", "2.1.0/*shacl*.ttl", "2.1.1/examples/*.nt"),
    _dcat("2.1.1", "2.1.1/*shacl*.ttl", "2.1.1/examples/*.nt"),
    _dcat("2.2.0 HVD", "2.2.0-hvd/html/hvd-SHACL*.ttl", "2.2.0-hvd/html/examples/*.ttl"),
    _dcat("3.0.0", "3.0.0/**/shacl/*.ttl", f"3.0.0/{_BEES}"),
    _dcat("3.0.0 HVD", "3.0.0-hvd/*/hvd-SHACL*.ttl", f"3.0.0-hvd/{_BEES}"),
    _dcat("3.0.1", "3.0.1/**/shacl/*.ttl", f"3.0.1/{_BEES}"),
    Set(
        "CPSV-AP",
        ("SEMICeu+CPSV-AP/releases/*/*shacl*.ttl", "SEMICeu+CPSV-AP/releases/*/shacl/*.ttl"),
        ("SEMICeu+CPSV-AP/releases/3.2.0/html/examples/*.ttl",),
    ),
    Set(
        "Brick",
        (
            "BrickSchema+Brick/validation.ttl",
            "BrickSchema+Brick/bricksrc/[dr]*.ttl",
            "BrickSchema+Brick/extensions/*.shapes.ttl",
            "BrickSchema+Brick/support/ref-schema.ttl",
        ),
        ("BrickSchema+Brick/examples/*/*.ttl",),
    ),
    Set(
        "ASHRAE 223P",
        ("open223+open223.info/223p.ttl",),
        ("BrickSchema+Brick/extensions/brick*.ttl", MODEL),
    ),
    Set(
        "QUDT schema",
        (f"{_QUDT}/main/rdf/schema/shacl/*.ttl",),
        (f"{_QUDT}/main/rdf/vocab/[pst]*/*.ttl", f"{_QUDT}/main/rdf/examples/*.ttl"),
    ),
    Set(
        "QUDT quality",
        (f"{_QUDT}/main/rdf/validation/*.ttl", f"{_QUDT}/build/inference/*.ttl"),
        (f"{_QUDT}/main/rdf/vocab/prefixes/*.ttl", f"{_QUDT}/main/rdf/examples/*.ttl"),
    ),
    *(
        Set(
            f"RO-Crate: {profile}",
            (f"{_PROFILES}/{profile}/**/*.ttl", *_parent(profile)),
            (f"{_RO}/tests/data/crates/{crates}/ro-crate-metadata.json",),
            together=True,
        )
        for profile, crates in (
            ("ro-crate/1.1", "invalid/[124]_*/*"),
            ("ro-crate/1.2", "invalid/ro-crate-1.2/*"),
            ("process-run-crate", "invalid/*process*/*"),
            ("provenance-run-crate", "invalid/5_provenance_run_crate/*"),
            ("workflow-ro-crate", "invalid/*workflow*/*"),
            ("workflow-run-crate", "invalid/*run*/*"),
            ("workflow-testing-ro-crate", "invalid/*test*/*"),
            ("isa-ro-crate", "valid/*isa*"),
        )
    ),
    Set(
        "SKOS",
        ("skohub-io+skohub-shapes/skos*.shacl.ttl",),
        ("skohub-io+skohub-shapes/tests/*/skos.shacl.ttl/*.ttl",),
    ),
    Set(
        "skohub",
        ("skohub-io+skohub-shapes/skohub.shacl.ttl",),
        ("skohub-io+skohub-shapes/tests/*/skohub.shacl.ttl/*.ttl",),
    ),
    Set(
        "SHACL-SHACL",
        (
            "RDFLib+pySHACL/pyshacl/assets/shacl-shacl.ttl",
            f"{_QUDT}/build/validation/SHACL-SHACL.ttl",
        ),
        ("RDFLib+pySHACL/pyshacl/assets/shacl-shacl.ttl", f"{_DCAT}/3.0.1/shacl/*.ttl"),
    ),
)


class Compared(NamedTuple):
    """What the two say of one file of shapes, or of several that are one graph."""

    name: str
    shapes: str
    files: int
    ours: Results | str
    """Results, or the last line of what was said instead."""
    theirs: Results | str
    refused: str
    """Why pySHACL refuses the file as it is; then it has got what we check of it."""


def _told(report: Graph) -> Results:
    """Return the results of a report; lists, which pySHACL copies into it, as `[]`."""
    found: Results = Counter()
    for (focus, path, value, *rest), number in results(report).items():
        found[focus, path, "[]" if value.startswith(("[", "(")) else value, *rest] += number
    return found


def by_command(shapes: list[Path], data: Path) -> Results | str:
    """Return the results of the command, or what it says instead."""
    named = [word for file in shapes for word in ("--shapes", str(file))]
    options = ["--format", "turtle", *named, str(data)]
    ran = CliRunner().invoke(check, options)
    graph = parse(ran.stdout.encode()) if ran.stdout else Graph()
    if ran.exit_code not in (0, 1):
        return f"exit code {ran.exit_code}: {ran.stderr.strip().splitlines()[-1]}"
    return _told(graph)


def by_pyshacl(shapes: Graph, data: Path) -> Results | str:
    """Return the results of pySHACL in its advanced mode, or why there are none."""
    try:
        _, report, _ = pyshacl.validate(
            graph_of([data]), shacl_graph=shapes, advanced=True, inplace=True
        )
    except ReportableRuntimeError as error:
        return f"refuses: {str(error.message).splitlines()[0]}"
    except Exception as error:  # whatever it ends in is its answer
        return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
    if isinstance(report, ValidationFailure):
        return f"refuses: {str(report.message).splitlines()[0]}"
    return _told(report)


def files(clones: Path, patterns: tuple[str, ...]) -> list[Path]:
    """Return the files of some patterns, sorted, without duplicates."""
    return sorted({file for pattern in patterns for file in clones.glob(pattern)})


def compared(clones: Path, reading: Reading, folder: Path, chosen: list[str]) -> Iterator[Compared]:
    """Apply each file of shapes of each set to the data of the set."""
    for each in SETS:
        if chosen and not any(name in each.name for name in chosen):
            continue
        data = folder / f"{each.name.replace('/', '-').replace(' ', '-').replace(':', '')}.nt"
        sources = files(clones, each.data)
        for ours, text in ((CATALOGUE, catalogue(100)), (MODEL, _MODEL)):
            if ours in each.data:
                made = folder / f"{len(text)}.ttl"
                made.write_text(text, encoding="utf-8")
                sources.append(made)
        graph = Graph()
        for source in sources:
            try:
                graph += graph_of([source], reading)
            except SyntaxProblem as problem:
                print(f"left out: {problem}", file=sys.stderr)
        written = ox.serialize((q.triple for q in quads(graph)), format=ox.RdfFormat.N_TRIPLES)
        data.write_bytes(written)
        every = files(clones, each.shapes)
        for shapes in [every] if each.together else [[file] for file in every]:
            name = shapes[0].relative_to(clones).as_posix()
            print(f"{each.name}: {name}", file=sys.stderr, flush=True)
            ours = by_command(shapes, data)
            theirs, refused = by_pyshacl(shapes_of(shapes), data), ""
            if isinstance(theirs, str):
                written, refused = shapes_of(shapes), theirs
                theirs = by_pyshacl(checkable(written, flaws(written)), data)
            yield Compared(each.name, name, len(shapes), ours, theirs, refused)


def main() -> None:
    """Print the table and the differences."""
    warnings.simplefilter("ignore")
    clones = Path(sys.argv[1]).absolute()
    contexts = [each for each in sys.argv[2:] if "=" in each]
    chosen = [each for each in sys.argv[2:] if "=" not in each]
    reading = reading_of((), None, files_by_iri("--context", contexts), {})
    with tempfile.TemporaryDirectory() as folder, silence_literal_warnings():
        found = list(compared(clones, reading, Path(folder), chosen))
    print("| set | files | results | same | less | more | refused by us | by pySHACL |")
    print("|---|---|---|---|---|---|---|---|")
    for name in dict.fromkeys(each.name for each in found):
        of_set = [each for each in found if each.name == name]
        both = [(a.ours, a.theirs) for a in of_set if not isinstance(a.ours, str)]
        pairs = [(ours, theirs) for ours, theirs in both if not isinstance(theirs, str)]
        numbers = (
            sum(each.files for each in of_set),
            sum(theirs.total() for _, theirs in pairs),
            sum((ours & theirs).total() for ours, theirs in pairs),
            sum((theirs - ours).total() for ours, theirs in pairs),
            sum((ours - theirs).total() for ours, theirs in pairs),
            sum(isinstance(each.ours, str) for each in of_set),
            sum(bool(each.refused) for each in of_set),
        )
        print(f"| {name} | {' | '.join(f'{number:,}' for number in numbers)} |")
    for each in found:
        for who, said in (
            ("we", each.ours),
            ("pySHACL", each.refused),
            ("pySHACL, of what we check", each.theirs),
        ):
            if said and isinstance(said, str):
                print(f"\n{each.name}: {each.shapes}: {who}: {said[:200]}")
        if isinstance(each.ours, str) or isinstance(each.theirs, str) or each.ours == each.theirs:
            continue
        print(f"\n{each.name}: {each.shapes}")
        kinds: dict[tuple[str, str, str], list[tuple[str, ...]]] = {}
        for sign, row in difference(each.ours, each.theirs):
            kinds.setdefault((sign, row[3], row[4]), []).append(row)
        for (sign, shape, component), rows in kinds.items():
            where = " ".join(one for one in rows[0][:3] if one)
            print(f"  {sign} {len(rows)} {shape} {component.rpartition('#')[2]} {where[:300]}")


if __name__ == "__main__":
    main()
