"""Wire protocol between server and worker: length-prefixed frames."""

import marshal
import struct
from io import BufferedReader
from typing import NamedTuple, NotRequired, TypedDict

_JOB = struct.Struct(">I")
_OUTCOME = struct.Struct(">III?")


class Job(TypedDict):
    """One query for a worker, with its limits."""

    store: str
    """Path of the store."""
    text: str
    """SPARQL; empty to list the named graphs."""
    format: str
    rows: int
    """Maximum number of rows or triples."""
    bytes: int
    """Maximum number of bytes; rows beyond it are left out."""
    seconds: float
    """Seconds after which the kernel kills the worker, if the server has not done so."""
    default: NotRequired[list[str]]
    """The graphs that form the default graph, in place of the query's or the store's."""
    named: NotRequired[list[str]]
    dataset: NotRequired[tuple[tuple[str, ...], tuple[str, ...]]]
    """The graphs that the query names with FROM and with FROM NAMED."""
    usage: NotRequired[str]
    """The graph that is asked beside the default graph, which is the store's."""
    columns: NotRequired[list[str]]
    """Order of the variables, for `SELECT *`."""
    prefixes: NotRequired[dict[str, str]]
    """Prefixes for the serialisation of a graph."""


class JobOutcome(NamedTuple):
    """Outcome of a job; the answer follows in the frame, or is in `file`."""

    problem: str = ""
    """Empty, or one of `syntax`, `memory`, `form`, `unwritable`, `disk` and `engine`."""
    message: str = ""
    rows: int = 0
    limited: bool = False
    """Whether rows were left out because of a limit."""
    file: str = ""
    """Path of the file with the answer; empty if the answer follows."""


def pack_job(job: Job) -> bytes:
    """Return a job as a frame. Only the server writes them, so unmarshalling is safe."""
    # All values of a job can be marshalled, which its type does not express.
    data = marshal.dumps(job)  # type: ignore[arg-type]
    return _JOB.pack(len(data)) + data


def read_job(stream: BufferedReader) -> Job | None:
    """Wait for the next job and return it; None at the end of the stream."""
    length = stream.read(_JOB.size)
    if len(length) < _JOB.size:
        return None
    data = stream.read(_JOB.unpack(length)[0])
    job: Job = marshal.loads(data)  # noqa: S302
    return job


def pack_outcome(outcome: JobOutcome, body: bytes = b"") -> bytes:
    """Return an outcome as a frame, followed by the answer unless that is in a file."""
    text = "\n".join((outcome.problem, outcome.file, outcome.message)).encode()
    head = _OUTCOME.pack(len(text), len(body), outcome.rows, outcome.limited)
    return b"".join((head, text, body))


class Unpacker:
    """Incremental parser of outcome frames."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[tuple[JobOutcome, bytes]]:
        """Return the outcomes that `data` completes, each with its answer."""
        found = []
        data = self._rest + data if self._rest else data
        place, end = 0, len(data)
        while end - place >= _OUTCOME.size:
            text_length, body_length, rows, limited = _OUTCOME.unpack_from(data, place)
            start = place + _OUTCOME.size
            body = start + text_length
            if end < body + body_length:
                break
            place = body + body_length
            problem, file, message = data[start:body].decode().split("\n", 2)
            outcome = JobOutcome(problem, message, rows, bool(limited), file)
            found.append((outcome, data[body:place]))
        self._rest = data[place:]
        return found
