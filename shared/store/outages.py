"""Faults of AWS that are over in a moment, told from faults of ours."""

from collections.abc import Iterator

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError, IncompleteReadError
from pynamodb.exceptions import PynamoDBException

from shared.store.deadline import OutOfTime

CODES = {
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestTimeout",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingError",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionConflictException",
    "TransactionInProgressException",
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "InternalServiceError",
}
"""What AWS's services answer when they are overloaded or broken, as their retry guides name it."""
DEEPEST = 8
"""Causes of causes that are looked at: a chain may be a circle."""
_NO_ANSWER = (OutOfTime, ConnectionError, HTTPClientError, IncompleteReadError)


def passing(error: BaseException) -> bool:
    """Whether a later attempt may succeed: throttled for longer than retries lasted, broken on the other side, or not answered in time."""
    return any(isinstance(cause, _NO_ANSWER) or _refused(cause) for cause in _causes(error))


def _refused(error: BaseException) -> bool:
    if not isinstance(error, ClientError):
        return False
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
    return error.response.get("Error", {}).get("Code") in CODES or status >= 500


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(DEEPEST):
        if error is None:
            return
        yield error
        error = error.cause if isinstance(error, PynamoDBException) else error.__cause__
