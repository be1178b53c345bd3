"""Errors of the package, with their exit codes; each message is one line with its remedy."""

from collections.abc import Iterable
from pathlib import Path


class OnRecordError(Exception):
    """Base of every error that this package raises on purpose."""

    exit_code = 1
    """Exit code of `check`: 1, invalid data; 2, usage error; 3, flawed shapes; 4, unreadable data.
    Other commands exit with 2 for a usage error, with 1 for any other."""

    def __reduce__(self) -> tuple[object, ...]:
        """Return how pickle makes the error again, in another process.

        It would call the class with the message, which is not what each class is made of.
        """
        return _made_again, (type(self), self.args), self.__dict__


def _made_again(kind: type[OnRecordError], args: tuple[object, ...]) -> OnRecordError:
    return kind.__new__(kind, *args)


class UsageError(OnRecordError):
    """The arguments of a command are wrong: a missing file, an unknown suffix, no such commit."""

    exit_code = 2


class UnreadableError(OnRecordError):
    """A data file cannot be read."""

    exit_code = 4


class UnwritableError(OnRecordError):
    """What was found cannot be written."""

    exit_code = 4


class SyntaxProblem(OnRecordError):  # noqa: N818 - `SyntaxError` is Python's own
    """A file does not parse."""

    exit_code = 4

    def __init__(self, path: Path | str, line: int, column: int, problem: str) -> None:
        super().__init__(f"{path}:{line}:{column}: {problem}")
        self.path = path
        self.line = line
        self.column = column
        self.problem = problem


def nearest(name: str, names: Iterable[str]) -> str:
    """Return which names are meant perhaps, as the end of a message; empty if there are none."""
    from difflib import get_close_matches

    known = sorted(names)
    near = get_close_matches(name, known, 3, cutoff=0.6)
    if near:
        return f", perhaps {' or '.join(near)} is meant"
    return f"; there are: {', '.join(known[:50])}" if known else ""
