"""JSON lines for whoever runs the system: Powertools' Logger, with the ids that lead from a request
to the entries it caused.

A line never holds an e-mail address, a name, a token, a secret or the message of an exception,
which may quote what people sent.
"""

import traceback

from aws_lambda_powertools.logging import Logger

MOST_PLACES = 8
logger = Logger(utc=True, use_rfc3339=True)


def forget_ids() -> None:
    """Drop what an earlier invocation named on this thread."""
    logger.thread_safe_clear_keys()


def name_ids(**ids: str | None) -> None:
    """Name ids on every further line of this invocation, or of this record of a batch.

    Several invocations run side by side on a developer's machine, so the ids belong to the thread's
    context and not to the logger.
    """
    logger.thread_safe_append_keys(**{name: value for name, value in ids.items() if value})


def correlation_id() -> str | None:
    """The API request that all of this began with."""
    return logger.thread_safe_get_current_keys().get("correlation_id")


def describe_fault(fault: BaseException) -> dict[str, object]:
    """The kind of an exception, and the last `MOST_PLACES` places it went through, the innermost
    last, each as folder, file, line and function.
    """
    frames = traceback.extract_tb(fault.__traceback__)[-MOST_PLACES:]
    places = [
        f"{'/'.join(frame.filename.rsplit('/', 2)[-2:])}:{frame.lineno} {frame.name}"
        for frame in frames
    ]
    return {"fault": type(fault).__name__, "places": places}
