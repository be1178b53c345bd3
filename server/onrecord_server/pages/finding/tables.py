"""The tables of a release, opened for one request."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from onrecord.releases.release import Release
from onrecord.releases.tables.search import open_tables
from onrecord_server.errors import RefusalError


@contextmanager
def tables_of(release: Release) -> Iterator[sqlite3.Connection]:
    """Yield a release's tables. Raises RefusalError 404 if it has none."""
    connection = open_tables(release.path)
    if connection is None:
        raise RefusalError(
            404,
            f"release {release.name} has no tables to search: it is older than they are, or its"
            " data is in a remote store; build it again with `onrecord build`",
        )
    with closing(connection):
        yield connection
