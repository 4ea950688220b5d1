"""Read by Schemathesis in its own environment: every second call asks for something that is there."""

import json
import os
from itertools import count

import schemathesis

KNOWN = json.loads(os.environ["KNOWN_IDS"])
CALLS = count()


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    if not path_parameters or next(CALLS) % 2:
        return path_parameters
    return {name: _known(name, context.operation.path) or value for name, value in path_parameters.items()}


def _known(name: str, path: str) -> str | None:
    return next((value for place, value in KNOWN.get(name, {}).items() if path.startswith(place)), None)
