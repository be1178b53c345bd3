"""Robots exclusion (RFC 9309): whether the robots.txt of a site allows an address."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

AGENT = "onrecord"
LARGEST = 512 * 1024
"""Bytes of a robots.txt that are read."""
_LINE = re.compile(r"\s*(user-agent|allow|disallow)\s*:\s*([^#]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Permission:
    """What a robots.txt says of an address."""

    allowed: bool
    rule: str
    """The line that decides, or why none does."""


def permission(robots: str, address: str) -> Permission:
    """Return what a robots.txt says of an address: the longest rule decides, allowing on a tie."""
    parts = urlsplit(address)
    path = _same(f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}")
    best = Permission(True, "no rule for it")
    longest = -1
    for allows, pattern in _rules(robots):
        length = len(pattern)
        if length and _matches(pattern, path) and (length, allows) > (longest, best.allowed):
            best = Permission(allows, f"{'Allow' if allows else 'Disallow'}: {pattern}")
            longest = length
    return best


def _rules(robots: str) -> Iterator[tuple[bool, str]]:
    """Yield the rules of our groups, else those of `*`; groups of one agent are joined."""
    groups: dict[str, list[tuple[bool, str]]] = {}
    agents: list[str] = []
    open_group = False
    for line in robots.splitlines():
        found = _LINE.match(line)
        if not found:
            continue
        name, value = found[1].lower(), found[2].strip()
        if name == "user-agent":
            agents = [*(agents if open_group else ()), value.lower().partition("/")[0].strip()]
            open_group = True
            groups.setdefault(agents[-1], [])
        else:
            open_group = False
            for agent in agents:
                groups[agent].append((name == "allow", value))
    yield from groups.get(AGENT, groups.get("*", []))


def _same(path: str) -> str:
    """Return a path in one way of percent-encoding."""
    return quote(unquote(path), safe="/?&=*$:@!+,;~'()%#[]")


def _matches(pattern: str, path: str) -> bool:
    """Return whether a pattern with `*` and a final `$` matches the beginning of a path."""
    ends = pattern.endswith("$")
    first, *parts = _same(pattern.removesuffix("$")).split("*")
    if not path.startswith(first):
        return False
    place = len(first)
    for part in parts[: -1 if ends else None]:
        found = path.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    if not ends:
        return True
    if not parts:
        return place == len(path)
    return path.endswith(parts[-1]) and len(path) - len(parts[-1]) >= place
