"""Records of the circumstances of claims: authorities, sources that reports rely on, events."""

from collections.abc import Iterator
from dataclasses import replace

from rdflib import URIRef
from rdflib.namespace import ORG, PROV, RDF, RDFS, SKOS
from rdflib.term import Node

from onrecord.rdf.namespaces import OA, REC, SCHEMA
from onrecord.rdf.turtle_file import block, string
from onrecord.reviewing.card import DraftedTime
from onrecord.reviewing.choice import ChosenSpeaker, without_article
from onrecord.reviewing.known_records import slug_of
from onrecord.reviewing.named_actor import actor_named, name_and_kind
from onrecord.reviewing.record_writer import (
    RecordWriter,
    WrittenEvent,
    actor_written,
    time_written,
)
from onrecord.reviewing.settled_claim import SettledClaim

_OF_ONE_SPEAKER = frozenset(
    ["interview", "speech", "keynote", "rede", "gespräch", "entretien", "discours", "intervista",
     "discorso"]
)  # fmt: skip
"""First words of events that each speaker has alone; others may share a hearing of one name."""


def authority_lines(writer: RecordWriter, claim: SettledClaim) -> Iterator[str]:
    """Yield on whose authority a claim is made; new actors are put on record."""
    found = dict.fromkeys(writer.short(actor_written(writer, one)) for one in claim.authorities)
    if found:
        yield f"rec:onAuthorityOf {' , '.join(found)}"


def write_office(writer: RecordWriter, claim: SettledClaim, speaker: str) -> None:
    """Write the office in which a speaker spoke, once for an article, and what of it is new.

    It is known of the day of publication: the article names it where it quotes its holder.
    """
    if claim.office is None:
        return
    role, body = claim.office
    key = ("office", f"{speaker} {role.casefold()} {body.casefold()}")
    published = writer.file.of_article("published")
    if key in writer.named or _is_held(writer, speaker, role, body):
        return
    organization = actor_written(writer, actor_named(body, writer.file, writer.known))
    held = writer.named[key] = _role(writer, role)
    reason = "The article names the office where it quotes its holder."
    time = DraftedTime(published or None, "inferred-context" if published else "unknown")
    lines = [
        "org:hasMembership [\n"
        f"        org:organization {writer.short(organization)} ;\n"
        f"        org:role {writer.short(held)} ;\n"
        f"        org:memberDuring {time_written(replace(time, reason=reason))}\n"
        "    ]"
    ]
    writer.blocks.setdefault("actor", []).append(block(writer.short(speaker), lines))


def _role(writer: RecordWriter, label: str) -> str:
    """Return the IRI of a role by its label, which is put on record if it is not there."""
    for role in sorted(writer.known.graph.subjects(RDF.type, ORG.Role), key=str):
        names = map(str, writer.known.graph.objects(role, SKOS.prefLabel))
        if label.casefold() in {name.casefold() for name in names}:
            return str(role)
    key = ("role", label.casefold())
    if key not in writer.named:
        iri = writer.named[key] = writer.new_name("role", slug_of(label))
        writer.add("actor", iri, ["a org:Role", f"skos:prefLabel {string(label, 'en')}"])
    return writer.named[key]


def _is_held(writer: RecordWriter, speaker: str, role: str, body: str) -> bool:
    """Return whether a speaker is on record with an office."""
    graph = writer.known.graph
    organization = writer.known.actor_called(name_and_kind(body)[0])
    return any(
        organization is not None
        and str(graph.value(one, ORG.organization)) == organization.iri
        and role.casefold()
        in {
            str(name).casefold()
            for name in graph.objects(graph.value(one, ORG.role), SKOS.prefLabel)
        }
        for one in graph.objects(URIRef(speaker), ORG.hasMembership)
    )


def source_lines(writer: RecordWriter, claim: SettledClaim, slug: str) -> Iterator[str]:
    """Yield what an attestation relies on; a source that is not on record is put there.

    `slug` is that of the article. Its cards that name one source by the same words mean one.
    """
    source = claim.relies_on
    if source is not None:
        iri = source.iri or _relied_on(writer, source.words, slug)
        yield f"rec:reliesOn {writer.short(iri)}"


def _relied_on(writer: RecordWriter, words: str, slug: str) -> str:
    """Return the source that an article names by these words.

    A name is that of an outlet; "outlet: title" is a report of one; other words describe it.
    """
    outlet, _, title = (part.strip() for part in words.partition(": "))
    plain = without_article(outlet)
    name = plain if plain[:1].isupper() else ""
    article = writer.file.of_article("title") or slug
    label = f"report of {name} on which “{article}” relies" if name else without_article(words)
    key = ("relied on", " ".join(words.casefold().split()))
    if key in writer.named:
        return writer.named[key]
    known = _source_on_record(writer, label)
    if known is not None:
        writer.named[key] = known
        return known
    iri = writer.named[key] = writer.new_name("source", f"{slug}-by-way-of-{slug_of(plain, 4)}")
    lines = ["a rec:Source"]
    language = writer.file.of_article("language")
    if title:
        lines.append(f"schema:name {string(title, language)}")
    else:
        lines.append(f"rdfs:label {string(label, 'en' if name else language)}")
    if name:
        actor = actor_written(writer, ChosenSpeaker(name, None, "Organization"))
        lines.append(f"schema:publisher {writer.short(actor)}")
    writer.add("source", iri, lines)
    return iri


def _source_on_record(writer: RecordWriter, label: str) -> str | None:
    """Return the source of a label that reports of this article rely on already."""
    graph = writer.known.graph
    for report in _reports_of_article(writer):
        for one in graph.objects(report, REC.reliesOn):
            if label in {str(name) for name in graph.objects(one, RDFS.label)}:
                return str(one)
    return None


def _reports_of_article(writer: RecordWriter) -> Iterator[Node]:
    """Yield the attestations on record that have a passage in the text of this article."""
    graph, source = writer.known.graph, writer.known_source()
    if source is not None:
        for passage in graph.subjects(OA.hasSource, URIRef(source.snapshot)):
            yield from graph.subjects(REC.passage, passage)


def event_lines(writer: RecordWriter, claim: SettledClaim, speaker: str) -> Iterator[str]:
    """Yield at which event a claim was made, and note its speaker for `write_events`."""
    if claim.event is None:
        return
    event = claim.event.iri
    if event is None:
        event = _new_event(writer, claim, claim.event.words)
    else:
        writer.events.setdefault(event, WrittenEvent(claim.event.words, None))
    written = writer.events[event]
    if speaker not in written.speakers:
        written.speakers.append(speaker)
    yield f"rec:madeAt {writer.short(event)}"


def _new_event(writer: RecordWriter, claim: SettledClaim, words: str) -> str:
    """Return the event of an article by its words and time, and its speaker where he has it alone.

    Of claims on record from this article, the event of this name is meant again.
    """
    name = without_article(words)
    first, *rest = name.split() or [""]
    slug = slug_of(f"{claim.speaker.name} {name}", 8)
    if first.casefold() in _OF_ONE_SPEAKER or not any(word[:1].isupper() for word in rest):
        name = f"{name}, {claim.speaker.name}"
    key = ("event", f"{name} {claim.said_on.edtf}")
    if key not in writer.named:
        known = _event_on_record(writer, name)
        if known is None:
            known = writer.new_name("event", slug)
            writer.events[known] = WrittenEvent(name, claim.said_on)
        else:
            writer.events.setdefault(known, WrittenEvent(name, None))
        writer.named[key] = known
    return writer.named[key]


def _event_on_record(writer: RecordWriter, name: str) -> str | None:
    """Return the event of a name at which this article already reports that a claim was made."""
    graph = writer.known.graph
    for report in _reports_of_article(writer):
        for claim in graph.objects(report, REC.attests):
            event = graph.value(claim, REC.madeAt)
            if event is not None and name in map(str, graph.objects(event, SCHEMA.name)):
                return str(event)
    return None


def write_events(writer: RecordWriter) -> None:
    """Write the events of the claims, when all their speakers are known."""
    graph = writer.known.graph
    for iri, event in writer.events.items():
        if event.held_on is not None:
            speakers = " , ".join(map(writer.short, event.speakers))
            writer.add(
                "event",
                iri,
                [
                    "a rec:Event",
                    f"schema:name {string(event.name, writer.file.of_article('language'))}",
                    f"rec:heldOn {time_written(event.held_on)}",
                    f"prov:wasAssociatedWith {speakers}",
                ],
            )
            continue
        known = set(map(str, graph.objects(URIRef(iri), PROV.wasAssociatedWith)))
        new = [one for one in event.speakers if one not in known]
        if known and new:  # an event on record without speakers is compatible with any
            lines = [f"prov:wasAssociatedWith {' , '.join(map(writer.short, new))}"]
            writer.blocks.setdefault("event", []).append(block(writer.short(iri), lines))
