"""Calls one handler once, with nothing on its path but the folders that it is told of.

Runs isolated from the tests' own environment (`python -I -S`): reads a call from standard input,
writes what the handler returned to standard output.
"""

import importlib
import json
import sys


class Context:
    """What Lambda tells of a call."""

    function_name, memory_limit_in_mb = "built", 1024
    aws_request_id = invoked_function_arn = "00000000-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        return 15_000


call = json.load(sys.stdin)
answer, sys.stdout = sys.stdout, sys.stderr
sys.path[:0] = call["path"]
module, name = call["handler"].rsplit(".", 1)
handler = getattr(importlib.import_module(module), name)
json.dump(handler(call["event"], Context()), answer)
answer.flush()
