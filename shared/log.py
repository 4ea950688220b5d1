"""The log: JSON lines, written with Powertools' Logger. Their ids connect a request with the
entries that it caused.

A line never contains an e-mail address, a name, a token, a secret, or the message of an exception,
which may quote what people sent.
"""

import traceback

from aws_lambda_powertools.logging import Logger

MOST_PLACES = 8
logger = Logger(utc=True, use_rfc3339=True)


def forget_ids() -> None:
    """Removes the ids that an earlier invocation added on this thread."""
    logger.thread_safe_clear_keys()


def name_ids(**ids: str | None) -> None:
    """Adds ids to all further lines of this invocation, or of this record of a batch.

    The ids are stored in the thread's context, not in the logger, because several invocations run
    in parallel on a developer's machine.
    """
    logger.thread_safe_append_keys(**{name: value for name, value in ids.items() if value})


def correlation_id() -> str | None:
    """The API request that started this work; `None` if it is not known."""
    return logger.thread_safe_get_current_keys().get("correlation_id")


def describe_fault(fault: BaseException) -> dict[str, object]:
    """The type of an exception, and the last `MOST_PLACES` frames of its traceback, innermost last.
    Each frame is folder, file, line and function.
    """
    frames = traceback.extract_tb(fault.__traceback__)[-MOST_PLACES:]
    places = [
        f"{'/'.join(frame.filename.rsplit('/', 2)[-2:])}:{frame.lineno} {frame.name}"
        for frame in frames
    ]
    return {"fault": type(fault).__name__, "places": places}
