"""Read by Schemathesis in its own environment: half of the calls ask for something that is there, and nobody else is called."""

import json
import os
from zlib import crc32

import schemathesis

KNOWN = json.loads(os.environ["KNOWN_IDS"])
KEPT_KEYS = json.loads(os.environ["KEPT_KEYS"])


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """What is drawn alone decides: Hypothesis draws again what it drew before, and expects the same call."""
    if not path_parameters or crc32(repr(path_parameters).encode()) % 2:
        return path_parameters
    return {
        name: _known(name, context.operation.path) or value
        for name, value in path_parameters.items()
    }


def _known(name: str, path: str) -> str | None:
    return next(
        (value for place, value in KNOWN.get(name, {}).items() if path.startswith(place)), None
    )


@schemathesis.hook
def map_body(context, body):
    """An address that somebody made up would really be called, so those that could be are our own."""
    if (
        isinstance(body, dict)
        and context.operation.path.startswith("/v1/webhooks")
        and str(body.get("url")).lower().startswith("http")
    ):
        return body | {"url": KNOWN["url"][""]}
    return body


@schemathesis.hook
def filter_case(context, case):
    """Whoever asks needs their key to the end."""
    taken_back = (case.path_parameters or {}).get("prefix")
    replaced = case.body.get("replaces") if isinstance(case.body, dict) else None
    return taken_back not in KEPT_KEYS and replaced not in KEPT_KEYS
