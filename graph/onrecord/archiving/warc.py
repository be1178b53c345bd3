"""WARC: documents read from web archives, and fetched ones written to them."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, cast

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from onrecord.archiving.extraction import MEMORY
from onrecord.archiving.fetching import Fetched
from onrecord.errors import OnRecordError

WARC_WORKER = "onrecord.archiving.warc_worker"
LARGEST = 32 * 1024 * 1024
"""Maximum size in bytes of one document; larger ones are left out."""
_MOST_SKIPPED = 256 * 1024 * 1024
"""Bytes to which larger documents may unpack before the rest of the file is given up."""
_CHUNK = 1 << 16
_READ = re.compile(
    r"text/(?:html|plain|vtt)|application/(?:xhtml\+xml|pdf|x-subrip)|message/rfc822"
)


class WarcError(OnRecordError):
    """A file is no WARC, or is given up."""


@dataclass(frozen=True, slots=True)
class WarcDocument:
    """A document in a WARC file."""

    address: str
    at: str
    """When it was recorded, as the file says: ISO date and time."""
    media_type: str
    charset: str
    data: bytes
    problem: str = ""
    """Why it was not read; then there are no bytes."""


def read_warc(path: Path) -> Iterator[WarcDocument]:
    """Yield the pages and documents of a WARC file, and say which are left out.

    Responses other than 200, and pictures, scripts and the like, are passed over. They are read in
    a process with little memory, since a header may unpack without end. Raises WarcError.
    """
    command = [sys.executable, "-P", "-m", WARC_WORKER, str(path), str(MEMORY)]
    found = False
    with TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said)  # noqa: S603
        with process:
            pipe = cast(IO[bytes], process.stdout)
            while line := pipe.readline():
                value = json.loads(line)
                found = True
                yield WarcDocument(**value["document"], data=pipe.read(value["length"]))
        said.seek(0)
        lines = said.read().decode("utf-8", "replace").splitlines()
    if process.returncode == 1 and lines:
        raise WarcError(lines[-1])
    if process.returncode:
        raise WarcError(f"{path}: cannot be read within {MEMORY >> 20} MB")
    if not found:
        raise WarcError(f"{path}: no page or document with status 200 is in it")


def write_documents(path: Path, out: IO[bytes]) -> None:
    """Write the documents of a WARC file to a pipe, each after a line of JSON."""
    for one in _documents(path):
        value = asdict(one)
        del value["data"]
        line = json.dumps({"document": value, "length": len(one.data)})
        out.write(line.encode() + b"\n" + one.data)
    out.flush()


def _documents(path: Path) -> Iterator[WarcDocument]:
    """Yield the documents of a WARC file. Raises WarcError."""
    skipped = 0
    try:
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.rec_type not in ("response", "resource"):
                    continue
                headers = record.http_headers
                told = (
                    headers.get_header("Content-Type")
                    if headers is not None
                    else record.rec_headers.get_header("Content-Type")
                ) or ""
                if headers is not None and headers.get_statuscode() != "200":
                    continue
                media_type, _, parameters = told.partition(";")
                if not _READ.fullmatch(media_type.strip().lower()):
                    continue
                address = record.rec_headers.get_header("WARC-Target-URI") or ""
                at = record.rec_headers.get_header("WARC-Date") or ""
                stream = record.content_stream()
                data = bytearray()
                while len(data) <= LARGEST and (chunk := stream.read(_CHUNK)):
                    data += chunk
                problem = ""
                if len(data) <= LARGEST and _is_cut_off(record.raw_stream):
                    problem = "the file ends within it"
                if len(data) > LARGEST:
                    problem = f"larger than {LARGEST >> 20} MB"
                    skipped += len(data)
                    while chunk := stream.read(_CHUNK):
                        skipped += len(chunk)
                        if skipped > _MOST_SKIPPED:
                            raise WarcError(
                                f"{path}: {address} unpacks to more than {_MOST_SKIPPED >> 20} MB,"
                                " so nothing behind it is read"
                            )
                found = re.search(r"charset\s*=\s*[\"']?([-\w:]+)", parameters, re.IGNORECASE)
                yield WarcDocument(
                    address, at, media_type.strip().lower(), found[1] if found else "",
                    b"" if problem else bytes(data), problem,
                )  # fmt: skip
    except (ArchiveLoadFailed, EOFError, ValueError, KeyError, OSError) as error:
        said = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise WarcError(f"{path}: cannot be read as WARC, {said}") from error


def _is_cut_off(stream: IO[bytes]) -> bool:
    """Return whether a record ends before it is as long as it says."""
    while stream.read(_CHUNK):  # what is behind the last chunk of a response belongs to it
        pass
    return getattr(stream, "limit", 0) > 0


def write_warc(path: Path, fetched: Fetched) -> None:
    """Append what was fetched to a WARC file, as a response with its headers."""
    day = fetched.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    with path.open("ab") as file:
        writer = WARCWriter(file, gzip=path.suffix == ".gz")
        headers = [
            (name, value)
            for name, value in fetched.headers.items()
            if name not in ("transfer-encoding", "content-encoding", "content-length")
        ]
        status = StatusAndHeaders(
            f"{fetched.status} {fetched.reason}",
            [*headers, ("content-length", str(len(fetched.data)))],
            protocol="HTTP/1.1",
        )
        writer.write_record(
            writer.create_warc_record(
                fetched.address,
                "response",
                payload=BytesIO(fetched.data),
                length=len(fetched.data),  # without it, warcio copies them to a file of its own
                http_headers=status,
                warc_headers_dict={"WARC-Date": day},
            )
        )
        for line in fetched.robots:
            address, _, rule = line.partition(": ")
            said = f"robots: {address}\r\nrule: {rule}\r\n".encode()
            writer.write_record(
                writer.create_warc_record(
                    fetched.address,
                    "metadata",
                    payload=BytesIO(said),
                    length=len(said),
                    warc_content_type="application/warc-fields",
                    warc_headers_dict={"WARC-Date": day},
                )
            )
