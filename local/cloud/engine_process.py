"""The engine process: MiniStack on loopback, which writes its state down when idle and when it is stopped.

MiniStack itself saves on a clean stop only. Here a checkpoint follows each burst of writes, so that a killed engine loses seconds and
not the day.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path

import uvicorn

from local.cloud.engine_streams import keep_streams

_QUIET_SECONDS = 1.0
_CHECK_SECONDS = 0.5
_READS = (b"Get", b"Query", b"Scan", b"BatchGet", b"Describe", b"List", b"TransactGet")


def stop_with_parent() -> None:
    """The parent holds the other end of standard input: when that closes, however the parent ended, this process stops cleanly."""

    def watch() -> None:
        sys.stdin.buffer.read()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def is_write(headers: list[tuple[bytes, bytes]]) -> bool:
    target = next((value for name, value in headers if name == b"x-amz-target"), b"")
    return not target.partition(b".")[2].startswith(_READS)


class Checkpoints:
    """An ASGI layer that notes writes, and saves once they have paused."""

    def __init__(self, app, save) -> None:
        self.app, self.save = app, save
        self.written_at: float | None = None

    async def __call__(self, scope, receive, send) -> None:
        await self.app(scope, receive, send)
        if scope["type"] == "http" and scope["method"] != "GET" and is_write(scope["headers"]):
            self.written_at = time.monotonic()

    async def keep(self) -> None:
        cost_seconds = 0.0
        while True:
            await asyncio.sleep(_CHECK_SECONDS + 10 * cost_seconds)
            if self.written_at is not None and time.monotonic() - self.written_at > _QUIET_SECONDS:
                self.written_at, began = None, time.monotonic()
                self.save()
                cost_seconds = time.monotonic() - began


class EngineServer(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, checkpoints: Checkpoints | None) -> None:
        super().__init__(config)
        self.checkpoints = checkpoints

    async def startup(self, sockets=None) -> None:
        await super().startup(sockets)
        if self.checkpoints:
            self.keeping = asyncio.create_task(self.checkpoints.keep())


def _configure(arguments: argparse.Namespace) -> None:
    os.environ.update(
        BIND_HOST="127.0.0.1",
        GATEWAY_PORT=str(arguments.port),
        IOT_MTLS_ENABLED="0",
        LOG_LEVEL="WARNING",
        PERSIST_STATE="0" if arguments.forget else "1",
        SFTP_ENABLED="0",
        STATE_DIR=str(arguments.state),
        MINISTACK_HOST="127.0.0.1",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True, help="folder that keeps the tables")
    parser.add_argument("--forget", action="store_true", help="keep nothing")
    arguments = parser.parse_args()
    stop_with_parent()
    _configure(arguments)
    from ministack import app as ministack  # reads the environment when it is imported
    from ministack.services import dynamodb

    logging.getLogger().setLevel(logging.WARNING)
    app: object = ministack.app
    checkpoints = None
    if not arguments.forget:
        keep_streams(dynamodb)
        checkpoints = Checkpoints(
            ministack.app, lambda: ministack.save_all(ministack._build_persistence_save_dict())
        )
        app = checkpoints
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=arguments.port,
        log_level="warning",
        access_log=False,
        lifespan="on",
        timeout_keep_alive=75,
        timeout_graceful_shutdown=5,
    )
    EngineServer(config, checkpoints).run()


if __name__ == "__main__":
    main()
