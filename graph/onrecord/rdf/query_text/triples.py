"""Advice on triples, and on words that are nearly a keyword."""

from onrecord.rdf.query_text.situation import TERMS, Situation, nearest
from onrecord.rdf.query_text.tokens import KEYWORDS


def keyword(at: Situation) -> str | None:
    """A word that is nearly a keyword that is allowed here."""
    if at.here.kind not in ("WORD", "FUNCTION"):
        return None
    wanted = KEYWORDS & at.expected
    begun = [each for each in wanted if len(at.here.text) > 2 and each.startswith(at.word())]
    meant = begun[0] if begun else None
    if meant is None and len(at.here.text) > 2:
        meant = nearest(at.here.text, wanted)
    return f"{at.here.text} is not known: is {meant} meant?" if meant else None


def triple(at: Situation) -> str | None:
    """Advise on the parts of a triple."""
    here = at.here
    if at.after_triple and here.kind in TERMS | {"[", "("}:
        return f"two triples are separated by a dot: add . before {here.text}"
    if at.after_triple and here.kind == "LANGUAGE":
        return "only a text has a language"
    if at.wants_pattern and here.kind == "." and at.before.kind == ".":
        return "one dot separates two triples: delete the other"
    if at.wants_pattern and here.kind in (";", ",", "."):
        return f"a triple begins with its subject: no {here.text} comes before it"
    if at.wants_predicate and not at.after_triple:
        if here.kind in ("}", ".", "END"):
            return "a triple has three parts, and here predicate and object are missing"
        if here.kind in ("STRING", "INTEGER", "DECIMAL", "TRUE", "FALSE"):
            return "a predicate is a prefixed name, an IRI or a variable, not a value"
        if here.kind == "WORD" and here.text == "A":
            return "write a in small letters, for “is a”"
        if at.word() in ("IS", "ISA", "TYPE", "INSTANCEOF"):
            return "the class of a thing is told by a: ?c a rec:Claim"
        if here.kind == "VAR" and at.before.kind in ("/", "|", "^", "("):
            return "a path has no variables: ?a <…> ?b . ?b ?p ?c goes the same way"
        if here.kind in ("WORD", "FUNCTION", "AGGREGATE"):
            return (
                f"a predicate has a prefix, as in rec:{here.text}, or is a variable: ?{here.text}"
            )
    wants_object = {"VAR", "STRING", "["} <= at.expected and "OPTIONAL" not in at.expected
    if wants_object and here.kind in ("}", ".", ";", "END"):
        if at.before.kind == ",":
            return "another object follows a comma: add one, or delete the comma"
        return "a triple has three parts, and here the object is missing"
    if here.kind in ("WORD", "A", "FUNCTION", "AGGREGATE") and (at.wants_pattern or wants_object):
        meant = keyword(at)
        if meant:
            return meant
        return (
            f"{here.text} is no variable, which is ?{here.text}, and has no prefix, as in "
            f"rec:{here.text}"
        )
    return None
