"""Any data by any shapes: four syntaxes, several files, both engines, each finding in its place."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph

from conftest import w3c_suite
from onrecord.cli.main import main
from onrecord.errors import UsageError
from onrecord.rdf.region import Region
from onrecord.rdf.xsd import silence_literal_warnings
from onrecord.validation.data_files import data_files, graph_of, located_triples_in
from onrecord.validation.finding import Finding
from onrecord.validation.formats.text import render
from onrecord.validation.validate_files import validate_files

HERE = Path(__file__).parent
GENERIC = HERE / "reports" / "generic"
OWN = [
    path for path in (HERE / "shacl").iterdir() if path.suffix in (".ttl", ".trig", ".nt", ".nq")
]
PREFIXES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <https://tide.example/> .
"""


def check(folder: Path, shapes: str, data: str, suffix: str = ".ttl") -> tuple[Finding, ...]:
    (folder / "shapes.ttl").write_text(PREFIXES + shapes, encoding="utf-8")
    prefixes = PREFIXES if suffix in (".ttl", ".trig") else ""
    (folder / f"data{suffix}").write_text(prefixes + data, encoding="utf-8")
    return validate_files([folder / f"data{suffix}"], [folder / "shapes.ttl"], "fast").findings


def text_at(region: Region) -> str:
    """Return what stands at a place within one line."""
    line = Path(region.file).read_text(encoding="utf-8").splitlines()[region.line - 1]
    assert region.line == region.end_line
    return line[region.column - 1 : region.end_column - 1]


SHAPES = ":s sh:targetSubjectsOf :height ; sh:property [ sh:path :height ; sh:maxInclusive 5 ] ."
TALL = '"7"^^<http://www.w3.org/2001/XMLSchema#integer>'
TRIPLE = f"<https://tide.example/x> <https://tide.example/height> {TALL}"


@pytest.mark.parametrize(
    ("suffix", "data", "written"),
    [
        (".ttl", ":x :height 3 , 7 .", "7"),
        (".trig", ":g { :x :height 3 , 7 }", "7"),
        (".trig", "GRAPH _:g { [ :height 7 ] . }", "7"),
        (".nt", f"# one\n{TRIPLE} .", TALL),
        (".nq", f"{TRIPLE} <https://tide.example/g> .", TALL),
        (".nq", f"{TRIPLE} _:g .", TALL),
    ],
)
def test_a_value_is_found_where_it_is_written_in_each_syntax(
    tmp_path: Path, suffix: str, data: str, written: str
) -> None:
    (finding,) = check(tmp_path, SHAPES, data, suffix)
    assert finding.region is not None
    assert text_at(finding.region) == written


@pytest.mark.parametrize(
    ("shapes", "data", "at", "related"),
    [
        ("sh:lessThan :high", ":x a :C ; :p 5 ; :high 9 , 3 , 5 .", ["5"], ["3", "5"]),
        ("sh:lessThanOrEquals :high", ":x a :C ; :p 5 ; :high 9 , 3 , 5 .", ["5"], ["3"]),
        ("sh:lessThan :high", ':x a :C ; :p 5 ; :high "a" .', ["5"], ['"a"']),
        ("sh:disjoint :q", ":x a :C ; :p :a , :b ; :q :c , :b .", [":b"], [":b"]),
        ("sh:equals :q", ":x a :C ; :p :a , :b ; :q :b , :c .", [":a"], [":b", ":c"]),
        ("sh:equals :q", ":x a :C ; :p :b ; :q :b , :c .", [":c"], [":b"]),
        (
            'sh:sparql [ sh:select "SELECT $this ?value ?other ?odd'
            " { $this $PATH ?value ; <https://tide.example/next> ?other ."
            ' ?other <https://tide.example/p> ?odd . FILTER(?odd != ?value) }" ]',
            ":x a :C ; :p 1.50 ; :next :y . :y :p 2.50 .",
            ["1.50"],
            [":y", "2.50"],
        ),
    ],
)
def test_a_constraint_over_two_nodes_shows_the_other_side(
    tmp_path: Path, shapes: str, data: str, at: list[str], related: list[str]
) -> None:
    shape = f":s sh:targetClass :C ; sh:property [ sh:path :p ; {shapes} ] ."
    found = [each for each in check(tmp_path, shape, data) if each.region]
    regions = {each.region: each.related for each in found}
    texts = [
        (text_at(region), [text_at(each) for each in regions[region]])
        for region in regions
        if region
    ]
    assert (at[0], related) in texts


def test_a_query_is_quoted_in_the_form_that_the_file_has(tmp_path: Path) -> None:
    shape = (
        ":s sh:targetClass :C ; sh:property [ sh:path :p ; sh:sparql [ sh:select"
        ' "SELECT $this ?value { $this $PATH ?value }" ] ] .'
    )
    (finding,) = check(tmp_path, shape, ":x a :C ; :p 2.50 .")
    assert finding.value == "2.50"
    assert finding.region is not None
    assert text_at(finding.region) == "2.50"


def test_several_files_of_shapes_and_folders_of_data(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(PREFIXES + ":s sh:targetClass :C ; sh:property :named .")
    (tmp_path / "b.ttl").write_text(PREFIXES + ":named sh:path :name ; sh:minCount 1 .")
    (tmp_path / "data" / "deep").mkdir(parents=True)
    (tmp_path / "data" / "folder.ttl").mkdir()
    (tmp_path / "data" / "one.ttl").write_text(PREFIXES + ":one a :C .")
    (tmp_path / "data" / "deep" / "two.trig").write_text(PREFIXES + ":g { :two a :C . }")
    (tmp_path / "data" / "readme.txt").write_text("no data")
    files = data_files([tmp_path / "data"])
    assert [path.name for path in files] == ["two.trig", "one.ttl"]
    found = validate_files(files, [tmp_path / "a.ttl", tmp_path / "b.ttl"], "fast").findings
    assert [finding.focus.rpartition("/")[2] for finding in found] == ["two", "one"]


def test_blank_nodes_of_two_files_are_two(tmp_path: Path) -> None:
    for name, data in (("a", "_:x a :C ; :p 1 ."), ("b", "_:x :p 2 .")):
        (tmp_path / f"{name}.ttl").write_text(PREFIXES + data)
    (tmp_path / "s.ttl").write_text(
        PREFIXES + ":s sh:targetClass :C ; sh:property [ sh:path :p ; sh:maxCount 1 ] ."
    )
    files = [tmp_path / "a.ttl", tmp_path / "b.ttl"]
    for engine in ("fast", "pyshacl"):
        assert validate_files(files, [tmp_path / "s.ttl"], engine).findings == ()  # type: ignore[arg-type]


def test_both_engines_find_the_same_in_the_same_places() -> None:
    files = [GENERIC / name for name in ("stations.ttl", "readings.trig", "people.nt", "more.nq")]
    fast, reference = (
        [
            (each.region, each.shape, each.component, each.focus, each.path, each.value)
            for each in validate_files(files, [GENERIC / "shapes.ttl"], engine).findings  # type: ignore[arg-type]
        ]
        for engine in ("fast", "pyshacl")
    )
    # pySHACL does not say what else a query selects, by which two of the findings differ.
    assert list(dict.fromkeys(fast)) == reference
    assert (len(fast), len(reference)) == (16, 15)


def test_a_shape_in_place_goes_by_the_name_around_it(tmp_path: Path) -> None:
    shapes = (
        ":outer sh:targetClass :C ; sh:property [ sh:path :p ; sh:node"
        " [ sh:property [ sh:path :q ; sh:minCount 1 ] ] ] ."
    )
    (finding,) = check(tmp_path, shapes, ":x a :C ; :p :y .")
    assert finding.shape == "https://tide.example/outer"


def test_files_that_do_not_parse_are_all_named_and_no_shape_is_asked(tmp_path: Path) -> None:
    (tmp_path / "s.ttl").write_text(PREFIXES + ":s sh:targetClass :C ; sh:nodeKind sh:Literal .")
    for name in ("a", "b"):
        (tmp_path / f"{name}.ttl").write_text(PREFIXES + ":x a :C .\n:x :p")
    (tmp_path / "c.ttl").write_text(PREFIXES + ":x a :C .")
    files = [tmp_path / f"{name}.ttl" for name in "abc"]
    found = validate_files(files, [tmp_path / "s.ttl"], "fast").findings
    assert [(each.shape, each.region and Path(each.region.file).name) for each in found] == [
        ("syntax", "a.ttl"),
        ("syntax", "b.ttl"),
    ]


@pytest.mark.parametrize(
    "shapes", ["", ":x :height 7 .", ":s a sh:NodeShape ; sh:nodeKind sh:IRI ."]
)
def test_shapes_that_look_at_nothing_are_wrong_and_pass_nothing(
    tmp_path: Path, shapes: str
) -> None:
    check(tmp_path, shapes, ":x :height 7 .")
    command = ["check", "--shapes", str(tmp_path / "shapes.ttl"), str(tmp_path / "data.ttl")]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 3
    assert "has a target" in result.stdout


def test_shapes_that_do_not_parse_are_named_with_their_place(tmp_path: Path) -> None:
    (finding,) = check(tmp_path, ":s sh:targetClass", "")
    assert finding.shape == "shapes"
    assert finding.region is not None
    assert finding.region.file.endswith("shapes.ttl")


@pytest.mark.parametrize(
    ("name", "words"),
    [("none.ttl", "no such file"), ("notes.txt", "not RDF by its name"), ("empty", "no .ttl")],
)
def test_what_is_no_data_is_a_wrong_command(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "notes.txt").write_text("")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match=words):
        data_files([tmp_path / name])


@pytest.mark.parametrize(
    ("data", "at"),
    [
        (":x :p <<( :a :b :c )>> .", "<<("),
        (":x :p :y {| :q 1 |} .", "{|"),
        (':x :p "x"@en--ltr .', "--ltr"),
    ],
)
def test_what_rdf_1_1_does_not_have_is_refused_in_its_place(
    tmp_path: Path, data: str, at: str
) -> None:
    (finding,) = check(tmp_path, SHAPES, data)
    assert (finding.shape, finding.region and finding.region.line) == ("syntax", 4)
    assert finding.region is not None
    assert finding.region.column == data.index(at) + 1


def test_what_is_nested_too_deep_to_be_placed_is_unreadable_and_no_mistake_of_ours(
    tmp_path: Path,
) -> None:
    (tmp_path / "s.ttl").write_text(PREFIXES + SHAPES)
    nested = f":x :p {'[ :p ' * 3_000}1{' ]' * 3_000} ; :height 7 ."
    (tmp_path / "a.ttl").write_text(PREFIXES + nested)
    command = ["check", "--shapes", str(tmp_path / "s.ttl"), str(tmp_path / "a.ttl")]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 4
    assert "too deep" in result.stderr


@pytest.mark.parametrize("option", ["--fix", "--collection=.", "--archive=."])
def test_an_option_about_records_says_nothing_of_other_data(option: str) -> None:
    command = ["check", "--shapes", str(GENERIC / "shapes.ttl"), str(GENERIC), option]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert option.partition("=")[0] in line


def test_a_folder_of_shapes_is_all_of_them(tmp_path: Path) -> None:
    (tmp_path / "shapes").mkdir()
    (tmp_path / "shapes" / "a.ttl").write_text(PREFIXES + SHAPES)
    (tmp_path / "shapes" / "b.ttl").write_text(
        PREFIXES
        + ":t sh:targetSubjectsOf :height ; sh:property [ sh:path :name ; sh:minCount 1 ] ."
    )
    (tmp_path / "data.ttl").write_text(PREFIXES + ":x :height 7 .")
    command = ["check", "--shapes", str(tmp_path / "shapes"), str(tmp_path / "data.ttl")]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 1
    assert result.stdout.count("violation") == 2


def test_an_empty_value_is_shown_as_one(tmp_path: Path) -> None:
    shapes = ":s sh:targetSubjectsOf :name ; sh:property [ sh:path :name ; sh:minLength 1 ] ."
    assert '; value ""; shape' in render(check(tmp_path, shapes, ':x :name "" .'))
    assert (
        "value"
        not in render(
            check(
                tmp_path, SHAPES.replace("sh:maxInclusive 5", "sh:maxCount 1"), ":x :height 1 , 2 ."
            )
        ).partition("(")[2]
    )


def aligned(files: Sequence[Path]) -> bool:
    """Say whether the triples with places have the blank nodes of those without."""
    with silence_literal_warnings():
        with_regions: Graph = Graph()
        for triple in located_triples_in(files):
            with_regions.add((triple.subject, triple.predicate, triple.object))
        return set(with_regions) == set(graph_of(files))


def test_blank_nodes_of_our_files_have_one_name_in_both_readings() -> None:
    assert all(aligned([path]) for path in OWN)


def test_blank_nodes_of_the_w3c_files_have_one_name_in_both_readings() -> None:
    files = list(w3c_suite("shacl").rglob("*.ttl"))
    assert len(files) == 150
    for path in files:
        assert aligned([path]), path


NODES = st.recursive(
    st.sampled_from([":a", "_:b", "_:c", "1", '"x"', "[]", "()"]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda items: f"( {' '.join(items)} )"),
        st.lists(st.tuples(st.sampled_from([":p", ":q"]), inner), min_size=1, max_size=3).map(
            lambda pairs: f"[ {' ; '.join(f'{verb} {item}' for verb, item in pairs)} ]"
        ),
    ),
    max_leaves=10,
)


@settings(max_examples=150)
@given(st.lists(st.tuples(st.sampled_from([":a", "_:b", "[]"]), NODES), max_size=5))
def test_however_nodes_are_nested_and_joined_they_are_told_apart(
    tmp_path_factory: pytest.TempPathFactory, statements: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("alignment") / "file.ttl"
    path.write_text(PREFIXES + "\n".join(f"{subject} :p {node} ." for subject, node in statements))
    assert aligned([path])


def test_a_long_list_of_empty_nodes_is_told_apart_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "file.ttl"
    path.write_text(f"<urn:x> <urn:p> ( {'[] ' * 5_000}) .")
    assert aligned([path])


LINES = """\
# a comment
<urn:x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://tide.example/C> .
<urn:y> <urn:a> <urn:aside> .
<urn:x>\t<urn:a>\t<urn:m1>\t.
<urn:m1><urn:b><urn:m2>.
<urn:m2> <urn:b> _:m3 .
_:m3 <urn:c> "v\\u0061lue"@en .
<urn:x> <urn:d> "1 <urn:x> 2" .
"""


@pytest.mark.parametrize("suffix", [".nt", ".nq", ".ttl"])
@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        ("( <urn:a> <urn:b> <urn:b> <urn:c> )", 7, 14),
        ("( <urn:a> [ sh:oneOrMorePath <urn:b> ] <urn:c> )", 7, 14),
        ("<urn:d>", 8, 17),
        ("( <urn:a> <urn:b> )", 5, 16),
    ],
)
def test_a_value_far_away_is_found_though_only_some_lines_are_read(
    tmp_path: Path, suffix: str, path: str, line: int, column: int
) -> None:
    (tmp_path / "s.ttl").write_text(
        f"{PREFIXES}:s sh:targetClass :C ; sh:property [ sh:path {path} ; sh:in () ] ."
    )
    (tmp_path / f"d{suffix}").write_text(LINES)
    found = validate_files([tmp_path / f"d{suffix}"], [tmp_path / "s.ttl"], "fast").findings
    regions = [(each.region.line, each.region.column) for each in found if each.region]
    assert (line, column) in regions
    assert len(regions) == len(found)
