"""Records of a collection at a revision (a commit of git)."""

from contextlib import suppress
from pathlib import Path

from onrecord.errors import SyntaxProblem
from onrecord.files.revision import Revision, removed_files
from onrecord.records.collection import Collection, parse_file


def collection_at(revision: Revision, collection: Collection) -> Collection:
    """Return a collection at a revision; files that do not parse in it are left out."""
    files = {file.path: file for file in collection.files}
    current = [*files, *(Path(problem.path) for problem in collection.problems)]
    removed = [
        path
        for path in removed_files(revision, [collection.root], current)
        if path.suffix == ".ttl"
    ]
    unchanged = {path for path in files if not revision.has_changed(path)}
    contents = revision.contents([path for path in (*current, *removed) if path not in unchanged])
    earlier = []
    for number, path in enumerate((*current, *removed)):
        if path in unchanged:
            earlier.append(files[path])
        elif path in contents:
            with suppress(SyntaxProblem):
                earlier.append(parse_file(path, contents[path], f"then{number}"))
    return Collection(collection.root, tuple(earlier), ())
