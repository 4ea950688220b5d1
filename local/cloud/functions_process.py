"""The functions process: imports every handler once and runs invocations that arrive over a socket it inherited.

A frame is a length of four bytes and JSON. In: {"id", "function", "event"}; out: {"id", "result"} or {"id", "error"}, first of all
{"ready"}.
"""

import argparse
import importlib
import json
import os
import socket
import struct
import sys
import threading
import time
import traceback
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

WORKERS = 8
_LENGTH = struct.Struct(">I")


@dataclass(frozen=True)
class Context:
    """What a handler may ask of Lambda."""

    function_name: str
    timeout_seconds: int
    began: float = field(default_factory=time.monotonic)
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    function_version: str = "$LATEST"
    memory_limit_in_mb: str = "1024"
    log_stream_name: str = "local"

    @property
    def invoked_function_arn(self) -> str:
        return f"arn:aws:lambda:us-east-1:000000000000:function:{self.function_name}"

    @property
    def log_group_name(self) -> str:
        return f"/aws/lambda/{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int(1000 * (self.timeout_seconds - (time.monotonic() - self.began))))


class Channel:
    """Frames over the socket; writers take turns."""

    def __init__(self, connection: socket.socket) -> None:
        self.stream = connection.makefile("rb")
        self.connection = connection
        self.turn = threading.Lock()

    def receive(self) -> dict | None:
        """None when the supervisor is gone."""
        head = self.stream.read(_LENGTH.size)
        if len(head) < _LENGTH.size:
            return None
        return json.loads(self.stream.read(*_LENGTH.unpack(head)))

    def send(self, message: dict) -> None:
        body = json.dumps(message, default=str).encode()
        with self.turn:
            self.connection.sendall(_LENGTH.pack(len(body)) + body)


def import_handler(path: str) -> Callable[[Any, Any], Any]:
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def _import_all(functions: dict[str, dict]) -> dict[str, Callable | dict]:
    """A handler that cannot be imported costs its own function alone, as in Lambda: its error answers each call."""
    handlers: dict[str, Callable | dict] = {}
    for name, declared in functions.items():
        try:
            handlers[name] = import_handler(declared["handler"])
        except (ImportError, AttributeError, SyntaxError) as problem:
            handlers[name] = _error(problem)
            print(f"{name}: {declared['handler']} cannot be imported: {problem}", file=sys.stderr)
    return handlers


def _error(problem: BaseException) -> dict:
    return {
        "type": type(problem).__name__,
        "message": str(problem),
        "trace": "".join(traceback.format_exception(problem)),
    }


def _run(handler: Callable | dict, event: dict, context: Context) -> dict:
    if isinstance(handler, dict):
        return {"error": handler}
    try:
        return {"result": handler(event, context)}
    except BaseException as problem:
        print(_error(problem)["trace"], file=sys.stderr, flush=True)
        return {"error": _error(problem)}


def serve(channel: Channel, functions: dict[str, dict]) -> None:
    handlers = _import_all(functions)

    def invoke(call: dict) -> None:
        name = call["function"]
        outcome = _run(
            handlers[name], call["event"], Context(name, functions[name]["timeout_seconds"])
        )
        channel.send({"id": call["id"], **outcome})

    channel.send({"ready": os.getpid()})
    with ThreadPoolExecutor(WORKERS, "invocation") as workers:
        while (call := channel.receive()) is not None:
            workers.submit(invoke, call)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channel", type=int, required=True, help="the inherited socket")
    channel = Channel(socket.socket(fileno=parser.parse_args().channel))
    functions = channel.receive()
    if functions is not None:
        serve(channel, functions)


if __name__ == "__main__":
    main()
