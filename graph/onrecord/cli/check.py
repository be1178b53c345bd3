"""The check command: records of a collection, or any data by any shapes."""

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
from click.core import ParameterSource

from onrecord.cli.options import FILE, FOLDER, archive_of, archive_option, collection_option
from onrecord.cli.options import reported_apart as reported
from onrecord.cli.progress import step
from onrecord.errors import UsageError
from onrecord.shacl.severity import SEVERITIES, Severity
from onrecord.validation.report import UNREAD, ValidationReport

if TYPE_CHECKING:
    from onrecord.files.revision import Revision
    from onrecord.validation.validate_files import EditsSince

_FORMATS = ("text", "json", "sarif", "junit", "github", "turtle")


@click.command()
@click.argument("paths", nargs=-1, type=FOLDER)
@click.option(
    "--shapes",
    type=FOLDER,
    multiple=True,
    help="SHACL shapes, a file or a folder, to check PATHS by; may be given more than once.",
)
@collection_option
@archive_option
@click.option(
    "--engine",
    type=click.Choice(["fast", "pyshacl"]),
    default="fast",
    show_default=True,
    help="What the shapes are checked with.",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="How findings are written.",
)
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES[::-1]),
    default="violation",
    show_default=True,
    help="The mildest finding that makes the exit code 1.",
)
@click.option("--baseline", type=FILE, help="Findings to accept, as --write-baseline makes them.")
@click.option("--write-baseline", "written", type=FILE, help="File to accept all findings in.")
@click.option(
    "--since",
    metavar="REV",
    help="Find only what the changes since a commit of git can affect, and look at no more.",
)
@click.option("--watch", is_flag=True, help="Go on checking what changes, until Ctrl-C.")
@click.option("--all", "every", is_flag=True, help="Show every finding of a large group.")
@click.option("--fix", is_flag=True, help="Write the offsets of drifted passages anew.")
@click.pass_context
@reported
def check(
    context: click.Context,
    paths: tuple[Path, ...],
    shapes: tuple[Path, ...],
    collection: Path,
    archives: tuple[Path, ...],
    engine: Literal["fast", "pyshacl"],
    format_name: str,
    fail_on: Severity,
    baseline: Path | None,
    written: Path | None,
    since: str | None,
    watch: bool,
    every: bool,
    fix: bool,
) -> None:
    """Check records: syntax, terms, dates, shapes and evidence.

    With PATHS (files of the collection), only what is found in them is shown. With --shapes,
    PATHS are any Turtle, TriG, N-Triples or N-Quads, files or folders, and are checked by these
    shapes alone. Exit codes: 0 conforms, 1 findings, 2 the command is wrong, 3 the shapes are, 4
    the data cannot be read, 5 our mistake.
    """
    for option, given in (("--since", since is not None), ("--watch", watch)):
        if given and (engine != "fast" or fix or written is not None):
            other = "--fix" if fix else "--write-baseline" if written else "--engine pyshacl"
            raise UsageError(f"{option}: it looks at a part only, {other} needs all of it")
    if shapes:
        _refuse(context, "collection", "archives", "fix")
        if not paths:
            raise UsageError("--shapes: name the data too, files or folders")

    def look(revision: "Revision | None") -> ValidationReport:
        with step("checking"):
            if shapes:
                outcome = _by_shapes(paths, shapes, engine, revision)
            else:
                outcome = _records(collection, archives, engine, fix, revision)
            outcome = replace(outcome, fail_on=fail_on, root=Path.cwd())
        accepted = baseline
        if written is not None and outcome.exit_code not in UNREAD:
            _accept(outcome, written)
            accepted = written
        if accepted is not None:
            outcome = _less_accepted(outcome, accepted, partly=revision is not None)
        if paths and not shapes:
            outcome = _found_in(outcome, paths, collection)
        _report(outcome, format_name, every)
        return outcome

    named = paths if shapes else (collection,)
    revision = None if since is None else _revision(since, named)
    if watch:
        _watch(look, revision, (*named, *shapes))
    elif exit_code := look(revision).exit_code:
        sys.exit(exit_code)


def _revision(since: str, named: tuple[Path, ...]) -> "Revision":
    from onrecord.files.git import open_commit

    revision = open_commit(since, named[0])
    for path in named:
        revision.check_contains(path)
    return revision


def _watch(
    look: Callable[["Revision | None"], ValidationReport],
    revision: "Revision | None",
    named: tuple[Path, ...],
) -> None:
    """Look, and again whenever a file changes, at what that can affect, until interrupted."""
    from onrecord.files.watch import wait_for_change, watch_files
    from onrecord.validation.data_files import data_files

    try:
        while True:
            seen = watch_files(data_files(named))
            look(revision)
            click.echo("watching, stop with Ctrl-C", err=True)
            wait_for_change(seen, lambda: data_files(named))
            revision = seen
    except KeyboardInterrupt:
        return


def _refuse(context: click.Context, *names: str) -> None:
    """Raise UsageError if an option is given that is about records."""
    for parameter in context.command.params:
        given = context.get_parameter_source(str(parameter.name)) is ParameterSource.COMMANDLINE
        if parameter.name in names and given:
            raise UsageError(f"{parameter.opts[0]}: it is for records, and --shapes for other data")


def _by_shapes(
    paths: tuple[Path, ...],
    shapes: tuple[Path, ...],
    engine: Literal["fast", "pyshacl"],
    revision: "Revision | None",
) -> ValidationReport:
    """Check data by shapes."""
    from onrecord.validation.data_files import data_files
    from onrecord.validation.report import rules_of
    from onrecord.validation.validate_files import validate_files

    shape_files = data_files(shapes)
    changed = revision is not None and _have_changed(revision, shapes, shape_files)
    if changed:
        click.echo("the shapes have changed, so all is checked", err=True)

    files = data_files(paths)
    since = None if revision is None or changed else _edits(revision, paths, files)
    found = validate_files(files, shape_files, engine, since)
    if found.widened:
        click.echo("more than a tenth of the data was edited, so all is checked", err=True)
    return ValidationReport(found.findings, tuple(map(str, files)), rules_of(found.shapes))


def _have_changed(revision: "Revision", paths: tuple[Path, ...], files: tuple[Path, ...]) -> bool:
    from onrecord.files.revision import removed_files
    from onrecord.validation.data_files import is_data_file

    changed = any(revision.has_changed(path) for path in files)
    return changed or any(is_data_file(path) for path in removed_files(revision, paths, files))


def _edits(revision: "Revision", paths: tuple[Path, ...], files: tuple[Path, ...]) -> "EditsSince":
    from onrecord.files.revision import removed_files
    from onrecord.validation.changes import edits_since
    from onrecord.validation.data_files import is_data_file

    were = [path for path in removed_files(revision, paths, files) if is_data_file(path)]
    return partial(edits_since, revision, were)


def _records(
    collection: Path,
    archives: tuple[Path, ...],
    engine: Literal["fast", "pyshacl"],
    fix: bool,
    revision: "Revision | None",
) -> ValidationReport:
    from onrecord.records.check import check as check_records
    from onrecord.records.check import outcome_of
    from onrecord.records.collection import read_collection

    read = read_collection(collection)
    before = None
    if revision is not None:
        from onrecord.records.history import collection_at

        before = collection_at(revision, read)
    report = check_records(read, archive_of(archives), engine, before)
    if fix and report.drifted:
        from onrecord.records.fix import move_drifted

        moved = move_drifted(report.collection, report.assembly.records, report.drifted)
        click.echo(f"moved {moved} drifted passages", err=True)
        report = check_records(read_collection(collection), archive_of(archives), engine)
    return outcome_of(report)


def _accept(outcome: ValidationReport, path: Path) -> None:
    from onrecord.validation.baseline import write_baseline

    try:
        path.write_text(write_baseline(outcome), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error


def _less_accepted(outcome: ValidationReport, path: Path, partly: bool) -> ValidationReport:
    """Return an outcome without what a baseline accepts.

    Where a part was looked at only, nothing can be said of what is gone from the data.
    """
    from onrecord.validation.baseline import RULE, apply_baseline, read_baseline

    findings = apply_baseline(outcome, read_baseline(path))
    kept = (finding for finding in findings if not (partly and finding.shape == RULE))
    return replace(outcome, findings=tuple(kept))


def _found_in(
    outcome: ValidationReport, paths: tuple[Path, ...], collection: Path
) -> ValidationReport:
    """Return what was found in some of the files."""
    known = {Path(file).resolve() for file in outcome.files}
    for path in paths:
        if path.resolve() not in known:
            raise UsageError(f"{path}: not a record file of {collection}")
    wanted = {path.resolve() for path in paths}
    found = (f for f in outcome.findings if f.region and Path(f.region.file).resolve() in wanted)
    files = (file for file in outcome.files if Path(file).resolve() in wanted)
    return replace(outcome, findings=tuple(found), files=tuple(files))


def _report(outcome: ValidationReport, format_name: str, every: bool) -> None:
    from onrecord.validation.formats import write

    click.echo(write(outcome, format_name, every), nl=False)
    counts = outcome.counts
    others = counts["warning"] + counts["info"]
    told = f"{len(outcome.files)} files, {counts['violation']} violations, {others} other findings"
    if outcome.passages:
        passages = (f"{number} {status}" for status, number in outcome.passages.items())
        told += f"; passages: {', '.join(passages)}"
    click.echo(told, err=True)
    if outcome.passages.get("not checked"):
        click.echo(
            "what is not checked was not passed: name the folder of source texts with --archive",
            err=True,
        )
    if outcome.exit_code == 3:
        click.echo("the shapes are wrong, so nothing was said about the data", err=True)
