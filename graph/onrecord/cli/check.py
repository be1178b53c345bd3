"""The check command: records of a collection, or any data by any shapes."""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
from click.core import ParameterSource

from onrecord.cli.options import FILE, FOLDER, archive_option, collection_option
from onrecord.cli.options import reported_apart as reported
from onrecord.cli.progress import step
from onrecord.errors import UnwritableError, UsageError
from onrecord.records.check_request import CheckRequest
from onrecord.records.check_request import check as check_by
from onrecord.shacl.severity import SEVERITIES, Severity

if TYPE_CHECKING:
    from onrecord.validation.rdf_forms import Reading
    from onrecord.validation.report import Report

_FORMATS = ("text", "json", "sarif", "junit", "github", "turtle")

_FOR_RECORDS = "it is for records, and --shapes for other data"
_FOR_DATA = "it is for data that --shapes checks, and records are Turtle"
_DATA_FORMATS = ("turtle", "trig", "ntriples", "nquads", "n3", "json-ld", "rdf-xml")


@click.command()
@click.argument("paths", nargs=-1, type=FOLDER)
@click.option(
    "--shapes",
    type=FOLDER,
    multiple=True,
    help="SHACL shapes, a file or a folder, to check PATHS by; may be given more than once.",
)
@click.option(
    "--data-format",
    type=click.Choice(_DATA_FORMATS),
    help="What the named files, or stdin (-), are, whatever their names say.",
)
@click.option(
    "--context",
    "contexts",
    metavar="IRI=FILE",
    multiple=True,
    help="File of a context of JSON-LD; nothing is downloaded.",
)
@click.option(
    "--imports",
    metavar="IRI=FILE|CATALOGUE",
    multiple=True,
    help="File or folder of what shapes import, or a catalogue in XML of such.",
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
    "--sarif", "sarif_file", type=FILE, help="File to write the findings to as SARIF, besides."
)
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES[::-1]),
    default="violation",
    show_default=True,
    help="The mildest finding that makes the exit code 1.",
)
@click.option("--strict", is_flag=True, help="Refuse shapes of which something cannot be checked.")
@click.option("--baseline", type=FILE, help="Findings to accept, as --write-baseline makes them.")
@click.option("--write-baseline", "written", type=FILE, help="File to accept all findings in.")
@click.option(
    "--since",
    metavar="REV",
    help="Find only what the changes since a commit of git can affect, and look at no more.",
)
@click.option("--watch", is_flag=True, help="Go on checking what changes, until Ctrl-C.")
@click.option("--all", "every", is_flag=True, help="Show every finding of a large group.")
@click.option("--fix", is_flag=True, help="Correct the offsets of drifted passages.")
@click.pass_context
@reported
def check(
    context: click.Context,
    paths: tuple[Path, ...],
    shapes: tuple[Path, ...],
    data_format: str | None,
    contexts: tuple[str, ...],
    imports: tuple[str, ...],
    collection: Path,
    archives: tuple[Path, ...],
    engine: Literal["fast", "pyshacl"],
    format_name: str,
    sarif_file: Path | None,
    fail_on: Severity,
    strict: bool,
    baseline: Path | None,
    written: Path | None,
    since: str | None,
    watch: bool,
    every: bool,
    fix: bool,
) -> None:
    """Check records: syntax, terms, dates, shapes and evidence.

    With PATHS (files of the collection), only what is found in them is shown. With --shapes,
    PATHS are RDF in any form, files, folders or - for stdin, and are checked by these shapes
    alone. Exit codes: 0 conforms, 1 findings, 2 the command is wrong, 3 the shapes are, 4
    the data cannot be read, 5 our mistake.
    """
    request = CheckRequest(
        paths, shapes, collection, archives, engine, fail_on, baseline, written, since, fix, strict
    )
    for option, given in (("--since", since is not None), ("--watch", watch)):
        if given:
            request.require_part(option)
    if shapes:
        _refuse(context, _FOR_RECORDS, "collection", "archives", "fix")
        if Path("-") in paths and (since is not None or watch):
            raise UsageError("-: what changed since cannot be told of stdin, name a file")
        request = replace(request, reading=_reading(paths, data_format, contexts, imports))
    else:
        _refuse(context, _FOR_DATA, "data_format", "contexts", "imports")
    if watch:
        _watch(request, lambda report: _tell(report, format_name, every))
        return
    with step("checking"):
        report = check_by(request)
    if sarif_file is not None:
        _write(sarif_file, report)
    _tell(report, format_name, every)
    if report.exit_code:
        sys.exit(report.exit_code)


def _watch(request: CheckRequest, tell: "Callable[[Report], None]") -> None:
    """Check, and again whenever a file changes what that can affect, until interrupted."""
    from onrecord.files.watch import wait_for_change, watch_files
    from onrecord.validation.data_files import data_files
    from onrecord.validation.imports import with_imports
    from onrecord.validation.rdf_forms import AS_NAMED

    reading = request.reading or AS_NAMED

    def named() -> tuple[Path, ...]:
        shapes = with_imports(data_files(request.shapes, reading), reading)
        return tuple(dict.fromkeys((*data_files(request.data, reading), *shapes)))

    try:
        while True:
            seen = watch_files(named())
            with step("checking"):
                report = check_by(request)
            tell(report)
            click.echo("watching, stop with Ctrl-C", err=True)
            wait_for_change(seen, named)
            request = replace(request, since=seen)
    except KeyboardInterrupt:
        return


def _reading(
    paths: tuple[Path, ...],
    data_format: str | None,
    contexts: tuple[str, ...],
    imports: tuple[str, ...],
) -> "Reading":
    from onrecord.validation.imports import files_by_iri
    from onrecord.validation.rdf_forms import reading_of

    return reading_of(
        paths,
        data_format,
        files_by_iri("--context", contexts),
        files_by_iri("--imports", imports, catalogues=True),
    )


def _refuse(context: click.Context, why: str, *names: str) -> None:
    """Raise UsageError if an option is given that is about something else."""
    for parameter in context.command.params:
        given = context.get_parameter_source(str(parameter.name)) is ParameterSource.COMMANDLINE
        if parameter.name in names and given:
            raise UsageError(f"{parameter.opts[0]}: {why}")


def _write(path: Path, report: "Report") -> None:
    """Write a report to a file as SARIF. Raises UnwritableError."""
    from onrecord.validation.formats import write

    try:
        path.write_text(write(report, "sarif"), encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise UnwritableError(f"{path}: {error.strerror}") from error


def _print(text: str) -> None:
    """Write to stdout as UTF-8; a file name that is not is escaped. Raises UnwritableError."""
    try:
        sys.stdout.buffer.write(text.encode("utf-8", errors="backslashreplace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        # what is left in the buffer would fail once more when Python ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise UnwritableError(f"the findings cannot be written: {error.strerror}") from error


def _tell(report: "Report", format_name: str, every: bool) -> None:
    from onrecord.validation.formats import write
    from onrecord.validation.report import NOTHING_CHANGED

    for note in report.notes:
        click.echo(note, err=True)
    _print(write(report, format_name, every))
    counts = report.counts
    others = counts["warning"] + counts["info"]
    told = f"{len(report.files)} files, {counts['violation']} violations, {others} other findings"
    if NOTHING_CHANGED in report.notes and not report.findings:
        return
    if report.passages:
        passages = (f"{number} {status}" for status, number in report.passages.items())
        told += f"; passages: {', '.join(passages)}"
    click.echo(told, err=True)
    if report.passages.get("not checked"):
        click.echo(
            "what is not checked was not passed: name the folder of source texts with --archive",
            err=True,
        )
    if report.exit_code == 3:
        click.echo("the shapes are wrong, so nothing was said about the data", err=True)
