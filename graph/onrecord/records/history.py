"""The history of a collection: its records as they were at a commit."""

from contextlib import suppress
from pathlib import Path

from onrecord.errors import SyntaxProblem
from onrecord.files.revision import Revision, removed_files
from onrecord.records.collection import Collection, parse_file


def collection_at(former: Revision, collection: Collection) -> Collection:
    """Return a collection as it was; a file that did not parse then is left out."""
    files = {file.path: file for file in collection.files}
    now = [*files, *(Path(problem.path) for problem in collection.problems)]
    were = [path for path in removed_files(former, [collection.root], now) if path.suffix == ".ttl"]
    same = {path for path in files if not former.has_changed(path)}
    contents = former.contents([path for path in (*now, *were) if path not in same])
    then = []
    for number, path in enumerate((*now, *were)):
        if path in same:
            then.append(files[path])
        elif path in contents:
            with suppress(SyntaxProblem):
                then.append(parse_file(path, contents[path], f"then{number}"))
    return Collection(collection.root, tuple(then), ())
