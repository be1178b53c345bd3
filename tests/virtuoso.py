"""A real Virtuoso on loopback, for the tests of remote stores."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conftest import require_command
from endpoint_release import await_answer, free_port
from onrecord.releases.remote.sparql_client import Credentials, Store

_INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200

[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx

[Parameters]
ServerPort = 127.0.0.1:{sql_port}
ServerThreads = 20
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
DirsAllowed = {folder}

[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {folder}
ServerThreads = 10

[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryExecutionTime = 60
"""


@contextmanager
def virtuoso(folder: Path, rows: int = 10_000) -> Iterator[Store]:
    """Run a Virtuoso whose files are in a folder; it answers `rows` rows at most."""
    command = require_command("virtuoso-t", "virtuoso-opensource")
    folder.mkdir(parents=True)
    port = free_port()
    ini = folder / "virtuoso.ini"
    ini.write_text(_INI.format(folder=folder, port=port, sql_port=free_port(), rows=rows))
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [command, "+foreground", "+configfile", str(ini)],
            cwd=folder,
            stdout=output,
            stderr=output,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        answers = await_answer(f"{address}/sparql?query=ASK%7B%7D", process, 120)
        assert answers, (folder / "output").read_text(errors="replace")
        yield Store(
            query=f"{address}/sparql",
            update=f"{address}/sparql-auth",
            graphs=f"{address}/sparql-graph-crud-auth",
            credentials=Credentials("dba", "dba"),
        )
    finally:
        # There is nothing to keep, so no checkpoint is waited for.
        process.kill()
        process.wait(30)
