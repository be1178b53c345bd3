"""Pages of a release whose tables are filled with generated rows.

    bench_large.py RELEASES TIMES

RELEASES is a folder with a release of at least 1,000 claims, such as one of a collection of
`onrecord synth`. Its tables are copied into one file TIMES over, with other addresses of claims,
events, sources, series and what belongs to them, so that actors and topics have TIMES as many
claims. The store and the dump stay as they are, as do the words of kept answers: a page shows the
same rows as often, and what is asked of the store is of the size of the release.

Milliseconds are of processor time, of the server and its workers together, of a first request and
of one more; the least of three, each with an empty cache of answers.
"""

import os
import resource
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from flask.testing import FlaskClient

sys.path.insert(0, str(Path(__file__).parent.parent))
from onrecord.releases.release import Release, open_release
from onrecord.releases.tables.answers import kept_queries
from onrecord.releases.tables.definition import INDEXES
from onrecord.releases.tables.projection import TABLES
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread

RENAMED = ("claim", "event", "source", "series", "attestation", "snapshot")
_HTML = {"Accept": "text/html,*/*;q=0.1"}


def enlarge(path: Path, base: str, times: int) -> None:
    """Fill the tables of a file with their rows, TIMES over, under other addresses."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        names = [*INDEXES, *(kept.table for kept in kept_queries().values())]
        indexes = database.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        for name, _ in indexes:
            database.execute(f"DROP INDEX {name}")
        for name in names:
            columns = [row[1] for row in database.execute(f"PRAGMA table_info({name})")]
            copied = ", ".join(_copied(column, name, base) for column in columns)
            database.execute(f"CREATE TEMP TABLE one AS SELECT * FROM {name}")  # noqa: S608
            for number in range(1, times):
                database.execute(
                    f"INSERT INTO {name} SELECT {copied} FROM one",  # noqa: S608
                    {"number": number},
                )
            database.execute("DROP TABLE one")
        # Who and what is named stays one, and so do their counts, each of which is larger.
        for name, column in (("topic", "claims"), ("total", "number")):
            if column in [row[1] for row in database.execute(f"PRAGMA table_info({name})")]:
                database.execute(f"UPDATE {name} SET {column} = {column} * {times}")  # noqa: S608
        database.execute(f"UPDATE answer SET rows = rows * {times}")  # noqa: S608
        _search(database, base, times)
        for _, text in indexes:
            database.execute(text)
        database.commit()


def _copied(column: str, table: str, base: str) -> str:
    """Return the SQL of a column of a copy: its addresses are those of the copy."""
    if column == "number" and table.startswith("answer_"):
        return "number + :number * (SELECT max(number) FROM one)"
    if column == "cells":
        return "cells"
    cases = []
    for kind in RENAMED:
        start = f"{base}{kind}/"
        rest = f'substr("{column}", {len(start) + 1})'
        cases.append(
            f"WHEN \"{column}\" LIKE '{start}%' THEN '{start}copy' || :number || '-' || {rest}"
        )
    kinds = " ".join(cases)
    return f'CASE {kinds} ELSE "{column}" END'


def _search(database: sqlite3.Connection, base: str, times: int) -> None:
    """Copy the documents of search, claims last, and make their indexes anew."""
    columns = "kind, thing, name, detail, words, about"
    database.execute("CREATE TEMP TABLE one AS SELECT * FROM document ORDER BY number")
    database.execute("DELETE FROM document")
    database.execute("INSERT INTO document SELECT * FROM one WHERE kind <> 'claim'")
    # The order of claims is that of their days, so copies of one stand together.
    thing = _copied("thing", "", base).replace(":number", "copy.number")
    database.execute(
        "CREATE TEMP TABLE copy AS WITH RECURSIVE many(number) AS"
        " (SELECT 0 UNION ALL SELECT number + 1 FROM many WHERE number < :last)"
        " SELECT number FROM many",
        {"last": times - 1},
    )
    thing = f"CASE WHEN copy.number THEN {thing} ELSE thing END"
    database.execute(
        f"INSERT INTO document ({columns}) SELECT kind, {thing}, name, detail, words, about"  # noqa: S608
        " FROM one, copy WHERE kind = 'claim' ORDER BY one.number, copy.number"
    )
    database.execute("DROP TABLE one")
    database.execute("DELETE FROM span")
    database.execute(
        "INSERT INTO span SELECT kind, min(number), max(number) FROM document GROUP BY kind"
    )
    database.execute("INSERT INTO word (word) VALUES ('rebuild')")
    database.execute("INSERT INTO word (word) VALUES ('optimize')")


def addresses(release: Release) -> Iterator[tuple[str, str]]:
    """Yield what is asked for: its name and its address."""
    base = str(release.manifest["base"])
    with closing(sqlite3.connect(release.path / TABLES)) as database:

        def one(text: str) -> str:
            return str(database.execute(text).fetchone()[0])

        topic = one("SELECT topic FROM topic ORDER BY claims DESC LIMIT 1")
        actor = one("SELECT actor FROM claim_speaker GROUP BY actor ORDER BY count(*) DESC LIMIT 1")
        claim = one(
            "SELECT claim FROM claim WHERE claim NOT LIKE '%/copy%'"
            " ORDER BY said_from DESC LIMIT 1 OFFSET 100"
        )
        series = one(
            "SELECT series FROM series_outcome GROUP BY series"
            " ORDER BY series LIKE '%/copy%', sum(number) DESC LIMIT 1"
        )
        day = one("SELECT said_to FROM claim WHERE said_to IS NOT NULL ORDER BY said_to"
                  " LIMIT 1 OFFSET (SELECT count(said_to) / 2 FROM claim)")  # fmt: skip
    of_topic = f"/q/claims-on-topic-by-date?topic={quote(topic.removeprefix(base))}"
    for kind, thing in (("topic", topic), ("actor", actor), ("claim", claim), ("series", series)):
        yield kind, f"/{thing.removeprefix(base)}.html"
    yield "home", "/"
    yield "newest", "/claim/"
    yield "month", f"{of_topic}&from={day[:7]}-01&to={day[:7]}-28"
    yield "page 50 of a topic", f"{of_topic}&start=5001"
    yield "as of an earlier day", f"/q/as-of?day={day}"
    yield "search", "/search?q=report+of+output"
    yield "openapi", "/openapi.json"
    for name in sorted(kept_queries()):
        yield f"query {name}", f"/q/{name}"


def processor_time() -> float:
    """Return the seconds of processor time of this process and of all below it."""
    total = 0.0
    mine = {os.getpid()}
    for process in sorted(Path("/proc").glob("[0-9]*"), key=lambda path: int(path.name)):
        try:
            fields = (process / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(process.name) in mine or int(fields[1]) in mine:
            mine.add(int(process.name))
            total += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    own = resource.getrusage(resource.RUSAGE_SELF)
    # Ticks are of 10 ms; of this process more is known.
    ticks = (Path("/proc") / str(os.getpid()) / "stat").read_text().rpartition(")")[2].split()
    rough = sum(map(int, ticks[11:13])) / os.sysconf("SC_CLK_TCK")
    return total - rough + own.ru_utime + own.ru_stime


def measure(client: FlaskClient, clear: object, address: str) -> tuple[float, float, int, int]:
    """Return milliseconds of a first request and of one more, the bytes, and the status."""
    first, again = [], []
    for _ in range(3):
        clear()  # type: ignore[operator]
        start = processor_time()
        response = client.get(address, headers={**_HTML, "Cache-Control": "no-cache"})
        size = len(response.data)
        first.append(1000 * (processor_time() - start))
        start = time.process_time()
        client.get(address, headers=_HTML, buffered=True)
        again.append(1000 * (time.process_time() - start))
    return min(first), min(again), size, response.status_code


def copy_or_link(source: str, place: str) -> str:
    """Copy a file that is to be changed; of others a link will do, which are larger."""
    if Path(source).name == TABLES:
        shutil.copy2(source, place)
    else:
        os.link(source, place)
    return place


def main() -> None:
    """Copy a release, enlarge its tables, and print a line for each page."""
    source, times = open_release(Path(sys.argv[1])), int(sys.argv[2])
    with tempfile.TemporaryDirectory(dir=Path(sys.argv[1]).parent) as name:
        folder = Path(name)
        shutil.copytree(source.path, folder / "releases" / source.name, copy_function=copy_or_link)
        (folder / "releases" / "latest").symlink_to(source.name)
        release = open_release(folder / "releases")
        tables = release.path / TABLES
        start = time.process_time()
        if times > 1:
            enlarge(tables, str(release.manifest["base"]), times)
        with closing(sqlite3.connect(tables)) as database:
            count = database.execute("SELECT count(*) FROM claim").fetchone()[0]
        took = time.process_time() - start
        print(f"{count:,} claims, {tables.stat().st_size / 1e6:,.0f} MB, filled in {took:,.0f} s")
        print("| page | ms | ms again | KB |")
        print("|---|---|---|---|")
        start = time.process_time()
        with endpoint_in_thread(Settings(release.path.parent, folder / "cache")) as endpoint:
            client = create_app(endpoint).test_client()
            client.get("/")
            print(
                f"| opening and the first page | {1000 * (time.process_time() - start):.0f} | | |"
            )
            for page, address in addresses(release):
                first, again, size, status = measure(client, endpoint.answer_cache.clear, address)
                failed = "" if status == 200 else f" ({status})"
                print(
                    f"| {page}{failed} | {first:.0f} | {again:.1f} | {size / 1000:.0f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
