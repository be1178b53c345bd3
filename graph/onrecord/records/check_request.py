"""A check as it is asked for: all that may be chosen, and the report that comes of it."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord.errors import UsageError
from onrecord.files.bundled import BUNDLED_COLLECTION
from onrecord.files.paths import PathName, PathNames, paths_of
from onrecord.records.archive import archive_of

if TYPE_CHECKING:
    from onrecord.files.revision import Revision
    from onrecord.shacl import EngineName
    from onrecord.shacl.severity import Severity
    from onrecord.validation.rdf_forms import Reading
    from onrecord.validation.report import Report


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What is to be checked, and how; each field is an option of `onrecord check`."""

    paths: tuple[Path, ...] = ()
    """With `shapes` the data, files or folders; else files of the collection, to be shown only
    what is found in them."""
    shapes: tuple[Path, ...] = ()
    """SHACL shapes to check `paths` by, files or folders; empty to check a collection."""
    collection: Path = BUNDLED_COLLECTION
    """A folder of records."""
    archives: tuple[Path, ...] | None = None
    """Folders of source texts, besides those that `onrecord archive add` has kept; None for those
    that ONRECORD_ARCHIVE names."""
    engine: "EngineName" = "fast"
    fail_on: "Severity" = "violation"
    """The mildest severity with which the report does not conform."""
    baseline: Path | None = None
    """Findings to accept."""
    write_baseline: Path | None = None
    """A file to accept all findings in; it is written unless something could not be read."""
    since: "str | Revision | None" = None
    """A commit of git, or files as they were: only what the changes since then can affect is
    looked at."""
    fix: bool = False
    """Whether the offsets of drifted passages are corrected."""
    strict: bool = False
    """Whether shapes are refused of which something cannot be checked."""
    reading: "Reading | None" = None
    """How data and shapes are read, if not by the names of the files alone."""
    root: Path = field(default_factory=Path.cwd)
    """The folder that reports name files from, if they are below it."""

    @property
    def data(self) -> tuple[Path, ...]:
        """Where the data is that is looked at."""
        return self.paths if self.shapes else (self.collection,)

    def require_part(self, option: str) -> None:
        """Raise UsageError if something asks to look at all, and `option` to look at a part."""
        for other, given in (
            ("--fix", self.fix),
            ("--write-baseline", self.write_baseline is not None),
            ("--engine pyshacl", self.engine != "fast"),
        ):
            if given:
                raise UsageError(f"{option}: it looks at a part only, {other} needs all of it")


def check(
    request: CheckRequest | PathName = BUNDLED_COLLECTION, archive: PathNames | None = None
) -> "Report":
    """Check records: syntax, terms, dates, shapes and evidence, as `onrecord check` does.

    `request` is the folder of a collection, the bundled one by default, or a CheckRequest for all
    else that may be chosen. `archive` is one or more folders of source texts; by default those
    that ONRECORD_ARCHIVE names and those of the request. A passage whose text is in none is *not
    checked*, and counted so in `passages` of the report.

    What is wrong is in `findings` of the report. Raises UsageError for what is not there or does
    not go together, and another OnRecordError where nothing can be said.
    """
    from onrecord.validation.report import UNREAD
    from onrecord.validation.validate import require_choices, validate_since

    if not isinstance(request, CheckRequest):
        request = CheckRequest(collection=Path(request))
    if archive is not None:
        request = replace(request, archives=paths_of(archive))
    require_choices(request.engine, request.fail_on)
    if request.since is not None:
        request.require_part("--since")
    if request.shapes and not request.paths:
        raise UsageError("--shapes: name the data too, files or folders")
    revision = _revision(request)
    if request.shapes:
        report = validate_since(
            request.paths,
            request.shapes,
            request.engine,
            revision,
            request.strict,
            request.reading,
        )
    else:
        report = _check_collection(request, revision)
    report = replace(report, fail_on=request.fail_on, root=request.root)
    accepted = request.baseline
    if request.write_baseline is not None and report.exit_code not in UNREAD:
        accepted = request.write_baseline
        _write(accepted, report)
    if accepted is not None:
        report = _less_accepted(report, accepted, partly=revision is not None)
    if request.paths and not request.shapes:
        report = _found_in(report, request)
    return report


def _revision(request: CheckRequest) -> "Revision | None":
    """Return the files as they were, if the request names a commit or has them."""
    if not isinstance(request.since, str):
        return request.since
    from onrecord.files.git import open_commit

    commit = open_commit(request.since, request.data[0])
    for path in request.data:
        commit.check_contains(path)
    return commit


def _check_collection(request: CheckRequest, revision: "Revision | None") -> "Report":
    from onrecord.records.check import check_records, report_of
    from onrecord.records.collection import read_collection
    from onrecord.records.fix import move_drifted
    from onrecord.records.revisions.history import collection_at
    from onrecord.validation.report import NOTHING_CHANGED

    collection = read_collection(request.collection)
    before = None if revision is None else collection_at(revision, collection)
    archive = archive_of(request.archives)
    checked = check_records(collection, archive, request.engine, before)
    if before is not None and before.files == collection.files:
        report = report_of(checked)
        return replace(report, files=(), notes=(NOTHING_CHANGED, *report.notes))
    if not (request.fix and checked.drifted):
        return report_of(checked)
    moved = move_drifted(collection, checked.assembly.records, checked.drifted)
    checked = check_records(read_collection(request.collection), archive, request.engine)
    report = report_of(checked)
    return replace(report, notes=(f"moved {moved} drifted passages", *report.notes))


def _write(path: Path, report: "Report") -> None:
    from onrecord.validation.baseline import write_baseline

    try:
        path.write_text(write_baseline(report), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error


def _less_accepted(report: "Report", path: Path, partly: bool) -> "Report":
    """Return a report without what a baseline accepts.

    After a partial check, nothing can be said of what was removed from the data.
    """
    from onrecord.validation.baseline import RULE, apply_baseline, read_baseline

    findings = apply_baseline(report, read_baseline(path))
    kept = (finding for finding in findings if not (partly and finding.shape == RULE))
    return replace(report, findings=tuple(kept))


def _found_in(report: "Report", request: CheckRequest) -> "Report":
    """Return what was found in the files that the request names."""
    known = {Path(file).resolve() for file in report.files}
    wanted = {path.resolve() for path in request.paths}
    for path in request.paths:
        if path.resolve() not in known:
            raise UsageError(f"{path}: not a record file of {request.collection}")
    found = (f for f in report.findings if f.region and Path(f.region.file).resolve() in wanted)
    files = (file for file in report.files if Path(file).resolve() in wanted)
    return replace(report, findings=tuple(found), files=tuple(files))
