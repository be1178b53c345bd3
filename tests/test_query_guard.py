"""Admission: what is read from the text of a query, and what is refused, without a server."""

import pytest

from onrecord_server.errors import RefusalError
from onrecord_server.limits import Limits
from onrecord_server.sparql.query_guard import Admission, admit, graphs_matched, unescaped

GRAPH, OTHER, BASED = "http://example.org/g", "http://example.org/h", "http://example.org/base/g"
GRAPHS = (GRAPH, OTHER, BASED, "http://example.org/a.b", "ex:g")
PREFIX = "PREFIX ex: <http://example.org/>\n"


def admitted(text: str, limits: Limits = Limits()) -> Admission:  # noqa: B008 - it is frozen
    return admit(text, GRAPHS, limits)


def refusal(text: str, limits: Limits = Limits()) -> tuple[int, str]:  # noqa: B008 - it is frozen
    with pytest.raises(RefusalError) as raised:
        admitted(text, limits)
    return raised.value.status, str(raised.value)


@pytest.mark.parametrize(
    ("text", "form", "kind"),
    [
        ("SELECT * { }", "SELECT", "rows"),
        ("select * { }", "SELECT", "rows"),
        ("ASK { }", "ASK", "rows"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "CONSTRUCT", "graph"),
        ("DESCRIBE <a:b>", "DESCRIBE", "graph"),
        ("  # SELECT\n\tASK { }", "ASK", "rows"),
        ("# note\r\nBASE <a:b> # DESCRIBE\nPREFIX : <a:b>PREFIX x:<a:c> ASK { }", "ASK", "rows"),
        ("base <a:b> prefix a.b-c: <a:b> ask { }", "ASK", "rows"),
        ("#\nPREFIX#\na:<a:b>#\nASK { }", "ASK", "rows"),
        ("VERSION '1.2' ASK { }", "ASK", "rows"),
        ("VERSION '' ASK { }", "ASK", "rows"),
        ("BASE <> ASK { }", "ASK", "rows"),
        ("PREFIX : <> ASK { }", "ASK", "rows"),
        ('VERSION "1.2" ASK { }', "ASK", "rows"),
        ("PREFIX#x\nex:#y\n<a:b>ASK { }", "ASK", "rows"),
    ],
)
def test_the_form_is_what_stands_after_the_prologue(text: str, form: str, kind: str) -> None:
    found = admitted(text)
    assert (found.form, found.kind) == (form, kind)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, 1),
        ("hello", 1, 1),
        ("  hello", 1, 3),
        ("\nhello", 2, 1),
        ("# note\n\nhello", 3, 1),
        ("PREFIX a: <a:b>\n  hello", 2, 3),
        ("PREFIX a: <a:b>\n", 1, 16),
        ("INSERTED", 1, 1),
    ],
)
def test_what_is_no_query_is_refused_with_its_place(text: str, line: int, column: int) -> None:
    status, message = refusal(text)
    assert status == 400
    assert f"line {line}, column {column}: " in message
    assert "begins with SELECT, ASK, CONSTRUCT or DESCRIBE" in message


def test_a_mistake_before_the_query_is_told() -> None:
    status, message = refusal("PREFIX a <a:b> ASK {}")
    assert status == 400
    assert "line 1, column 8: a prefix ends with a colon: PREFIX a: <…>" in message


@pytest.mark.parametrize(
    "word",
    ["INSERT", "DELETE", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH", "load", "Drop"],
)
def test_an_update_is_refused_by_its_name(word: str) -> None:
    status, message = refusal(f"{PREFIX}# x\n{word} <a:b>")
    assert status == 403
    assert message.startswith(f"{word.upper()} is refused: this ")
    assert ("fetches nothing" in message) == (word == "load")


def test_a_text_is_measured_in_bytes() -> None:
    query = "ASK { } #"
    assert admitted(query + "a" * (100 - len(query)), Limits(text=100))
    assert refusal(query + "a" * (101 - len(query)), Limits(text=100))[0] == 413
    assert refusal(query + "é" * 46, Limits(text=100))[0] == 413
    assert admitted(query + "é" * 45, Limits(text=100))
    assert refusal(query + "\U0001f4a3" * 23, Limits(text=100))[0] == 413
    assert "100 bytes" in refusal(query + "a" * 100, Limits(text=100))[1]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <a:b> { ?s ?p ?o } }",
        "SELECT * { service <a:b> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT ?x { ?s ?p ?o } }",
        "SELECT * { SERVICE ex:x { ?s ?p ?o } }",
        "SELECT * { SERVICEex:x { ?s ?p ?o } }",
        "SELECT * { servicefoo:x { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o . service:x{ ?s ?p ?o } }",
        "SELECT * { S\\u0045RVICE <a:b> { ?s ?p ?o } }",
        "SELECT * { \\U00000053ERVICE <a:b> { ?s ?p ?o } }",
        "SELECT * { ?s ?p 'x'SERVICE <a:b> { } }",
        "SELECT * { ?s ?p ?o } SERVICE",
        "SELECT * { service:x#\n{ ?s ?p ?o } }",
        "SELECT * { GRAPH ?g { SERVICE <a:b> { } } }",
        "SELECT * { GRAPH SERVICE <a:b> { } }",
        "SELECT * { ?s ?p '''''' . SERVICE <a:b> { } ?s ?p '''''' }",
        'SELECT * { ?s ?p """""" . SERVICE <a:b> { } ?s ?p """""" }',
        "SELECT * { ?s ?p '' . SERVICE <a:b> { } ?s ?p '' }",
        'SELECT * { ?s ?p "" . SERVICE <a:b> { } ?s ?p "" }',
    ],
)
def test_service_is_refused_however_it_is_written(text: str) -> None:
    assert refusal(text) == (
        403,
        "SERVICE is refused: this endpoint sends no query to another one",
    )


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p 'SERVICE <a:b> {' }",
        'SELECT * { ?s ?p "SERVICE <a:b> { \'" }',
        "SELECT * { ?s ?p '''SERVICE ' <a:b> { \\''' ''' }",
        'SELECT * { ?s ?p """SERVICE " <a:b> { """ }',
        "SELECT * { ?s ?p '''x' SERVICE <a:b> { } ''' }",
        'SELECT * { ?s ?p """x" SERVICE <a:b> { } """ }',
        "SELECT * { ?s ?p ?o } # SERVICE <a:b> { }",
        "SELECT * { ?s <http://a.example/SERVICE> ?o }",
        "SELECT ?service { ?service ?p ?o }",
        "SELECT $service { $service ?p ?o }",
        "SELECT * { _:service ?p ?o }",
        "SELECT * { ?s ?p 'x'@service }",
        "SELECT * { ?s ex:service ?o }",
        "SELECT * { ?s ?p service:x }",
        "SELECT * { ?s service:x ?o . }",
        "PREFIX service: <a:b> SELECT * { ?s ?p ?o }",
        "SELECT * { GRAPH service:x { ?s ?p ?o } }",
        "SELECT * { graph service:x { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o } ORDER BY service:x",
        "SELECT * { ?s ?p ?o } ORDER BY ex:service",
    ],
)
def test_what_only_reads_like_service_is_admitted(text: str) -> None:
    assert admitted(PREFIX + text).form == "SELECT"


@pytest.mark.parametrize(
    ("clauses", "default", "named"),
    [
        (f"FROM <{GRAPH}>", [GRAPH], []),
        (f"from <{GRAPH}> FROM <{OTHER}>", [GRAPH, OTHER], []),
        (f"FROM NAMED <{GRAPH}>", [], [GRAPH]),
        (f"FROM named <{GRAPH}> FROM <{OTHER}>", [OTHER], [GRAPH]),
        ("FROM ex:g", [GRAPH], []),
        ("FROM NAMED ex:h", [], [OTHER]),
        ("FROM ex:a\\.b", ["http://example.org/a.b"], []),
        ("FROM <g>", [BASED], []),
        ("FROM # x\n <\\u0067>", [BASED], []),
    ],
)
def test_the_graphs_of_from_make_the_dataset(
    clauses: str, default: list[str], named: list[str]
) -> None:
    prologue = f"{PREFIX}BASE <http://example.org/base/>\n"
    found = admitted(f"{prologue}SELECT * {clauses} WHERE {{ ?s ?p ?o }}")
    assert found.dataset == (tuple(default), tuple(named))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT * { ?s ?p 'FROM <http://example.org/g>' }",
        "SELECT ?from { ?from <http://example.org/from> ?o }",
        "SELECT * { GRAPH <http://elsewhere.example/> { ?s ?p 'from' } }",
        "SELECT * { ?s <a:from> <http://elsewhere.example/> }",
        "SELECT * { ?s ?p 'from' . NAMED <http://elsewhere.example/> }",
        "SELECT * { ?s ?p 'from' . GRAPH NAMED <http://elsewhere.example/> { } }",
        "ASK FROM WHERE { ?s ?p ?o }",
        "ASK FROM _:g { ?s ?p ?o }",
    ],
)
def test_without_from_there_is_no_dataset(text: str) -> None:
    assert admitted(text).dataset is None


def test_a_namespace_keeps_its_mark_beside_a_base() -> None:
    prologue = "BASE <http://example.org/>\nPREFIX n: <http://example.org/ns#>\n"
    found = admit(prologue + "ASK FROM n:g { ?s ?p ?o }", ["http://example.org/ns#g"], Limits())
    assert found.dataset == (("http://example.org/ns#g",), ())
    assert graphs_matched(prologue + "ASK { GRAPH <#> { } }") == ["http://example.org/#"]


@pytest.mark.parametrize(
    ("clause", "graph"),
    [
        ("FROM <http://elsewhere.example/>", "http://elsewhere.example/"),
        ("FROM NAMED <file:///etc/passwd>", "file:///etc/passwd"),
        (f"FROM <{GRAPH}> FROM <a:b>", "a:b"),
        ("FROM ex:nothing", "http://example.org/nothing"),
        ("FROM unknown:g", "unknown:g"),
        ("FROM <relative>", "relative"),
    ],
)
def test_a_graph_that_the_release_lacks_is_refused_by_name(clause: str, graph: str) -> None:
    status, message = refusal(f"{PREFIX}SELECT * {clause} {{ ?s ?p ?o }}")
    assert status == 403
    assert message.startswith(f"<{graph}> is not a graph of this release")
    assert "; SELECT DISTINCT ?g { GRAPH ?g {} } lists" in message


def test_the_graphs_after_graph_are_matched() -> None:
    prologue = f"{PREFIX}BASE <http://example.org/base/>\n"
    query = """SELECT * FROM <a:no> FROM NAMED <a:no> {
        GRAPH <http://example.org/g> { } graph ex:h { ?s ?p <a:no> } GRAPH <g> { }
        GRAPH ?g { ?s ?p <a:no> } GRAPH unknown:x { } }"""
    assert graphs_matched(prologue + query) == [GRAPH, OTHER, BASED, "unknown:x"]
    assert graphs_matched("SELECT * { ?s ?p <a:b> . NAMED <a:c> }") == []
    assert graphs_matched(prologue + "ASK { GRAPH <> { } }") == ["http://example.org/base/"]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("SELECT * { ?s ?p $o . ?s ?q 1 }", ("s", "p", "o", "q")),
        ("SELECT DISTINCT * { ?s a ?c }", ("s", "c")),
        ("select reduced* { ?s a ?c }", ("s", "c")),
        ("SELECT*{ ?s a ?c }", ("s", "c")),
        ("SELECT#x\nDISTINCT#y\n*{ ?s a ?c }", ("s", "c")),
        ("PREFIX x: <\\u0061:> SELECT * { ?s a ?c }", ("s", "c")),
        ("SELECT \\u002a { ?s a ?c }", ("s", "c")),
        ("SELECT * { ?s ex:p? ?o }", ("s", "o")),
        ("SELECT ?c ?s { ?s a ?c }", ()),
        ("ASK { ?s a ?c }", ()),
        ("CONSTRUCT WHERE { ?s a ?c }", ()),
    ],
)
def test_the_columns_of_a_star_come_in_the_order_of_the_text(
    text: str, columns: tuple[str, ...]
) -> None:
    assert admitted(PREFIX + text).columns == columns


def test_prefixes_are_read_for_graphs_and_for_from() -> None:
    prologue = (
        "# PREFIX no: <http://no.example/>\nPREFIX : <a:>\nprefix ex: <http://example.org/>\n"
        "BASE <http://example.org/base/>\nPREFIX r: <rel#>\nBASE <deeper/>\nPREFIX d: <\\u0078>\n"
        "PREFIX e: <>\n"
    )
    prefixes = {
        "": "a:",
        "ex": "http://example.org/",
        "r": "http://example.org/base/rel#",
        "d": "http://example.org/base/deeper/x",
        "e": "http://example.org/base/deeper/",
    }
    assert admitted(prologue + "CONSTRUCT WHERE { ?s ?p ?o }").prefixes == prefixes
    assert admitted(prologue + "DESCRIBE <a:b>").prefixes == prefixes
    assert admitted(prologue + f"ASK FROM <{GRAPH}> {{ }}").prefixes == prefixes
    assert admitted(prologue + "ASK { }").prefixes == {}


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("ASK { }", True),
        ("SELECT (1 AS ?x) { }", True),
        ("SELECT (NOW() AS ?x) { }", False),
        ("SELECT (now () AS ?x) { }", False),
        ("SELECT (RAND() AS ?x) { }", False),
        ("SELECT (UUID() AS ?x) { }", False),
        ("SELECT (StrUUID\n() AS ?x) { }", False),
        ("SELECT (N\\u004fW() AS ?x) { }", False),
        ("SELECT (<a:know>() AS ?x) { }", True),
        ("SELECT (ex:know(1) AS ?x) { }", True),
        ("SELECT ?now { ?now ?rand 1 }", True),
    ],
)
def test_an_answer_is_fixed_unless_the_clock_or_chance_is_asked(text: str, fixed: bool) -> None:
    assert admitted(text).deterministic is fixed


@pytest.mark.parametrize("opens", ["{", "(", "["])
def test_brackets_nest_as_deep_as_the_limit_and_no_deeper(opens: str) -> None:
    closes = {"{": "}", "(": ")", "[": "]"}[opens]
    limits = Limits(depth=5)
    assert admitted(f"ASK {{ {opens * 4}{closes * 4} }}", limits)
    status, message = refusal(f"ASK {{ {opens * 5}{closes * 5} }}", limits)
    assert status == 400
    assert "deeper than 5 brackets" in message


def test_brackets_that_do_not_nest_and_those_in_strings_do_not_count() -> None:
    limits = Limits(depth=3)
    assert admitted("ASK { " + "{ } ( ) [ ] " * 9 + "}", limits)
    assert admitted("ASK { ?s ?p '{{{{{((((([[[[[' } # {{{{{{", limits)
    assert admitted("ASK { " + "( [ ] ) . ; , | / " * 9 + "}", limits)
    assert admitted("ASK { " + "( [ ] ) " * 9 + "}", limits), "as deep as the limit, no deeper"
    assert refusal("ASK { " + "} { " * 9 + "{ ( [ ] ) } }", limits)[0] == 400


@pytest.mark.parametrize("between", ["{ } ", "( ) ", "[ ] ", ". ; , ", "'(' ", "?x<1||?y>2 "])
def test_nothing_that_stands_between_brackets_makes_them_shallower(between: str) -> None:
    opened = "".join(f"{each} {between * 3}" for each in "{([{")
    assert refusal(f"ASK {opened} }} ] ) }}", Limits(depth=3))[0] == 400
    assert refusal("ASK { FILTER(?x<((1||1))>2) }", Limits(depth=3))[0] == 400


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("abc", "abc"),
        ("\\u0041\\u00e9", "Aé"),
        ("\\U0001F4A3", "\U0001f4a3"),
        ("\\U0010ffff", "\U0010ffff"),
        ("\\U00110000", "\\U00110000"),
        ("\\u004", "\\u004"),
        ("\\U0000004", "\\U0000004"),
        ("\\n\\\\", "\\n\\\\"),
    ],
)
def test_escapes_of_code_points_are_resolved(text: str, plain: str) -> None:
    assert unescaped(text) == plain


@pytest.mark.parametrize(
    ("path", "steps"),
    [("rec:a", 101), ("rec:a*", 300), ("(rec:a|^rec:b)", 300), ("<http://example.org/a/b>", 101)],
)
def test_a_path_of_more_than_a_hundred_steps_is_refused(path: str, steps: int) -> None:
    status, message = refusal(f"{PREFIX}SELECT * {{ ?a {'/'.join([path] * steps)} ?b }}")
    assert (status, message.partition(";")[0]) == (400, "a path has more than 100 steps")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?a " + "/".join(["rec:a"] * 100) + " ?b }",
        "SELECT * { ?a ?b <http://example.org/" + "a/" * 300 + "> }",
        "SELECT (" + " + ".join(["?a/?b"] * 200) + " AS ?x) {}",
        "SELECT * {" + " . ".join(["?a rec:a/rec:b ?b"] * 90) + "}",
    ],
    ids=["a hundred", "an address", "divisions", "many short ones"],
)
def test_other_slashes_are_no_long_path(query: str) -> None:
    assert admit(PREFIX + query, [], Limits()).form == "SELECT"
