"""What the log tells of a fault: its kind and where it happened; never its message, which may quote what people sent."""

import traceback

MOST_PLACES = 8


def told_of(fault: BaseException) -> dict[str, object]:
    """The last places, the innermost at the end: folder, file, line and function."""
    frames = traceback.extract_tb(fault.__traceback__)[-MOST_PLACES:]
    places = [
        f"{'/'.join(frame.filename.rsplit('/', 2)[-2:])}:{frame.lineno} {frame.name}"
        for frame in frames
    ]
    return {"fault": type(fault).__name__, "places": places}
