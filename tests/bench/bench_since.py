"""`check --since` measured as a whole command, after one claim in 100,000 triples has changed.

Run by `make bench-check` with data without its ending; it prints a row for a repository with one
file of N-Triples, and one for 2,000 files of Turtle. A claim loses its speaker, the command runs,
the file is put right and another claim loses its own, and so on. The time is that of the process
from its start to its end, less that of a process just before it that imports the same modules and
does nothing else, the median of these differences. What it says is compared with what it says
without anything kept.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from itertools import groupby
from pathlib import Path
from statistics import median

FILES = 2_000
_ROUNDS = 7
_CHECK = ["check", "--since", "HEAD", "--shapes", "shapes.ttl", "data"]
_MODULES = f"""
import sys
from onrecord.cli import main
try:
    main({_CHECK})
finally:
    print(*(name for name in sys.modules if not name.startswith("__")))
"""
_IMPORTS = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def lay_out(stem: str, folder: Path, count: int) -> None:
    """Write the data into as many files, those of a subject together, in a repository."""
    lines = Path(f"{stem}.nt").read_text(encoding="utf-8").splitlines(keepends=True)
    subjects = ["".join(group) for _, group in groupby(lines, lambda line: line.split(" ", 1)[0])]
    for number in range(count):
        path = folder / "data" / str(number % 20) / f"{number}.{'nt' if count == 1 else 'ttl'}"
        path.parent.mkdir(parents=True, exist_ok=True)
        first, last = (len(subjects) * each // count for each in (number, number + 1))
        path.write_text("".join(subjects[first:last]), encoding="utf-8")
    shapes = Path(__file__).parents[3] / "shared" / "shacl"
    shapes = Path(os.environ.get("ONRECORD_SHACL") or shapes) / "shapes.ttl"
    (folder / "shapes.ttl").write_bytes(shapes.read_bytes())
    someone = ("-c", "user.name=someone", "-c", "user.email=someone@tide.example")
    for arguments in (("init", "-q"), ("add", "-A"), (*someone, "commit", "-qm", "data")):
        subprocess.run(["git", *arguments], check=True, cwd=folder)


def timed(arguments: list[str], folder: Path, cache: Path) -> tuple[float, str]:
    """Return the seconds of a process, and what it said."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    started = time.perf_counter()
    ran = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    return time.perf_counter() - started, ran.stdout


def lose_speaker(path: Path, number: int) -> None:
    """Take the speaker from a claim in a file, and save it as editors do."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    speakers = [at for at, line in enumerate(lines) if "#speaker>" in line]
    del lines[speakers[-number]]
    save(path, "".join(lines))


def save(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def measure(stem: str, count: int) -> None:
    """Print one row of the table."""
    with tempfile.TemporaryDirectory() as name:
        folder, cache = Path(name), Path(name) / "cache"
        lay_out(stem, folder, count)
        time.sleep(2.5)  # what has just been written is read again the next time
        command = ["-m", "onrecord", *_CHECK]
        timed(command, folder, cache)
        modules = timed(["-c", _MODULES], folder, cache)[1].split("\n")[-2].split()
        imports = ["-c", _IMPORTS, *modules]
        files = sorted((folder / "data").rglob("*.*"))
        paths = [path for path in files if "#speaker>" in path.read_text(encoding="utf-8")]
        seconds, exact = [], True
        for number in range(1, _ROUNDS + 1):
            path = paths[-min(number, len(paths))]
            was = path.read_text(encoding="utf-8")
            lose_speaker(path, number if count == 1 else 1)
            alone = timed(imports, folder, cache)[0]
            took, told = timed(command, folder, cache)
            seconds.append(took - alone)
            exact = exact and told == timed(command, folder, Path(os.devnull))[1] != ""
            save(path, was)
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1000
        what = f"whole command, one claim changed, {count:,} file{'s' * (count > 1)}"
        found = f"{len(told.splitlines()):,}, {'as without' if exact else 'NOT AS WITHOUT'}"
        print(f"| 100,000 | {what} | {median(seconds):.3f} | {memory:,} | {found} |", flush=True)


if __name__ == "__main__":
    for number_of_files in (1, FILES):
        measure(sys.argv[1], number_of_files)
