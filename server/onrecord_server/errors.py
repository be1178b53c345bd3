"""HTTP error responses of the endpoint: a status and a message of one sentence."""

from collections.abc import Iterable

from onrecord.errors import OnRecordError


class RefusalError(OnRecordError):
    """A request is refused with an HTTP status; the message is the whole body."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        retry_after: int | None = None,
        headers: Iterable[tuple[str, str]] = (),
        page: str = "",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.retry_after = retry_after
        """Value of Retry-After in seconds, for 503."""
        self.headers = tuple(headers)
        """Further header fields that the status needs, such as Allow."""
        self.page = page
        """HTML for a browser: the form as it was sent; empty for the page of all errors."""
