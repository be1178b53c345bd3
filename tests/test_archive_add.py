"""Articles added to an archive: what is kept, recorded and checked, and what no longer stands."""

import gzip
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onrecord.archiving.layer_file import layer_of
from onrecord.archiving.made_text import place_of
from onrecord.cli.main import main
from onrecord.records.archive import open_archive
from onrecord.records.passage import find
from scripted_server import Peer, scripted_server
from simple_pdf import pdf_of

PAGES = Path(__file__).parent / "archived"
ATTESTED = """
@prefix code: <https://w3id.org/onrecord/code#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix rec: <https://w3id.org/onrecord/ns#> .
@prefix schema: <https://schema.org/> .
<{base}attestation/added>
    a rec:Attestation ;
    rec:attests <{base}claim/loaves-in-june> ;
    rec:mode code:{mode} ;
    rec:attribution code:named ;
    rec:passage [
        oa:hasSource <{base}snapshot/{snapshot}> ; rec:start {start} ; rec:end {end} ; {words}
    ] ;
    rec:recordedIn <{base}curation/reading> .
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)), catch_exceptions=False)


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    assert run("new", folder).exit_code == 0
    return folder


def add(collection: Path, source: str | Path, *options: str) -> Result:
    archive = collection / "archive"
    return run("archive", "add", source, "--archive", archive, "--collection", collection, *options)


def check(collection: Path) -> Result:
    return run("check", "--collection", collection, "--archive", collection / "archive")


def recorded(collection: Path, words: str) -> Path:
    return next(path for path in collection.glob("*.ttl") if words in path.read_text("utf-8"))


def attest(collection: Path, snapshot: str, text: str, words: str, *, kept: bool = True) -> None:
    """Record a passage of a snapshot, with its words or only their hash."""
    place = next(find(text, words))
    said = f'rec:words "{words}"' if kept else f'schema:sha256 "{place.sha256}"'
    values = {"snapshot": snapshot, "start": place.start, "end": place.end, "words": said}
    values["mode"] = "direct" if kept else "indirect"
    record = ATTESTED.format(base="https://example.org/desk/", **values)
    (collection / "added.ttl").write_text(record, encoding="utf-8")


FORMS = {
    "quotations.html": ("We will not wait. He told me ‘never again’ in the yard.", "/p[3]"),
    "bulletin.pdf": ("We will open in May", "page=1"),
    "turns.vtt": ("We will not wait & see.", "t=1,3.5"),
    "reply.eml": ("Can you open in May, as you told the town?", "line=5,6"),
}


@pytest.mark.parametrize("name", FORMS)
def test_from_a_file_to_a_checked_passage_and_one_byte_changed(
    name: str, collection: Path, tmp_path: Path
) -> None:
    source = PAGES / name
    if name.endswith(".pdf"):
        source = tmp_path / name
        source.write_bytes(pdf_of(["“We will open in May,” said Ada Holm."]))
    words, place = FORMS[name]
    result = add(collection, source, "--published", "2026-01-02", "--publisher", "Quay News")
    assert result.exit_code == 0, result.output
    digest = result.stdout.strip()
    archive = open_archive([collection / "archive"])
    text, layer = archive.text(digest), layer_of(archive, digest)
    assert text is not None
    assert layer is not None
    assert archive.files[layer.bytes_sha256].read_bytes() == source.read_bytes()
    found = next(find(text, words))
    assert place_of(layer.blocks, found.start, found.end).endswith(place)
    written = recorded(collection, digest)
    snapshot = f"{written.stem}-text"
    attest(collection, snapshot, text, words)
    assert "2 verified, 0 broken" in check(collection).output
    files = [archive.files[layer.bytes_sha256], archive.files[digest]]
    files += (collection / "archive").glob("*.layer.json")
    for path in files:
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        checked = check(collection)
        assert checked.exit_code == 1, path
        assert "another SHA-256" in checked.output
        path.write_bytes(whole)
    assert check(collection).exit_code == 0


def test_a_quotation_beside_the_article_is_counted_and_listed(collection: Path) -> None:
    page = (PAGES / "quotations.html").read_text(encoding="utf-8")
    path = collection.parent / "with-aside.html"
    aside = "<aside><ul><li>Mayor: “We need more boats”</li></ul></aside></body>"
    path.write_text(page.replace("</body>", aside), encoding="utf-8")
    told = add(collection, path).stderr
    assert "quotations: 7 in the page, 5 in the text" in told
    assert "not in the text, outside the article: Mayor: “We need more boats”" in told


def test_the_records_say_what_the_page_says_of_itself(collection: Path) -> None:
    result = add(collection, PAGES / "quotations.html")
    written = (collection / "the-northport-fuse-line-to-open-in.ttl").read_text(encoding="utf-8")
    for line in (
        'schema:name "Fuse line to open in May"@en',
        "schema:url <https://herald.example/news/fuse-line>",
        'schema:name "The Northport Herald"@en',
        'dcterms:date "2025-03-12"^^edtf:EDTF ; rec:basis code:explicit ;'
        ' rec:asStated "12 March 2025"',
        'rec:madeWith "onrecord"',
    ):
        assert line in written
    assert "quotations: 6 in the page, 5 in the text" in result.stderr
    assert "not in the text, struck out: 3,000" in result.stderr
    assert "soft hyphen removed (2)" in result.stderr
    assert "decomposed (NFD)" in result.stderr
    archive = collection / "archive"
    assert result.stderr.endswith(
        f"next: onrecord review {result.stdout.strip()} --collection {collection}"
        f" --archive {archive}\n"
    )


def test_the_same_bytes_are_the_same_snapshot(collection: Path) -> None:
    first = add(collection, PAGES / "reply.eml")
    files = sorted(collection.rglob("*"))
    again = add(collection, PAGES / "reply.eml")
    assert again.stdout == first.stdout
    assert "as before: the same bytes" in again.stderr
    assert "on record already: https://example.org/desk/source/re-line" in again.stderr
    assert sorted(collection.rglob("*")) == files


def test_a_changed_page_is_a_new_snapshot_and_what_fell_is_listed(
    collection: Path, tmp_path: Path
) -> None:
    page = (PAGES / "quotations.html").read_text(encoding="utf-8")
    added = add(collection, PAGES / "quotations.html", "--published", "2026-01-02")
    archive = open_archive([collection / "archive"])
    text = archive.text(added.stdout.strip()) or ""
    snapshot = "the-northport-fuse-line-to-open-in-text"
    attest(collection, snapshot, text, "We will not wait.")
    changed = tmp_path / "changed.html"
    changed.write_text(page.replace("We will not wait.", "We will not wait"), encoding="utf-8")
    result = add(collection, changed)
    assert "new snapshot https://example.org/desk/source/the-northport-" in result.stderr
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("no longer")]
    assert line.startswith("no longer stands: https://example.org/desk/attestation/added at ")
    assert line.endswith(": We will not wait.")
    assert check(collection).exit_code == 0
    # words that the page still has are said to stand, although they have moved
    moved = tmp_path / "moved.html"
    moved.write_text(page.replace("Director Ada", "The director Ada"), encoding="utf-8")
    assert "every passage on record still stands" in add(collection, moved).stderr


def test_prose_that_is_on_record_by_its_hash_is_missed_too(
    collection: Path, tmp_path: Path
) -> None:
    added = add(
        collection, PAGES / "outside.html", "--published", "2026-01-02", "--publisher", "Quay"
    )
    text = open_archive([collection / "archive"]).text(added.stdout.strip()) or ""
    written = recorded(collection, added.stdout.strip())
    attest(collection, f"{written.stem}-text", text, "The harbour will close", kept=False)
    assert check(collection).exit_code == 0
    changed = tmp_path / "changed.html"
    page = (PAGES / "outside.html").read_text(encoding="utf-8")
    changed.write_text(page.replace("harbour will close", "harbour may close"), encoding="utf-8")
    result = add(collection, changed, "--source", written.stem)
    assert ": The harbour will close" in result.stderr


def test_other_bytes_with_the_same_text_keep_a_way_back_of_their_own(
    collection: Path, tmp_path: Path
) -> None:
    add(collection, PAGES / "quotations.html")
    other = tmp_path / "other.html"
    page = (PAGES / "quotations.html").read_text(encoding="utf-8")
    other.write_text(page.replace("<body>", "<body><div></div>"), encoding="utf-8")
    result = add(collection, other)
    assert "every passage on record still stands" in result.stderr
    assert len(list((collection / "archive").glob("*.layer.json"))) == 2
    assert check(collection).exit_code == 0


def test_what_cannot_be_read_is_kept_alone_and_the_rest_goes_on(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing")
    missing = tmp_path / "missing.html"
    sources = (broken, missing, PAGES / "turns.vtt")
    result = run("archive", "add", *sources, "--archive", tmp_path / "a")
    assert result.exit_code == 2
    assert len(result.stdout.splitlines()) == 2
    assert f"{broken}: the PDF cannot be read" in result.stderr
    assert result.stderr.splitlines()[-1].startswith(f"onrecord: {missing}: cannot be read")
    assert sorted(path.suffix for path in (tmp_path / "a").iterdir()) == [
        ".json", ".pdf", ".txt", ".vtt",
    ]  # fmt: skip


def test_words_that_only_the_page_marks_as_somebodys_are_quoted(collection: Path) -> None:
    said = ("--published", "2026-01-02")
    added = add(collection, PAGES / "quotations.html", *said)
    text = open_archive([collection / "archive"]).text(added.stdout.strip()) or ""
    snapshot = "the-northport-fuse-line-to-open-in-text"
    attest(collection, snapshot, text, "The line opens in May and will make two million fuses")
    assert "2 verified, 0 broken" in check(collection).output
    attest(collection, snapshot, text, "The plant will make 30,000 fuses a month")
    assert "the words are not in quotation marks in the source" in check(collection).output


def test_a_source_without_publisher_is_said_to_lack_one(collection: Path) -> None:
    assert "it names no publisher" in add(collection, PAGES / "outside.html").stderr
    assert "it names no publisher" not in add(collection, PAGES / "quotations.html").stderr


def test_options_of_a_source_need_its_collection(tmp_path: Path) -> None:
    result = run("archive", "add", PAGES / "turns.vtt", "--title", "x", "--archive", tmp_path)
    assert result.exit_code == 2
    assert "name the collection of the source with --collection DIR" in result.stderr


def test_an_encoding_can_be_named(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_bytes("Ј".encode("iso8859-5"))
    result = run("archive", "add", letter, "--charset", "iso-8859-5", "--archive", tmp_path / "a")
    assert (tmp_path / "a" / f"{result.stdout.strip()}.txt").read_text("utf-8") == "Ј"
    refused = run("archive", "add", letter, "--charset", "x-none", "--archive", tmp_path / "a")
    assert "--charset x-none: no such encoding" in refused.stderr
    assert refused.exit_code == 2


@pytest.fixture
def site() -> Iterator[str]:
    page = (PAGES / "outside.html").read_bytes()

    def script(peer: Peer) -> None:
        path = peer.request.split(" ")[1]
        if path == "/robots.txt":
            body = b"User-agent: *\nDisallow: /private/\nAllow: /private/press\n"
            peer.connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s"
                % (len(body), body)
            )
        elif path == "/old":
            peer.send("HTTP/1.1 301 Moved\r\nLocation: /news#top\r\nContent-Length: 0\r\n\r\n")
        elif path == "/loop":
            peer.send("HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n")
        elif path == "/out":
            where = "file:///etc/passwd"
            peer.send(f"HTTP/1.1 302 Found\r\nLocation: {where}\r\nContent-Length: 0\r\n\r\n")
        elif path in ("/news", "/private/press"):
            peer.connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
                b"Content-Length: %d\r\n\r\n%s" % (len(page), page)
            )
        else:
            peer.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    with scripted_server(script) as server:
        yield f"http://127.0.0.1:{server.port}"


def test_an_address_is_fetched_recorded_and_written_to_a_warc(
    site: str, collection: Path, tmp_path: Path
) -> None:
    warc = tmp_path / "fetched.warc.gz"
    result = add(collection, f"{site}/old", "--private", "--warc", str(warc))
    assert result.exit_code == 0, result.output
    written = recorded(collection, "rec:retrievedAt")
    record = written.read_text(encoding="utf-8")
    assert f'rec:retrievedFrom "{site}/news"^^xsd:anyURI' in record
    assert f'rec:robots "{site}/robots.txt: no rule for it"' in record
    assert check(collection).exit_code == 0
    (noted,) = (collection / "archive").glob("*.fetched.jsonl")
    assert json.loads(noted.read_text())["address"] == f"{site}/news"
    # what was written out is read back as the same page
    again = run("archive", "add", warc, "--archive", tmp_path / "again")
    assert again.stdout == result.stdout
    kept = next((tmp_path / "again").glob("*.html"))
    assert sha256(kept.read_bytes()).hexdigest() == kept.stem
    assert kept.read_bytes() == (PAGES / "outside.html").read_bytes()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/private/x", "robots.txt does not allow it (Disallow: /private/)"),
        ("/loop", "more than 5 redirects"),
        ("/out", "not an address that can be fetched"),
        ("/none", "the server says 404 Not Found"),
    ],
)
def test_what_is_not_fetched(site: str, path: str, said: str, tmp_path: Path) -> None:
    result = run("archive", "add", f"{site}{path}", "--private", "--archive", tmp_path / "a")
    assert result.exit_code != 0
    assert said in result.stderr
    assert result.stdout == ""
    assert not (tmp_path / "a").exists()


def test_the_longest_rule_of_a_robots_txt_decides(site: str, tmp_path: Path) -> None:
    result = run("archive", "add", f"{site}/private/press", "--private", "--archive", tmp_path)
    assert f"allowed by {site}/robots.txt: Allow: /private/press" in result.stderr


def test_this_machine_is_not_asked_unless_it_is_allowed(site: str, tmp_path: Path) -> None:
    result = run("archive", "add", f"{site}/news", "--archive", tmp_path / "a")
    assert result.exit_code == 1
    assert "127.0.0.1: an address of a private network or of this machine" in result.stderr


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"WARC/1.0\r\nWARC-Type: ", "cannot be read within 280 MB"),
        (
            b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://e.example/\r\n"
            b"Content-Type: application/http\r\nContent-Length: 500000000\r\n\r\n"
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
            "unpacks to more than 256 MB",
        ),
    ],
    ids=["header", "body"],
)
def test_a_warc_that_unpacks_without_end_is_given_up(
    head: bytes, said: str, tmp_path: Path
) -> None:
    packed = tmp_path / "bomb.warc.gz"
    with gzip.open(packed, "wb") as file:
        file.write(head)
        for _ in range(400):
            file.write(b" " * 1_000_000)
    result = run("archive", "add", packed, "--archive", tmp_path / "a")
    assert result.exit_code == 1
    assert said in result.stderr


def test_a_warc_without_a_page_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty.warc").write_bytes(b"WARC/1.0\r\nWARC-Type: warcinfo\r\n\r\n")
    result = run("archive", "add", tmp_path / "empty.warc", "--archive", tmp_path / "a")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
