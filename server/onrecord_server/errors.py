"""Refusals: what the endpoint will not do, as HTTP says it and in one sentence."""

from onrecord.errors import OnRecordError


class RefusalError(OnRecordError):
    """A request that gets no answer; `status` is the HTTP status, the message its whole body."""

    def __init__(self, status: int, message: str, *, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.retry_after = retry_after
        """Seconds after which to try again, for 503 and 504."""
