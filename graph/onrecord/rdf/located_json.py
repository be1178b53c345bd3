"""JSON with the region of each key and value; for text that is known to be JSON."""

import json
import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onrecord.rdf.region import Region

_SPACE = re.compile(r"[ \t\n\r]*")
_SCALAR = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s,\]}]+', re.DOTALL)


@dataclass(frozen=True, slots=True)
class JsonMember:
    """One member of an object."""

    key: str
    key_region: Region
    value: "JsonValue"


@dataclass(frozen=True, slots=True)
class JsonValue:
    """A value: `members` of an object, `items` of an array, or a `scalar`."""

    region: Region
    members: tuple[JsonMember, ...] | None = None
    items: "tuple[JsonValue, ...] | None" = None
    scalar: Any = None

    def get(self, key: str) -> "JsonValue | None":
        """Return the value of a key, the last if there are several."""
        found = [member.value for member in self.members or () if member.key == key]
        return found[-1] if found else None


def read_located_json(path: Path, text: str) -> JsonValue:
    """Parse JSON.

    Raises ValueError, IndexError or RecursionError if the text is no JSON, or nested too deep.
    """
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    file = str(path)

    def region(start: int, end: int) -> Region:
        line, last = bisect_right(starts, start), bisect_right(starts, max(start, end - 1))
        return Region(file, line, start - starts[line - 1] + 1, last, end - starts[last - 1] + 1)

    value, _ = _value(text, _after_space(text, 0), region)
    return value


def _after_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _scalar(text: str, start: int) -> tuple[Any, int]:
    match = _SCALAR.match(text, start)
    if match is None:
        raise ValueError(f"no value at {start}")
    return json.loads(match[0], strict=False), match.end()


def _value(text: str, start: int, region: Callable[[int, int], Region]) -> tuple[JsonValue, int]:
    opening = text[start]
    if opening not in "{[":
        scalar, end = _scalar(text, start)
        return JsonValue(region(start, end), scalar=scalar), end
    members: list[JsonMember] = []
    items: list[JsonValue] = []
    position = _after_space(text, start + 1)
    while text[position] not in "}]":
        if opening == "{":
            key, end = _scalar(text, position)
            colon = _after_space(text, end)
            value, after = _value(text, _after_space(text, colon + 1), region)
            members.append(JsonMember(str(key), region(position, end), value))
        else:
            value, after = _value(text, position, region)
            items.append(value)
        position = _after_space(text, after)
        if text[position] == ",":
            position = _after_space(text, position + 1)
    end = position + 1
    place = region(start, end)
    if opening == "{":
        return JsonValue(place, members=tuple(members)), end
    return JsonValue(place, items=tuple(items)), end
