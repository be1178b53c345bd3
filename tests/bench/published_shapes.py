"""Try published shapes: which files are taken as they are, and why others are refused.

    python tests/bench/published_shapes.py CLONES LIST

CLONES is a folder of work trees named `owner+name`; LIST a table with tabs whose columns are
`repository`, `commit` and `path`, one line a file. Each file is checked alone, by the command,
over empty data. Prints a table in Markdown, then each refused file with its fault.
"""

import csv
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from click.testing import CliRunner

from onrecord.cli.check import check

_EXIT_CODES = {0: "taken", 1: "taken", 3: "refused"}


class Tried(NamedTuple):
    """What the command says of one file of shapes."""

    repository: str
    path: str
    outcome: str
    """taken, refused or failed."""
    warned: bool
    """Whether something of it is not checked, or not as it is written."""
    fault: str


def tried(clones: Path, listed: Path, data: Path) -> Iterator[Tried]:
    """Check empty data by each listed file."""
    with listed.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            file = clones / row["repository"].replace("/", "+") / row["path"]
            options = ["--format", "json", "--shapes", str(file), str(data)]
            result = CliRunner().invoke(check, options)
            findings = json.loads(result.stdout)["findings"] if result.stdout else []
            faults = [each["message"] for each in findings if each["severity"] == "violation"]
            yield Tried(
                row["repository"],
                row["path"],
                _EXIT_CODES.get(result.exit_code, "failed"),
                any(each["severity"] != "info" for each in findings),
                faults[0].replace(str(file), "it") if faults else result.stderr.strip(),
            )


def main() -> None:
    """Print the table and the refused files."""
    clones, listed = map(Path, sys.argv[1:3])
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "empty.ttl")
        data.write_text("")
        found = list(tried(clones, listed, data))
    count = Counter((each.repository, each.outcome) for each in found)
    warned = Counter(each.repository for each in found if each.warned and each.outcome == "taken")
    print("| repository | files | taken | of these with warnings | refused | failed |")
    print("|---|---|---|---|---|---|")
    for name in sorted({each.repository for each in found}):
        taken, refused, failed = (count[name, each] for each in ("taken", "refused", "failed"))
        numbers = (taken + refused + failed, taken, warned[name], refused, failed)
        print(f"| {name} | {' | '.join(map(str, numbers))} |")
    for each in found:
        if each.outcome != "taken":
            print(f"\n{each.repository} {each.path}: {each.outcome}: {each.fault}")


if __name__ == "__main__":
    main()
