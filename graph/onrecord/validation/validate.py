"""Validation: data files by shapes, from what the caller names to a report."""

from functools import partial
from typing import TYPE_CHECKING, get_args

from onrecord.errors import UsageError
from onrecord.files.paths import PathNames, paths_of

if TYPE_CHECKING:
    from pathlib import Path

    from onrecord.files.revision import Revision
    from onrecord.shacl import EngineName
    from onrecord.shacl.severity import Severity
    from onrecord.validation.rdf_forms import Reading
    from onrecord.validation.report import Report
    from onrecord.validation.validate_files import EditsSince


_FEW = 3
"""How many of the files left out are named."""


def validate(
    paths: PathNames,
    shapes: PathNames,
    *,
    engine: "EngineName" = "fast",
    fail_on: "Severity" = "violation",
    strict: bool = False,
) -> "Report":
    """Check any RDF data by any SHACL shapes, as `onrecord check --shapes` does.

    `paths` and `shapes` are files or folders of RDF in any form, one or several. `engine` is
    `"fast"` or `"pyshacl"`; `fail_on` is the mildest severity with which the report does not
    conform: `"info"`, `"warning"` or `"violation"`. With `strict`, shapes of which something
    cannot be checked are refused; otherwise that is a warning among the findings.

    What is wrong with the data or the shapes is in `findings` of the report, a file that does not
    parse among it. Raises UsageError for what is not there, UnreadableError for data that cannot
    be read, and ShapesError for shapes that cannot be, or that the engine refuses as a whole.
    """
    from dataclasses import replace

    require_choices(engine, fail_on)
    data = paths_of(paths)
    if not data:
        raise UsageError("no data was named, name files or folders")
    named = paths_of(shapes)
    if not named:
        raise UsageError("no shapes were named, name files or folders")
    return replace(validate_since(data, named, engine, None, strict), fail_on=fail_on)


def require_choices(engine: str, fail_on: str) -> None:
    """Raise UsageError if there is no such engine or severity."""
    from onrecord.shacl import EngineName
    from onrecord.shacl.severity import SEVERITIES

    for name, value, known in (
        ("engine", engine, get_args(EngineName)),
        ("fail_on", fail_on, SEVERITIES),
    ):
        if value not in known:
            raise UsageError(f"{name}: {value!r} is none of {', '.join(known)}")


def validate_since(
    paths: "tuple[Path, ...]",
    shapes: "tuple[Path, ...]",
    engine: "EngineName",
    revision: "Revision | None",
    strict: bool = False,
    reading: "Reading | None" = None,
) -> "Report":
    """Check data by shapes; with a revision, only what the changes since then can affect."""
    from onrecord.validation.data_files import data_files, files_left_out
    from onrecord.validation.imports import with_imports
    from onrecord.validation.rdf_forms import AS_NAMED
    from onrecord.validation.report import NOTHING_CHANGED, Report, rules_of
    from onrecord.validation.validate_files import validate_files

    notes = []
    reading = reading or AS_NAMED
    shape_files = with_imports(data_files(shapes, reading), reading)
    if revision is not None and _have_changed(revision, shapes, shape_files):
        notes.append("the shapes have changed, so all is checked")
        revision = None

    files = data_files(paths, reading)
    left_out = files_left_out(paths)
    if left_out:
        named = ", ".join(str(path) for path in left_out[:_FEW])
        more = ", …" if len(left_out) > _FEW else ""
        notes.append(f"not RDF by name, and left out: {len(left_out)} files ({named}{more})")
    since = None if revision is None else _edits(revision, paths, files)
    found = validate_files(files, shape_files, engine, since, strict, reading)
    if found.widened:
        notes.append("more than a tenth of the data was edited, so all is checked")
    if found.unchanged:
        notes.append(NOTHING_CHANGED)
        files = ()
    rules = rules_of(found.shapes)
    return Report(found.findings, tuple(map(str, files)), rules, notes=tuple(notes))


def _have_changed(
    revision: "Revision", paths: "tuple[Path, ...]", files: "tuple[Path, ...]"
) -> bool:
    from onrecord.files.revision import removed_files
    from onrecord.validation.data_files import is_data_file

    changed = any(revision.has_changed(path) for path in files)
    return changed or any(is_data_file(path) for path in removed_files(revision, paths, files))


def _edits(
    revision: "Revision", paths: "tuple[Path, ...]", files: "tuple[Path, ...]"
) -> "EditsSince":
    from onrecord.files.revision import removed_files
    from onrecord.validation.changes import edits_since
    from onrecord.validation.data_files import is_data_file

    were = [path for path in removed_files(revision, paths, files) if is_data_file(path)]
    return partial(edits_since, revision, were)
