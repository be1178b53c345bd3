"""`check --since` measured as a whole command, beside the full check of the same data.

Run by `make bench-check` with data without its ending. It prints the CPU seconds of all processes
of a command, the median of five, in a repository with one file of N-Triples, with the same as a
file of Turtle, and with 2,000 files of Turtle: after a claim has lost its speaker, and after the
file, or each of the files, was emptied. Of the file of N-Triples also without what reads lines
apart.
"""

import os
import resource
import subprocess
import sys
import tempfile
from itertools import groupby
from pathlib import Path
from statistics import median

_ROUNDS = 5
_CHECK = ["check", "--shapes", "shapes.ttl", "data"]
_SINCE = [*_CHECK, "--since", "HEAD"]
_LINES = "import onrecord.validation.changes; onrecord.validation.changes.LINE_BASED = ()"
_MENTION = (
    "import onrecord.validation.data_files as data; data.lines_mentioning = lambda terms: None"
)
_LAYOUTS = {"1 file of N-Triples": (1, "nt"), "1 file of Turtle": (1, "ttl")}
_LAYOUTS["2,000 files of Turtle"] = (2_000, "ttl")


def lay_out(stem: str, folder: Path, count: int, suffix: str) -> None:
    """Write the data into as many files, those of a subject together, in a repository."""
    lines = Path(f"{stem}.nt").read_text(encoding="utf-8").splitlines(keepends=True)
    subjects = ["".join(group) for _, group in groupby(lines, lambda line: line.split(" ", 1)[0])]
    for number in range(count):
        path = folder / "data" / str(number % 20) / f"{number}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        first, last = (len(subjects) * each // count for each in (number, number + 1))
        path.write_text("".join(subjects[first:last]), encoding="utf-8")
    shapes = Path(__file__).parents[3] / "shared" / "shacl"
    shapes = Path(os.environ.get("ONRECORD_SHACL") or shapes) / "shapes.ttl"
    (folder / "shapes.ttl").write_bytes(shapes.read_bytes())
    someone = ("-c", "user.name=someone", "-c", "user.email=someone@tide.example")
    for arguments in (("init", "-q"), ("add", "-A"), (*someone, "commit", "-qm", "data")):
        subprocess.run(["git", *arguments], check=True, cwd=folder)


def lose_speaker(path: Path) -> None:
    """Take the speaker from the last claim in a file."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    del lines[max(at for at, line in enumerate(lines) if "#speaker>" in line)]
    path.write_text("".join(lines), encoding="utf-8")


def seconds(folder: Path, arguments: list[str], before: str = "") -> str:
    """Return the CPU seconds of a command and its children, after some words of Python."""
    program = f"{before}\nfrom onrecord.cli.main import main\nmain({arguments})"
    took = []
    for _ in range(_ROUNDS):
        start = resource.getrusage(resource.RUSAGE_CHILDREN)
        ran = subprocess.run(
            [sys.executable, "-c", program],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        if ran.returncode not in (0, 1):
            raise SystemExit(f"{arguments}: exit code {ran.returncode}")
        end = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append(end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime)
    return f"{median(took):.2f}"


def measure(stem: str, what: str) -> None:
    """Print one row of the table, and below N-Triples those without what is for them alone."""
    count, suffix = _LAYOUTS[what]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lay_out(stem, folder, count, suffix)
        files = sorted((folder / "data").rglob("*.*"))
        paths = [path for path in files if "#speaker>" in path.read_text(encoding="utf-8")]
        lose_speaker(paths[-1])
        changed = [seconds(folder, arguments) for arguments in (_CHECK, _SINCE)]
        less = [seconds(folder, _SINCE, each) for each in (_LINES, _MENTION) if suffix == "nt"]
        for path in files:
            path.write_text("")
        emptied = [seconds(folder, arguments) for arguments in (_CHECK, _SINCE)]
    print(f"| {' | '.join((what, *changed, *emptied))} |", flush=True)
    for without, each in zip(("comparing lines", "looking for lines"), less, strict=False):
        print(f"| … without {without} | | {each} | | |", flush=True)


if __name__ == "__main__":
    print("| | one claim changed: all | `--since` | emptied: all | `--since` |")
    print("|---|---|---|---|---|", flush=True)
    for layout in _LAYOUTS:
        measure(sys.argv[1], layout)
