"""The process of the engine: MiniStack on loopback. An acknowledged write survives if the process
is killed.

MiniStack alone writes its state only at a clean stop. That is enough for the secret, because the
supervisor creates it again at each start. Changes of the tables are written before each answer.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from socket import socket

import uvicorn

from local.cloud.engine_tables import EngineTables
from local.cloud.loopback import port_of
from local.cloud.table_files import DAMAGED_STATUS, TablesDamaged
from local.cloud.unpacked_once import unpack_once
from local.cloud.write_ahead import WriteAhead


def stop_with_parent() -> None:
    """Stops this process cleanly when its parent process ends, even if the parent is killed.

    The parent holds the other end of standard input, which closes when the parent ends.
    """

    def watch() -> None:
        sys.stdin.buffer.read()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()


class EngineServer(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, write_ahead: WriteAhead | None) -> None:
        super().__init__(config)
        self.write_ahead = write_ahead

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        if self.write_ahead:
            self.checkpoints = asyncio.create_task(self.write_ahead.run())

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        await super().shutdown(sockets)
        if self.write_ahead:
            self.checkpoints.cancel()
            await asyncio.wait([self.checkpoints])
            self.write_ahead.close()


def _keep_tables(folder: Path) -> WriteAhead:
    """Loads the tables of the folder, and makes MiniStack log each write before it answers."""
    from ministack.services import dynamodb

    write_ahead = WriteAhead(EngineTables(dynamodb), folder, dynamodb.handle_request)
    dynamodb.handle_request = write_ahead.handle
    return write_ahead


def _configure(arguments: argparse.Namespace, port: int) -> None:
    """Sets the environment variables that MiniStack reads when it is imported."""
    os.environ.update(
        BIND_HOST="127.0.0.1",
        GATEWAY_PORT=str(port),
        IOT_MTLS_ENABLED="0",
        LOG_LEVEL="WARNING",
        PERSIST_STATE="0" if arguments.forget else "1",
        SFTP_ENABLED="0",
        STATE_DIR=str(arguments.state),
        MINISTACK_HOST="127.0.0.1",
    )


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gate", type=int, required=True, help="descriptor of the bound socket")
    parser.add_argument("--state", type=Path, required=True, help="folder that keeps the tables")
    parser.add_argument("--forget", action="store_true", help="keep nothing")
    parser.add_argument(
        "--lambda-python",
        metavar="PATH",
        help="the interpreter of functions that are deployed here",
    )
    return parser.parse_args()


def main() -> None:
    arguments = _parse_arguments()
    gate = socket(fileno=arguments.gate)
    _configure(arguments, port_of(gate))
    if arguments.lambda_python:
        sys.executable = arguments.lambda_python  # MiniStack starts functions with it
    from ministack import app as ministack  # reads the environment when it is imported

    if arguments.lambda_python:
        from ministack.core import lambda_runtime

        unpack_once(lambda_runtime)
    logging.getLogger().setLevel(logging.WARNING)
    try:
        write_ahead = None if arguments.forget else _keep_tables(arguments.state)
    except TablesDamaged:
        sys.exit(DAMAGED_STATUS)
    stop_with_parent()
    config = uvicorn.Config(
        ministack.app,
        log_level="warning",
        access_log=False,
        lifespan="on",
        timeout_keep_alive=75,
        timeout_graceful_shutdown=5,
    )
    EngineServer(config, write_ahead).run([gate])


if __name__ == "__main__":
    main()
