"""The cloud on this machine: one supervisor with the gateway, bus, queues and clock, and two children, the engine and the functions."""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import uvicorn

from local.cloud.aws_endpoint import AwsEndpoint
from local.cloud.bus import Bus
from local.cloud.clock import Clock, format_instant
from local.cloud.local_api import LocalApi
from local.cloud.credentials import Credentials, load_credentials, secret_fields, write_private
from local.cloud.database import open_database
from local.cloud.engine_child import Engine, function_environment
from local.cloud.functions import Functions, InvocationFailed, shared_environment
from local.cloud.gateway import Gateway
from local.cloud.folder_lock import lock_folder
from local.cloud.mailbox import Mailbox
from local.cloud.queue_poller import QueuePoller
from local.cloud.queues import Queues
from local.cloud.resources import Resources, Function, read_resources
from local.cloud.scheduler import Scheduler
from local.cloud.stream_reader import EngineUnreachable, StreamsUnsupported
from local.cloud.stream_poller import StreamPoller
from local.cloud.template import Template, read_template
from local.demo.shop import SHOP_NAME

_SEED = Function("LocalSeed", "local.cloud.seed.handler", 30, {})
_GRACE_SECONDS = 30
OWNER_EMAIL, MAIL_FROM = "owner@example.com", "grapevine@example.com"
"""Who may sign in to the console here first; `grapevine console` prints the link that would be mailed."""


class CannotRun(Exception):
    """The local cloud cannot start; the message says what to do."""


@dataclass(frozen=True)
class RunSettings:
    port: int
    folder: Path
    template: Path
    dynamodb: str | None
    demo: bool = False
    parameters: Mapping[str, str] = MappingProxyType({})
    secrets: Mapping[str, str] = MappingProxyType({})
    """Beside those that are made up here."""


class Supervisor:
    """Everything that needs a running event loop; `run` is its life."""

    def __init__(self, settings: RunSettings, gate: socket.socket, lock: int) -> None:
        self.settings, self.gate, self.lock = settings, gate, lock
        self.base_url = f"http://127.0.0.1:{gate.getsockname()[1]}"
        self.shop_gate = _shop_socket(gate.getsockname()[1] + 1) if settings.demo else None
        self.shop_url = f"http://127.0.0.1:{self.shop_gate.getsockname()[1] if self.shop_gate else gate.getsockname()[1] + 1}"
        self.template = self._template()
        self.cloud: Resources = read_resources(self.template)
        self.pepper_key, providers = secret_fields(self.template)
        self.credentials: Credentials = load_credentials(settings.folder, providers)
        self.clock = Clock()
        self.journal = open_database(settings.folder / "journal.sqlite")
        self.queues = Queues(self.journal, self.cloud.queues)
        self.bus = Bus(self.journal, self.cloud, self.queues, self.clock)
        self.mailbox = Mailbox(self.journal)
        self._make_children()
        self.pump = QueuePoller(
            self.cloud.mappings, self.queues, self.functions, self.engine.child.serving, self.clock
        )
        self.streams = StreamPoller(self.template, self.cloud.streams, self.journal, self.functions)
        self.scheduler = Scheduler(self.cloud.schedules, self.functions, self.clock)
        control = LocalApi(
            self.clock, self.queues, self.bus, self.mailbox, self.pump, self.streams, self.scheduler
        )
        self.gateway = _server(Gateway(self.cloud, self.functions, self.clock, control))

    async def run(self) -> None:
        stop = asyncio.Event()
        for kind in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(kind, stop.set)
        async with contextlib.AsyncExitStack() as ending:
            await self._start(ending)
            print(f"ready {self.base_url}", flush=True)
            await stop.wait()
            progress("stopping: letting what is under way end, then writing everything down")
        self._tell({"engine": None, "functions": None})

    async def _start(self, ending: contextlib.AsyncExitStack) -> None:
        """What starts first stops last."""
        ending.callback(self.journal.close)
        aws = _server(AwsEndpoint(self.journal, self.bus, self.queues, self.mailbox, self.clock))
        await _serve(ending, aws, self.aws_socket)
        progress("starting the engine")
        ending.push_async_callback(self.engine.stop)
        await self.engine.child.start()
        progress("starting the functions")
        ending.push_async_callback(self.functions.stop)
        await self.functions.child.start()
        await self._plant_keys()
        await self._follow_streams()
        ending.push_async_callback(self.streams.stop)
        self.pump.start()
        ending.push_async_callback(self.pump.stop)
        firing = asyncio.create_task(self.scheduler.run())
        ending.callback(firing.cancel)
        await _serve(ending, self.gateway, self.gate)
        self._tell_processes()
        if self.shop_gate:
            from local.demo.shop.server import (
                open_shop,
            )  # its templates take half a second that nothing else needs

            open_shop(
                ending, self.shop_gate, self.settings.folder, self._local(), self.scheduler.times
            )
            progress(f"a demo shop with a guide is open at {self.shop_url}/guide")

    async def _follow_streams(self) -> None:
        url = self.settings.dynamodb or self.engine.url
        try:
            await self.streams.start(url, self.engine.child.serving, self.clock)
        except (EngineUnreachable, StreamsUnsupported) as problem:
            raise CannotRun(
                f"the engine at {url} cannot tell what is written: {problem}; choose one with DynamoDB streams"
            ) from None

    def _template(self) -> Template:
        declared = read_template(self.settings.template).parameters
        here = {
            "BaseUrl": self.base_url,
            "ShopUrl": self.shop_url,
            "ShopOrigins": self.shop_url,
            "AcceptSandbox": "true",
        }
        here |= {"OwnerEmail": OWNER_EMAIL, "MailFrom": MAIL_FROM}
        if self.shop_gate:
            here["ShopName"] = SHOP_NAME
        own, given = (
            {name: value for name, value in here.items() if name in declared},
            self.settings.parameters,
        )
        if taken := sorted(own.keys() & given.keys()):
            raise CannotRun(
                f"{', '.join(taken)} cannot be chosen here: the local cloud has its own"
            )
        return read_template(self.settings.template, {**own, **given})

    def _make_children(self) -> None:
        folder, dynamodb = self.settings.folder, self.settings.dynamodb
        self.aws_socket = _loopback_socket(0)
        secret = self.credentials.secret_document(self.pepper_key) | dict(self.settings.secrets)
        self.engine = Engine(
            self.template, free_port(), folder, secret, dynamodb, self.lock, self._engine_changed
        )
        environment = shared_environment(self.cloud.functions, self.template.path)
        self.seeds = "PROGRAMS_TABLE" in environment
        supervisor = f"http://127.0.0.1:{self.aws_socket.getsockname()[1]}"
        environment = function_environment(self.engine.url, supervisor, dynamodb) | environment
        hosted = {**self.cloud.functions, _SEED.name: _SEED}
        self.functions = Functions(
            hosted,
            environment,
            self.settings.template.parent,
            folder / "functions.log",
            self._tell_processes,
        )

    def _engine_changed(self) -> None:
        self._tell_processes()
        if self.engine.child.serving.is_set() and self.functions.child.serving.is_set():
            self.seeding = asyncio.create_task(self._plant_keys())

    async def _plant_keys(self) -> None:
        if self.seeds:
            event = {
                "keys": self.credentials.keys_by_scope(),
                "at": format_instant(self.clock.now()),
            }
            try:
                await self.functions.invoke(_SEED.name, event)
            except InvocationFailed as failure:
                raise CannotRun(
                    f"the API keys could not be stored: {failure}; see {self.functions.log}"
                ) from failure

    def _tell_processes(self) -> None:
        if self.functions.child.pid:
            self._tell({"engine": self.engine.child.pid, "functions": self.functions.child.pid})

    def _tell(self, processes: dict[str, int | None]) -> None:
        write_private(self.settings.folder / "local.json", self._local() | {"processes": processes})

    def _local(self) -> dict:
        known = self.credentials
        return {
            "base_url": self.base_url,
            "shop_url": self.shop_url,
            "secret_key": known.secret_key,
            "staff_key": known.staff_key,
            "publishable_key": known.publishable_key,
            "webhook_secrets": known.webhook_secrets,
        }


class _Server(uvicorn.Server):
    """Signals are the supervisor's."""

    @contextlib.contextmanager
    def capture_signals(self):
        yield


def _server(app: object) -> _Server:
    quiet = {
        "access_log": False,
        "log_level": "error",
        "server_header": False,
        "proxy_headers": False,
        "ws": "none",
    }
    return _Server(
        uvicorn.Config(
            app,
            http="httptools",
            lifespan="off",
            timeout_keep_alive=75,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            **quiet,
        )
    )


async def _serve(ending: contextlib.AsyncExitStack, server: _Server, gate: socket.socket) -> None:
    """Returns once it accepts connections; its end lets requests under way finish."""
    serving = asyncio.create_task(server.serve(sockets=[gate]))

    async def stop() -> None:
        server.should_exit = True
        await serving

    ending.push_async_callback(stop)
    while not server.started:
        await asyncio.sleep(0.005)


def _loopback_socket(port: int) -> socket.socket:
    """The protocol is named because asyncio switches Nagle's delay off only where it is."""
    gate = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    gate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    gate.bind(("127.0.0.1", port))
    return gate


def _shop_socket(port: int) -> socket.socket:
    """The next port, or any where that is taken."""
    try:
        return _loopback_socket(port)
    except (OSError, OverflowError):
        return _loopback_socket(0)


def free_port() -> int:
    with _loopback_socket(0) as probe:
        return probe.getsockname()[1]


def progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"grapevine: {text}", file=sys.stderr)


def run(settings: RunSettings) -> None:
    """Returns after a clean stop. Raises CannotRun and the errors of what is read at the start."""
    with lock_folder(settings.folder) as lock:
        (settings.folder / "local.json").unlink(missing_ok=True)
        try:
            gate = _loopback_socket(settings.port)
        except OSError as problem:
            raise CannotRun(
                f"port {settings.port} cannot be used ({problem.strerror}); choose another with --port"
            ) from None

        async def live() -> None:
            await Supervisor(settings, gate, lock).run()

        asyncio.run(live())
