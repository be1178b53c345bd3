"""The hostile queries of hostile/*.rq, written out, and a release that they hurt on."""

import re
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

_HEADER = re.compile(r"# (title|outcome|says): (.*)")
_REPEAT = re.compile(r"# repeat (\w+) (\d+): (.*)")
_EX = "http://example.org/"

STATUSES = {
    "ended": {504, 413, 503},
    "answered": {200},
    "refused 400": {400},
    "refused 403": {403},
    "refused 413": {413},
}
"""What each outcome means: ended for its time, its memory, or for want of a worker meanwhile."""


@dataclass(frozen=True, slots=True)
class Hostile:
    """One query that a stranger might send."""

    name: str
    title: str
    statuses: frozenset[int]
    text: str
    says: str
    """What the refusal says, if it is one; empty for anything."""


def read_hostile() -> list[Hostile]:
    """Return all of them.

    `# outcome:` says what may come of it, `# says:` what is in the text of a refusal by 400;
    `# repeat WORD n: text` puts the text n times in the place of %WORD%, so that a megabyte need
    not lie in the repository.
    """
    folder = Path(__file__).parent / "hostile"
    return [_read(path) for path in sorted(folder.glob("*.rq"))]


def _read(path: Path) -> Hostile:
    # Not splitlines: some of them have other ends of lines in them.
    lines = path.read_bytes().decode().split("\n")
    header = dict(match.groups() for match in map(_HEADER.match, lines) if match)
    text = "\n".join(line for line in lines if not _HEADER.match(line) and not _REPEAT.match(line))
    for match in filter(None, map(_REPEAT.match, lines)):
        text = text.replace(f"%{match[1]}%", match[3] * int(match[2]))
    outcomes = header["outcome"].split(" or ")
    statuses = frozenset(status for outcome in outcomes for status in STATUSES[outcome])
    return Hostile(path.stem, header["title"], statuses, text.strip(), header.get("says", ""))


def victim(things: int = 4_000) -> list[ox.Quad]:
    """Return a graph in which every thing leads to every other."""
    quads = []
    for number in range(things):
        thing = ox.NamedNode(f"{_EX}thing/{number}")
        following = ox.NamedNode(f"{_EX}thing/{(number + 1) % things}")
        near = ox.NamedNode(f"{_EX}thing/{(number * 7 + 3) % things}")
        quads += [
            ox.Quad(thing, ox.NamedNode(f"{_EX}next"), following),
            ox.Quad(thing, ox.NamedNode(f"{_EX}near"), near),
            ox.Quad(thing, ox.NamedNode(f"{_EX}kind"), ox.Literal(number % 10)),
            ox.Quad(thing, ox.NamedNode(f"{_EX}label"), ox.Literal(f"thing number {number}")),
            ox.Quad(thing, ox.NamedNode(f"{_EX}kind"), ox.Literal(1), ox.NamedNode(f"{_EX}graph")),
        ]
    return quads
