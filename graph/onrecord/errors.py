"""What this package raises on purpose; every message is one line a person can act on."""

from pathlib import Path


class OnRecordError(Exception):
    """Base of every error that this package raises on purpose."""

    exit_code = 1
    """What `check` exits with: 1, the data is wrong; 2, the command was wrong; 3, the shapes are
    wrong; 4, the data cannot be read. Other commands exit with 2 for 2, with 1 for all else."""


class UsageError(OnRecordError):
    """The command asks for something that is not there."""

    exit_code = 2


class UnreadableError(OnRecordError):
    """A file of data cannot be read."""

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
