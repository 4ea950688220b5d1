"""Decides which errors are temporary, so that a later attempt may succeed: errors of AWS, and items
of a release that is still being deployed.
"""

from collections.abc import Iterator

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError, IncompleteReadError
from pynamodb.exceptions import PynamoDBException

from shared.store.deadline import OutOfTime
from shared.store.items import UnreadableItem

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
"""Error codes of AWS services that are overloaded or have failed, from their retry guides."""
DEEPEST = 8
"""How many levels of causes are examined. The limit is needed because the chain of causes may be
circular.
"""
_PASSING = (OutOfTime, UnreadableItem, ConnectionError, HTTPClientError, IncompleteReadError)


def is_passing(error: BaseException) -> bool:
    """Whether an error is temporary, so that a later attempt may succeed."""
    return any(isinstance(cause, _PASSING) or _refused(cause) for cause in _causes(error))


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
