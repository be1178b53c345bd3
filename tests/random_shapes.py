"""Random data and random shapes for it, small enough that everything meets everything."""

from dataclasses import dataclass
from itertools import count

from hypothesis import strategies as st

PREFIXES = """\
@prefix sh:  <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

@prefix ex:  <https://example.org/> .

"""
NODES = ["ex:a", "ex:b", "ex:c", "_:d", "_:e"]
PROPERTIES = ["ex:p", "ex:q", "ex:r"]
CLASSES = ["ex:Thing", "ex:Tool", "ex:Hammer"]
WORDS = [
    "1", "2.5", "1e0", '"1"', '"a"', '"ab"', '""', '"a"@en', '"b"@en', '"a"@de',
    '"2024-02-28"^^xsd:date', '"x"^^ex:own',
]  # fmt: skip
NUMBERS = ["1", "2", "2.5", "3"]
DATATYPES = ["xsd:integer", "xsd:decimal", "xsd:string", "xsd:date", "rdf:langString", "ex:own"]
KINDS = ["IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"]
PATTERNS = ['"^a"', '"b"', '"1$"', '"."', '"A" ; sh:flags "i"']


@dataclass(frozen=True, slots=True)
class World:
    """What random data and shapes are made of.

    What the engines are known to disagree on is left out: shacl_disagreements.toml has it.
    """

    nodes: tuple[str, ...]
    literals: tuple[str, ...]
    constraints: tuple[str, ...]
    depth: int
    """How deep shapes nest."""
    path_depth: int = 2
    """How deep paths nest."""


_PAIRS = ("equals", "disjoint")
_COUNTS = ("minCount", "maxCount")
_TERMS = ("class", "nodeKind", "hasValue", "in", *_PAIRS, *_COUNTS)
_FORMS = ("datatype", "minLength", "maxLength", "pattern", "languageIn", "uniqueLang")
_ORDER = (
    "minInclusive", "minExclusive", "maxInclusive", "maxExclusive", "lessThan", "lessThanOrEquals",
)  # fmt: skip
_NESTED = ("node", "property", "not", "and", "or", "xone", "qualified")

WORLDS = {
    "names": World(tuple(NODES), (), (*_TERMS, "closed", *_NESTED), 2),
    "words": World(tuple(NODES), tuple(WORDS), (*_TERMS, *_FORMS, "closed"), 0, 0),
    "words in nested shapes": World(tuple(NODES), tuple(WORDS), (*_TERMS, *_FORMS, *_NESTED), 2),
    "numbers": World((), tuple(NUMBERS), (*_ORDER, *_COUNTS, *_PAIRS), 0, 0),
}


@st.composite
def data_graphs(draw: st.DrawFn, world: World) -> str:
    """Draw a data graph in Turtle."""
    values = st.sampled_from([*world.nodes, *world.literals])
    lines = ["ex:Hammer rdfs:subClassOf ex:Tool ."]
    for node in NODES:
        kinds = draw(st.lists(st.sampled_from(CLASSES), max_size=2, unique=True))
        said = draw(st.lists(st.tuples(_property, values), max_size=5))
        lines += [f"{node} a {kind} ." for kind in kinds]
        lines += [f"{node} {name} {value} ." for name, value in said]
    return PREFIXES + "\n".join(lines) + "\n"


_property = st.sampled_from(PROPERTIES)
_number = st.integers(min_value=0, max_value=2)


@st.composite
def paths(draw: st.DrawFn, depth: int) -> str:
    """Draw a property path in Turtle, most of them plain."""
    kind = draw(st.sampled_from(["plain"] * 5 + ["inverse", "sequence", "either", "more", "any"]))
    if depth == 0 or kind == "plain":
        return draw(_property)
    if kind == "inverse":
        return f"[ sh:inversePath {draw(_property)} ]"
    one = draw(paths(depth - 1))
    if kind in ("sequence", "either"):
        pair = f"( {one} {draw(paths(depth - 1))} )"
        return pair if kind == "sequence" else f"[ sh:alternativePath {pair} ]"
    words = ["oneOrMore"] if kind == "more" else ["zeroOrMore", "zeroOrOne"]
    return f"[ sh:{draw(st.sampled_from(words))}Path {one} ]"


@dataclass(frozen=True, slots=True)
class _Namer:
    """Gives each shape a name and keeps what was written of it."""

    numbers: "count[int]"
    blocks: list[str]

    def keep(self, parts: list[str]) -> str:
        name = f"ex:shape-{next(self.numbers)}"
        self.blocks.append(f"{name} " + " ;\n    ".join(parts) + " .\n")
        return name


@st.composite
def shapes_graphs(draw: st.DrawFn, world: World) -> str:
    """Draw a shapes graph in Turtle; every shape has a name."""
    namer = _Namer(count(), [])
    targets = [
        st.sampled_from(CLASSES).map("sh:targetClass {}".format),
        st.sampled_from(NODES[:3]).map("sh:targetNode {}".format),
        _property.map("sh:targetSubjectsOf {}".format),
    ]
    if not world.literals:
        targets.append(_property.map("sh:targetObjectsOf {}".format))
    for _ in range(draw(st.integers(min_value=1, max_value=2))):
        target = draw(st.one_of(targets))
        draw(_shapes(world, namer, world.depth, draw(st.booleans()), (target,)))
    return PREFIXES + "\n".join(namer.blocks)


@st.composite
def _shapes(
    draw: st.DrawFn,
    world: World,
    namer: _Namer,
    depth: int,
    on_path: bool,
    extra: tuple[str, ...] = (),
) -> str:
    """Draw a node or property shape and those below it; return its name."""
    kinds = [kind for kind in world.constraints if depth or kind not in _NESTED]
    parts = ["a sh:NodeShape"]
    if on_path:
        parts = ["a sh:PropertyShape", f"sh:path {draw(paths(world.path_depth))}"]
    elsewhere = ("closed",) if on_path else _OF_PATHS
    kinds = [kind for kind in kinds if kind not in elsewhere]
    chosen = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=3, unique=True))
    for kind in ["closed"] if "closed" in chosen else chosen:
        parts.append(draw(_constraints(world, kind, namer, depth)))
    return namer.keep([*parts, *extra])


@st.composite
def _constraints(draw: st.DrawFn, world: World, kind: str, namer: _Namer, depth: int) -> str:
    # a blank node of the shapes is another one than any of the data
    value = st.sampled_from(
        [*(node for node in world.nodes if node.startswith("ex:")), *world.literals]
    )
    if kind in _SIMPLE:
        return f"sh:{kind} {draw(_SIMPLE[kind])}"
    if kind in _ORDER:
        return f"sh:{kind} {draw(value)}"
    if kind == "hasValue":
        return f"sh:hasValue {draw(value)}"
    if kind == "in":
        return f"sh:in ( {' '.join(draw(st.lists(value, min_size=1, max_size=3)))} )"
    if kind == "languageIn":
        return 'sh:languageIn ( "en" "fr" )'
    if kind == "closed":
        return "sh:closed true ; sh:ignoredProperties ( rdf:type ex:p )"
    on_path = kind == "property" or (kind != "node" and draw(st.booleans()))
    nested = _shapes(world, namer, depth - 1, on_path)
    if kind in ("and", "or", "xone"):
        return f"sh:{kind} ( {' '.join(draw(st.lists(nested, min_size=1, max_size=2)))} )"
    if kind == "qualified":
        word, number = draw(st.sampled_from(["Min", "Max"])), draw(_number)
        return f"sh:qualifiedValueShape {draw(nested)} ; sh:qualified{word}Count {number}"
    return f"sh:{kind} {draw(nested)}"


_length = st.integers(min_value=1, max_value=2)
_SIMPLE: dict[str, st.SearchStrategy[object]] = {
    "class": st.sampled_from(CLASSES),
    "datatype": st.sampled_from(DATATYPES),
    "nodeKind": st.sampled_from(KINDS).map("sh:{}".format),
    "minLength": _length,
    "maxLength": _length,
    "pattern": st.sampled_from(PATTERNS),
    "minCount": _number,
    "maxCount": _number,
    "uniqueLang": st.just("true"),
    "lessThan": _property,
    "lessThanOrEquals": _property,
    "equals": _property,
    "disjoint": _property,
}
_OF_PATHS = ("minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals", "qualified")
