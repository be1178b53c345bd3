"""What goes between the server and a worker, in frames that say how long they are."""

import marshal
import struct
from io import BufferedReader
from typing import NamedTuple, NotRequired, TypedDict

_JOB = struct.Struct(">I")
_OUTCOME = struct.Struct(">III?")


class Job(TypedDict):
    """One query for a worker."""

    store: str
    text: str
    format: str
    rows: int
    """How many rows, or triples, to write at most."""
    bytes: int
    """How many bytes to write at most; what does not fit is left out row by row."""
    seconds: float
    """After how many seconds the kernel ends the worker, should the server not have done so."""
    default: NotRequired[list[str]]
    """The graphs that make the default graph, instead of the one of the query or of the store."""
    named: NotRequired[list[str]]
    dataset: NotRequired[tuple[tuple[str, ...], tuple[str, ...]]]
    """The graphs that the query names itself, with FROM and with FROM NAMED."""
    columns: NotRequired[list[str]]
    """In which order to write variables, where the query does not say."""
    prefixes: NotRequired[dict[str, str]]
    """The prefixes to write a graph with."""


class JobOutcome(NamedTuple):
    """What became of a job; the answer itself follows in the frame, or is in `file`."""

    problem: str = ""
    """Empty, or one of `syntax`, `memory`, `form`, `unwritable`, `disk` and `engine`."""
    message: str = ""
    rows: int = 0
    limited: bool = False
    """Whether there was more than `rows` or `bytes` allowed."""
    file: str = ""
    """The path of a file with the answer, or empty if it follows."""


def pack_job(job: Job) -> bytes:
    """Return a job as a frame. Only the server writes these, so marshal may be trusted."""
    # A job is a dictionary of what marshal takes, which its type does not say.
    data = marshal.dumps(job)  # type: ignore[arg-type]
    return _JOB.pack(len(data)) + data


def read_job(stream: BufferedReader) -> Job | None:
    """Return the next job, blocking for it; None at the end."""
    length = stream.read(_JOB.size)
    if len(length) < _JOB.size:
        return None
    data = stream.read(_JOB.unpack(length)[0])
    job: Job = marshal.loads(data)  # noqa: S302
    return job


def pack_outcome(outcome: JobOutcome, body: bytes = b"") -> bytes:
    """Return an outcome as a frame, with the answer if that is not in a file."""
    text = "\n".join((outcome.problem, outcome.file, outcome.message)).encode()
    head = _OUTCOME.pack(len(text), len(body), outcome.rows, outcome.limited)
    return b"".join((head, text, body))


class Unpacker:
    """Takes bytes as they come and gives whole frames."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[tuple[JobOutcome, bytes]]:
        """Return the outcomes that are whole now, each with its answer."""
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
