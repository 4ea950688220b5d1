"""Sockets and HTTP servers on 127.0.0.1."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import uvicorn

from local.cloud.asgi import AsgiApplication

_GRACE_SECONDS = 30
"""How long a stopping server waits for the requests that it is working on."""


class LoopbackServer(uvicorn.Server):
    """A uvicorn server without signal handlers; the supervisor handles signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(
    ending: contextlib.AsyncExitStack, application: AsgiApplication, gate: socket.socket
) -> None:
    """Starts to serve on a bound socket, and returns when connections are accepted. When `ending`
    closes, the server stops.

    Raises OSError if another process has begun to listen on the port since the socket was bound.
    """
    server = _server(application)
    serving = asyncio.create_task(server.serve(sockets=[gate]))

    while not server.started:
        if serving.done():
            await serving
        await asyncio.sleep(0.005)

    async def stop() -> None:
        server.should_exit = True
        await serving

    ending.push_async_callback(stop)


@contextlib.contextmanager
def serve_in_thread(application: AsgiApplication, gate: socket.socket) -> Iterator[None]:
    """Serves on a bound socket in another thread during the block."""
    server = _server(application)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [gate]}, name="front")
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.005)
        yield
    finally:
        server.should_exit = True
        thread.join()


def _server(application: AsgiApplication) -> LoopbackServer:
    return LoopbackServer(
        uvicorn.Config(
            application,
            http="httptools",
            ws="none",
            lifespan="off",
            log_level="error",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
    )


def bind_loopback(port: int) -> socket.socket:
    """Binds a TCP socket on 127.0.0.1; port 0 chooses a free port.

    The protocol is named explicitly, because asyncio sets TCP_NODELAY only on such sockets.
    """
    gate = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    gate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    gate.bind(("127.0.0.1", port))
    return gate


def bind_near(port: int) -> socket.socket:
    """Binds a socket to the port, or to any free port if that one is taken or invalid."""
    try:
        return bind_loopback(port)
    except (OSError, OverflowError):
        return bind_loopback(0)


def port_of(gate: socket.socket) -> int:
    return int(gate.getsockname()[1])
