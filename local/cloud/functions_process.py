"""The process of the functions: imports every handler and runs the invocations that it receives.

It talks to the supervisor (`functions.py`) over an inherited socket. A frame is a length of four
bytes, then JSON. First the supervisor sends the functions by name, and this process answers
`{"ready": pid}`. After that each `Invocation` is answered with an `InvocationReply`, in any order.
"""

import argparse
import contextlib
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
from typing import Any, NotRequired, TypedDict, cast

from local.cloud.storage_full import storage_full_result, storage_refusals, watch_aws_calls

WORKERS = 8
FRAME_LENGTH = struct.Struct(">I")

type Handler = Callable[[Any, Any], object]


class FunctionDeclaration(TypedDict):
    handler: str
    timeout_seconds: int


class Invocation(TypedDict):
    id: int
    function: str
    event: Any


class HandlerError(TypedDict):
    """What a handler raised: the name of the exception class, the message and the traceback as
    text.
    """

    type: str
    message: str
    trace: str


class InvocationReply(TypedDict):
    """Exactly one of `result` and `error` is present."""

    id: int
    result: NotRequired[Any]
    error: NotRequired[HandlerError]


@dataclass(frozen=True)
class InvocationContext:
    """The context object that Lambda passes to a handler."""

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
    """Sends and receives frames over the socket. One thread receives; any thread may send."""

    def __init__(self, connection: socket.socket) -> None:
        self.stream = connection.makefile("rb")
        self.connection = connection
        self.sending = threading.Lock()

    def receive(self) -> Any:
        """Returns the JSON of the next frame, or None if the supervisor has ended."""
        head = self.stream.read(FRAME_LENGTH.size)
        if len(head) < FRAME_LENGTH.size:
            return None
        (length,) = FRAME_LENGTH.unpack(head)
        return json.loads(self.stream.read(length))

    def send(self, message: object) -> None:
        body = json.dumps(message, default=str).encode()
        with self.sending:
            self.connection.sendall(FRAME_LENGTH.pack(len(body)) + body)


def import_handler(path: str) -> Handler:
    """Import a handler by its path, such as `functions.track_click.handler`."""
    module, _, name = path.rpartition(".")
    return cast(Handler, getattr(importlib.import_module(module), name))


def _import_handlers(
    functions: dict[str, FunctionDeclaration],
) -> dict[str, Handler | HandlerError]:
    """Returns the handler of each function, or the error if the handler cannot be imported.

    As in Lambda, invocations of such a function are answered with the error, and the other
    functions work.
    """
    handlers: dict[str, Handler | HandlerError] = {}
    for name, function in functions.items():
        try:
            handlers[name] = import_handler(function["handler"])
        except (ImportError, AttributeError, SyntaxError) as problem:
            handlers[name] = _describe_error(problem)
            print(f"{name}: {function['handler']} cannot be imported: {problem}", file=sys.stderr)
    return handlers


def _describe_error(problem: BaseException) -> HandlerError:
    return {
        "type": type(problem).__name__,
        "message": str(problem),
        "trace": "".join(traceback.format_exception(problem)),
    }


def _run(
    handler: Handler | HandlerError, invocation: Invocation, context: InvocationContext
) -> InvocationReply:
    if not callable(handler):
        return {"id": invocation["id"], "error": handler}
    with storage_refusals() as refusals:
        reply = _call(handler, invocation, context)
    failed = "error" in reply or _is_server_error(reply["result"])
    if refusals and failed and (result := storage_full_result(invocation["event"])):
        return {"id": invocation["id"], "result": result}
    return reply


def _call(handler: Handler, invocation: Invocation, context: InvocationContext) -> InvocationReply:
    try:
        return {"id": invocation["id"], "result": handler(invocation["event"], context)}
    except BaseException as problem:
        error = _describe_error(problem)
        with contextlib.suppress(OSError):  # the log may be on a full disk
            print(error["trace"], file=sys.stderr, flush=True)
        return {"id": invocation["id"], "error": error}


def _is_server_error(result: object) -> bool:
    return isinstance(result, dict) and result.get("statusCode", 200) >= 500


def serve(channel: Channel, functions: dict[str, FunctionDeclaration]) -> None:
    """Runs invocations, up to `WORKERS` at once, until the supervisor ends."""
    watch_aws_calls()
    handlers = _import_handlers(functions)

    def invoke(invocation: Invocation) -> None:
        name = invocation["function"]
        context = InvocationContext(name, functions[name]["timeout_seconds"])
        channel.send(_run(handlers[name], invocation, context))

    channel.send({"ready": os.getpid()})
    with ThreadPoolExecutor(WORKERS, "invocation") as workers:
        while (invocation := channel.receive()) is not None:
            workers.submit(invoke, invocation)


def store_api_keys(event: dict[str, Any], context: InvocationContext) -> None:
    """A handler that exists only in the local cloud: stores the API keys of the data folder in the
    tables, where the authorizer finds them.

    `event` has `keys` (a key for each scope) and `at` (an instant in RFC 3339).
    """
    from local.cloud.clock import parse_instant
    from shared.store.engine import open_tables
    from shared.store.programs.api_keys import add_key

    open_tables()
    for scope, key in event["keys"].items():
        add_key(key, scope, parse_instant(event["at"]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channel", type=int, required=True, help="the inherited socket")
    channel = Channel(socket.socket(fileno=parser.parse_args().channel))
    functions = channel.receive()
    if functions is not None:
        serve(channel, functions)


if __name__ == "__main__":
    main()
