"""Measure whole commands: a catalogue of 100 data sets, checked by the shapes of DCAT-AP 3.0.1.

    python tests/bench/bench_catalogue.py CLONES [ROUNDS]

CLONES is a folder of work trees named `owner+name`. Each command is a process of its own: start,
shapes, data, validation and report. Prints the median of the wall-clock and the CPU seconds.
"""

import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

_SHAPES = "SEMICeu+DCAT-AP/releases/3.0.1/shacl/dcat-ap-SHACL.ttl"
_SEED = 16
_PREFIXES = """\
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <https://data.example/> .
"""


class Run(NamedTuple):
    """What a command took."""

    wall: float
    cpu: float


def catalogue(number: int) -> str:
    """Return a catalogue of data sets in Turtle, one in five of them with a fault."""
    draw = random.Random(_SEED)  # noqa: S311  the same catalogue each time
    parts = [
        _PREFIXES,
        ':catalogue a dcat:Catalog ; dct:title "Tides"@en ; dct:description "All tides."@en ;',
        "    dct:publisher :harbour ;",
        f"    dcat:dataset {', '.join(f':d{each}' for each in range(number))} .",
        ':harbour a foaf:Agent ; foaf:name "Harbour"@en .',
    ]
    for each in range(number):
        fault = draw.choice(("no title", "date", "no url", "agent", "twice", *(["none"] * 20)))
        day = f'"{draw.randint(2000, 2025)}-0{draw.randint(1, 9)}-1{draw.randint(0, 9)}"'
        issued = f"{day}^^xsd:date" if fault != "date" else '"last spring"'
        parts += [
            f":d{each} a dcat:Dataset ;",
            f'    dct:title "Tides of {each}"@en , "Gezeiten {each}"@de ;'
            if fault != "no title"
            else "",
            f'    dct:description "Hourly readings of place {each}, {draw.random()}."@en ;',
            f"    dct:issued {issued} ; dct:modified {day}^^xsd:date ;",
            '    dcat:keyword "tide"@en , "sea level"@en ; dct:identifier "' + str(each) + '" ;',
            f"    dct:publisher {':harbour' if fault != 'agent' else f':d{(each + 1) % number}'} ;",
            f'    dcat:contactPoint [ a vcard:Kind ; vcard:fn "Desk {each}" ;',
            f"        vcard:hasEmail <mailto:desk{each}@data.example> ] ;",
            f"    dct:temporal [ a dct:PeriodOfTime ; dcat:startDate {day}^^xsd:date ] ;",
            f"    dcat:distribution :d{each}-csv , :d{each}-json .",
        ]
        for form in ("csv", "json"):
            parts += [
                f":d{each}-{form} a dcat:Distribution ;",
                f'    dct:title "As {form}"@en ; dct:issued {day}^^xsd:date ;',
                f"    dcat:accessURL <https://data.example/get/{each}> ;"
                if fault != "no url"
                else "",
                f"    dcat:downloadURL <https://data.example/get/{each}.{form}> ;",
                f'    dcat:byteSize "{draw.randint(1, 10**6)}"^^xsd:nonNegativeInteger ;'
                + (' dcat:byteSize "3"^^xsd:nonNegativeInteger ;' if fault == "twice" else ""),
                f"    dct:license <https://data.example/licence> ; dct:format <urn:form:{form}> .",
            ]
    return "\n".join(part for part in parts if part) + "\n"


def taken(command: list[str], environment: dict[str, str]) -> Run:
    """Run a command whose findings are expected, and return what it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    ran = subprocess.run(command, env=environment, capture_output=True)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if ran.returncode not in (0, 1):
        raise SystemExit(f"{command[0]} ended with {ran.returncode}: {ran.stderr.decode()}")
    return Run(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main() -> None:
    """Print a table of the commands, run in turn."""
    shapes = Path(sys.argv[1], _SHAPES)
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    programs = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "catalogue.ttl")
        data.write_text(catalogue(100), encoding="utf-8")
        commands = {
            "onrecord": [f"{programs}/onrecord", "check", "--shapes", f"{shapes}", f"{data}"],
            "pySHACL": [f"{programs}/pyshacl", "-s", f"{shapes}", f"{data}"],
        }
        # as pip installs programs: compiled, which the first run does here
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": f"{folder}/compiled"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        found: dict[str, list[Run]] = {name: [] for name in commands}
        for _ in range(rounds + 1):
            for name, command in commands.items():
                found[name].append(taken(command, environment))
    print(f"load {os.getloadavg()[0]:.1f}\n\n| | seconds | CPU seconds |\n|---|---|---|")
    for name, runs in found.items():
        wall, cpu = (statistics.median(each) for each in zip(*runs[1:], strict=True))
        print(f"| {name} | {wall:.2f} | {cpu:.2f} |")


if __name__ == "__main__":
    main()
