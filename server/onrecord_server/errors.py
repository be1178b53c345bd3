"""HTTP error responses of the endpoint: a status and a message of one sentence."""

from collections.abc import Iterable
from typing import NamedTuple

from onrecord.errors import OnRecordError


class TextPosition(NamedTuple):
    """Line and column in a query, both from 1; columns are characters."""

    line: int
    column: int


class RefusalError(OnRecordError):
    """A request is refused with an HTTP status; the body is the message and then the excerpt."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        retry_after: int | None = None,
        headers: Iterable[tuple[str, str]] = (),
        position: TextPosition | None = None,
        excerpt: str = "",
        page: str = "",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.retry_after = retry_after
        """Value of Retry-After in seconds, for 503."""
        self.headers = tuple(headers)
        """Further header fields that the status needs, such as Allow."""
        self.position = position
        """Where in the query the fault is, if it has a place there."""
        self.excerpt = excerpt
        """The line of the query with the fault, and under it a caret at the place."""
        self.page = page
        """HTML for a browser: the form as it was sent; empty for the page of all errors."""


def syntax_refusal(line: int, column: int, advice: str, excerpt: str) -> RefusalError:
    """Return the refusal of a query with a mistake."""
    return RefusalError(
        400,
        f"the query does not parse: line {line}, column {column}: {advice}",
        position=TextPosition(line, column),
        excerpt=excerpt,
    )
