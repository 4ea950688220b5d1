"""Servers on loopback: what happens where two of them were started on one port."""

import asyncio
import contextlib

import pytest

from local.cloud.loopback import bind_loopback, port_of, serve


async def application(scope, receive, send):
    """Never called."""


def test_a_port_on_which_another_listens_meanwhile_is_an_error_and_no_endless_wait():
    async def serve_second() -> None:
        async with contextlib.AsyncExitStack() as ending:
            await serve(ending, application, second)

    with bind_loopback(0) as first, bind_loopback(port_of(first)) as second:
        first.listen()
        with pytest.raises(OSError, match="in use"):
            asyncio.run(asyncio.wait_for(serve_second(), 5))
