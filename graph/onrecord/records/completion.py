"""Completion of records: IRIs and classes of nested nodes, and what follows from one record."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from hashlib import sha256
from itertools import chain

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SH, XSD
from rdflib.term import Node

from onrecord.rdf.lean_store import lean_graph
from onrecord.rdf.namespaces import EDTF, OA, QUDT, REC, SCHEMA
from onrecord.rdf.oxigraph import RdflibTriple
from onrecord.records.edtf_bounds import DateError, bounds
from onrecord.records.passage import offset
from onrecord.records.units import described

TextOf = Callable[[str], str | None]
"""Function from the SHA-256 of a snapshot to its archived text, None if it is not archived."""


def not_archived(_sha256: str) -> None:
    """Return None for every snapshot: a `TextOf` without an archive."""


def nested_classes(shapes: Graph, ranges: Graph, ontology: Graph) -> dict[URIRef, URIRef]:
    """Return the class of nested nodes by the property that leads to them.

    It is the class that a shape requires of the property's values, or the range in `ranges`, unless
    its members are records: the classes whose shape requires `rec:recordedIn`, and curations.
    """
    recorded: set[Node] = set()
    for shape in set(shapes.subjects(SH.path)):
        if REC.recordedIn in _properties(shapes, shape):
            recorded |= {
                *shapes.objects(shape, SH.targetClass),
                *shapes.objects(shape, SH["class"]),
            }
    required = (
        (path, kind)
        for shape, kind in shapes.subject_objects(SH["class"])
        for path in shapes.objects(shape, SH.path)
    )
    return {
        path: kind
        for path, kind in chain(required, ranges.subject_objects(RDFS.range))
        if isinstance(path, URIRef)
        and isinstance(kind, URIRef)
        and recorded.isdisjoint(ontology.transitive_objects(kind, RDFS.subClassOf))
    }


def _properties(shapes: Graph, shape: Node) -> set[Node | None]:
    """Return the properties of a shape's path: one, or those of an alternative path."""
    path = shapes.value(shape, SH.path)
    either = shapes.value(path, SH.alternativePath)
    return {path} if either is None else set(shapes.items(either))


def nested_names(triples: Iterable[RdflibTriple]) -> dict[BNode, URIRef]:
    """Return IRIs for nested blank nodes, below the IRI of their owner.

    The first quantity of `claim/x` is `claim/x#quantity`, a second one `claim/x#quantity-2`, in the
    order of the triples; a node nested in a node extends the IRI of that one
    (`actor/y#hasMembership-role`). Blank nodes without an IRI as owner are left out.
    """
    owned: dict[Node, dict[URIRef, list[BNode]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in triples:
        if isinstance(value, BNode) and isinstance(predicate, URIRef):
            nodes = owned[subject][predicate]
            if value not in nodes:
                nodes.append(value)
    names: dict[BNode, URIRef] = {}
    pending: list[Node] = [owner for owner in owned if isinstance(owner, URIRef)]
    while pending:
        owner = pending.pop()
        stem = names.get(owner, owner) if isinstance(owner, BNode) else owner
        for predicate, nodes in owned.get(owner, {}).items():
            for number, node in enumerate(nodes, start=1):
                if node in names:
                    continue
                joint = "-" if "#" in str(stem) else "#"
                count = "" if number == 1 else f"-{number}"
                names[node] = URIRef(f"{stem}{joint}{_local_name(predicate)}{count}")
                pending.append(node)
    return names


def _local_name(iri: URIRef) -> str:
    return str(iri).rpartition("#")[2].rpartition("/")[2]


def renamed(triples: Iterable[RdflibTriple], names: dict[BNode, URIRef]) -> Iterator[RdflibTriple]:
    """Yield the triples with blank nodes replaced by their IRIs."""

    def name(term: Node) -> Node:
        return names.get(term, term) if isinstance(term, BNode) else term

    for subject, predicate, value in triples:
        yield name(subject), predicate, name(value)


def completions(
    records: Graph, classes: Mapping[URIRef, URIRef], text_of: TextOf = not_archived
) -> Graph:
    """Return the triples that follow from each record alone, without those of the records.

    Nested nodes have IRIs already; `classes` are their classes, as `nested_classes` returns them.
    """
    added = lean_graph()
    for part in (
        partial(_classes, classes),
        _bounds,
        _defaults_of_quantities,
        _units,
        _sources_of_text_layers,
        _reporters,
    ):
        for triple in part(records):
            # the shapes report a literal in place of a node
            if triple not in records and not isinstance(triple[0], Literal):
                added.add(triple)
    for triple in _selectors(records, text_of):
        added.add(triple)
    return added


def _classes(classes: Mapping[URIRef, URIRef], records: Graph) -> Iterator[RdflibTriple]:
    type_ = RDF.type
    for predicate, kind in classes.items():
        for subject, value in records.subject_objects(predicate):
            if str(value).startswith(f"{str(subject).partition('#')[0]}#"):
                yield value, type_, kind


def _bounds(records: Graph) -> Iterator[RdflibTriple]:
    day = XSD.date
    for span, written in records.subject_objects(DCTERMS.date):
        if isinstance(written, Literal) and written.datatype == EDTF.EDTF:
            try:
                earliest, latest = bounds(str(written))
            except DateError:
                continue  # `check` reports it with its region
            if earliest is not None:
                yield span, REC.earliest, Literal(earliest.isoformat(), datatype=day)
            if latest is not None:
                yield span, REC.latest, Literal(latest.isoformat(), datatype=day)


def _defaults_of_quantities(records: Graph) -> Iterator[RdflibTriple]:
    """Yield the unit of a quantity's series and the time of its claim, where it has none itself."""
    for owner, quantity in records.subject_objects(REC.quantity):
        if (quantity, QUDT.hasUnit, None) not in records:
            series = records.value(quantity, REC.inSeries)
            for unit in () if series is None else records.objects(series, QUDT.hasUnit):
                yield quantity, QUDT.hasUnit, unit
        if (quantity, REC.validFor, None) not in records:
            claim = records.value(owner, REC.attests, default=owner)
            for span in records.objects(claim, REC.validFor):
                yield quantity, REC.validFor, span


def _units(records: Graph) -> Iterator[RdflibTriple]:
    return described(set(records.objects(None, QUDT.hasUnit)))


def _sources_of_text_layers(records: Graph) -> Iterator[RdflibTriple]:
    """Yield the source of a text layer that names none: that of the bytes it is made from."""
    for layer in records.subjects(REC.textOf):
        if (layer, REC.snapshotOf, None) not in records:
            for source in sources_of_snapshot(records, layer):
                yield layer, REC.snapshotOf, source


def _reporters(records: Graph) -> Iterator[RdflibTriple]:
    """Yield the reporter of an attestation: the source's author, else its publisher."""
    for attestation in records.subjects(REC.attests):
        if (attestation, REC.reporter, None) in records:
            continue
        for source in sources_of(records, attestation):
            author = records.value(source, SCHEMA.author)
            reporter = author or records.value(source, SCHEMA.publisher)
            if reporter is not None:
                yield attestation, REC.reporter, reporter


def sources_of(records: Graph, attestation: Node) -> list[Node]:
    """Return the sources of an attestation's passages, sorted; normally one."""
    return sorted(
        {
            source
            for passage in records.objects(attestation, REC.passage)
            for snapshot in records.objects(passage, OA.hasSource)
            for source in sources_of_snapshot(records, snapshot)
        },
        key=str,
    )


def sources_of_snapshot(records: Graph, snapshot: Node) -> list[Node]:
    """Return the sources of a snapshot; a text layer that names none has that of its bytes."""
    own = list(records.objects(snapshot, REC.snapshotOf))
    return own or [
        source
        for archived in records.objects(snapshot, REC.textOf)
        for source in records.objects(archived, REC.snapshotOf)
    ]


def _selectors(records: Graph, text_of: TextOf) -> Iterator[RdflibTriple]:
    """Yield the Web Annotation selectors of passages: position and, if on record, quoted words.

    See Web Annotation Data Model, sections 4.2.4 (text quote) and 4.2.5 (text position).
    """
    type_, number = RDF.type, XSD.nonNegativeInteger  # rdflib builds a new term at each access
    for passage, snapshot in records.subject_objects(OA.hasSource):
        if isinstance(passage, BNode):
            continue  # it has no owner with an IRI, so its selectors have no IRI either
        start, end = records.value(passage, REC.start), records.value(passage, REC.end)
        words = records.value(passage, REC.words)
        if start is not None and end is not None:
            position = URIRef(f"{passage}-position")
            yield passage, OA.hasSelector, position
            yield position, type_, OA.TextPositionSelector
            yield position, OA.start, Literal(str(start), datatype=number)
            yield position, OA.end, Literal(str(end), datatype=number)
        if words is not None:
            quote = URIRef(f"{passage}-quote")
            yield passage, OA.hasSelector, quote
            yield quote, type_, OA.TextQuoteSelector
            yield quote, OA.exact, Literal(str(words))
            yield passage, SCHEMA.sha256, Literal(sha256(str(words).encode()).hexdigest())
            text = text_of(str(records.value(snapshot, SCHEMA.sha256)))
            first = offset(start)
            if (
                text is not None
                and first is not None
                and text.startswith(str(words), max(first, 0))
            ):
                prefix, suffix = context(text, first, first + len(str(words)))
                if prefix:
                    yield quote, OA.prefix, Literal(prefix)
                if suffix:
                    yield quote, OA.suffix, Literal(suffix)


def context(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the fewest words before and after a stretch of a text that make it unique.

    Both are empty if the stretch occurs once. They grow by a word on each side in turn, so that no
    more of the source is repeated than is necessary.
    """
    before, after, backwards = start, end, True
    while not _is_unique(text, text[before:after]) and (before > 0 or after < len(text)):
        if backwards:
            before = text.rfind(" ", 0, max(before - 1, 0)) + 1
        else:
            space = text.find(" ", after + 1)
            after = len(text) if space < 0 else space
        backwards = not backwards
    return text[before:start], text[end:after]


def _is_unique(text: str, piece: str) -> bool:
    return text.find(piece) == text.rfind(piece)
