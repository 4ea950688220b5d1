"""Runs the local cloud.

This process is the gateway, the bus, the queues and the clock. It has two child processes: the
engine with the tables, and the process of the functions.
"""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Mapping

from local.cloud.aws_endpoint import AwsEndpoint
from local.cloud.bus import Bus
from local.cloud.clock import Clock, format_instant
from local.cloud.credentials import load_credentials, secret_fields, write_private
from local.cloud.database import open_database
from local.cloud.engine import Engine, function_environment
from local.cloud.folder_lock import lock_folder
from local.cloud.functions import Functions, InvocationFailed, shared_environment
from local.cloud.gateway import Gateway
from local.cloud.local_api import LocalApi
from local.cloud.loopback import bind_loopback, bind_near, port_of, serve
from local.cloud.mailbox import Mailbox
from local.cloud.queue_poller import QueuePoller
from local.cloud.queues import Queues
from local.cloud.resource_reader import read_resources
from local.cloud.resources import Function
from local.cloud.run_settings import RunSettings
from local.cloud.running_system import LocalSystem, ProcessIds, SystemAccess, write_environment
from local.cloud.scheduler import Scheduler
from local.cloud.stream_poller import StreamPoller
from local.cloud.stream_reader import EngineUnreachable, StreamsUnsupported
from local.cloud.template import Template, read_template

USUAL = {"ListenersOnBus": "true"}
"""Parameters of this machine that the command line may set: `GET /_local/bus` shows every event."""
_STORE_API_KEYS = Function(
    "LocalStoreApiKeys", "local.cloud.functions_process.store_api_keys", 30, {}
)
"""Not in the template. It stores the API keys from inside the functions' process, because only a
function can write to the tables as the product does.
"""
OWNER_EMAIL, MAIL_FROM = "owner@example.com", "grapevine@example.com"
"""The addresses of the owner, who can sign in to a new console, and of the sender of mails."""


class CannotRun(Exception):
    """The local cloud cannot start; the message says what to do."""


class Supervisor:
    """All parts of the local cloud; create and run it inside an event loop.

    * `gate`: the bound socket of the HTTP API.
    * `lock`: the lock of the data folder, a file descriptor.
    """

    def __init__(self, settings: RunSettings, gate: socket.socket, lock: int) -> None:
        self.settings, self.gate = settings, gate
        self.base_url = _url(gate)
        self.shop_gate = bind_near(port_of(gate) + 1) if settings.shop else None
        self.shop_url = (
            _url(self.shop_gate) if self.shop_gate else f"http://127.0.0.1:{port_of(gate) + 1}"
        )
        template = self._read_template()
        resources = read_resources(template)
        pepper_key, providers = secret_fields(template)
        self.credentials = load_credentials(settings.folder, providers)
        self.clock = Clock()
        self.database = open_database(settings.folder / "journal.sqlite")
        self.queues = Queues(self.database, resources.queues)
        self.bus = Bus(self.database, resources, self.queues, self.clock)
        self.mailbox = Mailbox(self.database)
        self.aws_gate = bind_loopback(0)
        secret = self.credentials.secret_document(pepper_key) | dict(settings.secrets)
        self.engine = self._make_engine(template, secret, lock)
        environment = shared_environment(resources.functions, template.path)
        self.stores_api_keys = "PROGRAMS_TABLE" in environment
        self.functions = self._make_functions(resources.functions, environment)
        engine_serving = self.engine.child.serving
        self.queue_poller = QueuePoller(
            resources.queue_mappings, self.queues, self.functions, engine_serving, self.clock
        )
        self.stream_poller = StreamPoller(
            template,
            resources.stream_mappings,
            self.database,
            self.functions,
            self.engine.tables_url,
            engine_serving,
            self.clock,
        )
        self.scheduler = Scheduler(resources.schedules, self.functions, self.clock)
        self.gateway = Gateway(resources, self.functions, self.clock, self._make_local_api())

    def _read_template(self) -> Template:
        """Reads the template with the parameters of this machine and those of the command line.

        Raises CannotRun if the command line sets a parameter of this machine.
        """
        declared = read_template(self.settings.template).parameters
        values = {
            "BaseUrl": self.base_url,
            "ShopUrl": self.shop_url,
            "ShopOrigins": self.shop_url,
            "AcceptSandbox": "true",
            "OwnerEmail": OWNER_EMAIL,
            "MailFrom": MAIL_FROM,
        }
        if self.settings.shop:
            values["ShopName"] = self.settings.shop.name
        usual = {name: value for name, value in USUAL.items() if name in declared}
        own = {name: value for name, value in values.items() if name in declared}
        if refused := sorted(own.keys() & self.settings.parameters.keys()):
            raise CannotRun(
                f"{', '.join(refused)} cannot be chosen here: the local cloud has its own"
            )
        return read_template(self.settings.template, {**usual, **own, **self.settings.parameters})

    def _make_engine(self, template: Template, secret: dict[str, str], lock: int) -> Engine:
        return Engine(
            template,
            self.settings.folder,
            secret,
            self.settings.dynamodb,
            lock,
            self._on_engine_changed,
        )

    def _make_functions(
        self, functions: dict[str, Function], environment: dict[str, str]
    ) -> Functions:
        access = function_environment(self.engine.url, _url(self.aws_gate), self.settings.dynamodb)
        write_environment(self.settings.folder, access | environment)
        return Functions(
            {**functions, _STORE_API_KEYS.name: _STORE_API_KEYS},
            access | environment,
            self.settings.template.parent,
            self.settings.folder / "functions.log",
            self._write_processes,
        )

    def _make_local_api(self) -> LocalApi:
        return LocalApi(
            self.clock,
            self.queues,
            self.bus,
            self.mailbox,
            self.queue_poller,
            self.stream_poller,
            self.scheduler,
        )

    async def run(self) -> None:
        """Runs until SIGTERM or SIGINT, then stops cleanly."""
        stop = asyncio.Event()
        for kind in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(kind, stop.set)
        async with contextlib.AsyncExitStack() as ending:
            await self._start(ending)
            print(f"ready {self.base_url}", flush=True)
            await stop.wait()
            report_progress("stopping: letting what is under way end, then writing everything down")
        with contextlib.suppress(OSError):
            self._write_local_json({"engine": None, "functions": None})

    async def _start(self, ending: contextlib.AsyncExitStack) -> None:
        """Starts all parts; `ending` stops them in reverse order."""
        ending.callback(self.database.close)
        aws = AwsEndpoint(self.database, self.bus, self.queues, self.mailbox, self.clock)
        await serve(ending, aws, self.aws_gate)
        report_progress("starting the engine")
        ending.push_async_callback(self.engine.child.stop)
        warned = asyncio.to_thread(_warn_of_secrets, self.credentials.webhook_secrets)
        await asyncio.gather(self.engine.child.start(), warned)
        report_progress("starting the functions")
        ending.push_async_callback(self.functions.stop)
        await self.functions.child.start()
        await self._store_api_keys()
        await self._start_stream_poller()
        ending.push_async_callback(self.stream_poller.stop)
        self.queue_poller.start()
        ending.push_async_callback(self.queue_poller.stop)
        scheduling = asyncio.create_task(self.scheduler.run())
        ending.callback(scheduling.cancel)
        try:
            await serve(ending, self.gateway, self.gate)
        except OSError as problem:
            raise _port_refused(port_of(self.gate), problem) from None
        self._write_processes()
        if self.settings.shop and self.shop_gate:
            folder, schedules = self.settings.folder, self.scheduler.schedules
            self.settings.shop.open(ending, self.shop_gate, folder, self._access(), schedules)
            report_progress(f"a demo shop with a guide is open at {self.shop_url}/guide")

    async def _start_stream_poller(self) -> None:
        try:
            await self.stream_poller.start()
        except (EngineUnreachable, StreamsUnsupported) as problem:
            raise CannotRun(
                f"the engine at {self.engine.tables_url} cannot tell what is written: {problem};"
                " choose one with DynamoDB streams"
            ) from None

    def _on_engine_changed(self) -> None:
        """Stores the new process ids. If the engine was restarted, store the API keys in it again."""
        self._write_processes()
        if self.engine.child.serving.is_set() and self.functions.child.serving.is_set():
            self.storing = asyncio.create_task(self._store_api_keys())

    async def _store_api_keys(self) -> None:
        if self.stores_api_keys:
            event = {
                "keys": self.credentials.keys_by_scope(),
                "at": format_instant(self.clock.now()),
            }
            try:
                await self.functions.invoke(_STORE_API_KEYS.name, event)
            except InvocationFailed as failure:
                raise CannotRun(
                    f"the API keys could not be stored: {failure}; see {self.functions.log}"
                ) from failure

    def _write_processes(self) -> None:
        """Writes the process ids to local.json, unless the functions have not been started yet.

        If the disk is full, the file keeps the old ids.
        """
        if self.functions.child.pid:
            with contextlib.suppress(OSError):
                self._write_local_json(
                    {"engine": self.engine.child.pid, "functions": self.functions.child.pid}
                )

    def _write_local_json(self, processes: ProcessIds) -> None:
        system: LocalSystem = {**self._access(), "processes": processes}
        write_private(self.settings.folder / "local.json", system)

    def _access(self) -> SystemAccess:
        return {
            "base_url": self.base_url,
            "shop_url": self.shop_url,
            "secret_key": self.credentials.secret_key,
            "staff_key": self.credentials.staff_key,
            "publishable_key": self.credentials.publishable_key,
            "webhook_secrets": self.credentials.webhook_secrets,
        }


def _warn_of_secrets(webhook_secrets: Mapping[str, str]) -> None:
    """Prints a warning for each provider whose secret in keys.json is too weak: its webhooks are
    refused.
    """
    from shared.webhooks import refused_secrets  # slow, but the engine starts at the same time

    for provider, problem in refused_secrets(webhook_secrets).items():
        if provider in webhook_secrets:
            text = f"grapevine: webhooks of {provider} are refused: {problem}"
            print(text, file=sys.stderr, flush=True)


def _url(gate: socket.socket) -> str:
    return f"http://127.0.0.1:{port_of(gate)}"


def _port_refused(port: int, problem: OSError) -> CannotRun:
    return CannotRun(f"port {port} cannot be used ({problem.strerror}); choose another with --port")


def report_progress(text: str) -> None:
    """Prints a line if standard error is a terminal."""
    if sys.stderr.isatty():
        print(f"grapevine: {text}", file=sys.stderr)


def run(settings: RunSettings) -> None:
    """Runs the local cloud until it is stopped.

    Raises CannotRun, ChildFailed, CredentialsUnreadable, DatabaseDamaged, FolderUnusable or
    TemplateError.
    """
    with lock_folder(settings.folder) as lock:
        (settings.folder / "local.json").unlink(missing_ok=True)
        try:
            gate = bind_loopback(settings.port)
        except OSError as problem:
            raise _port_refused(settings.port, problem) from None

        async def supervise() -> None:
            await Supervisor(settings, gate, lock).run()

        asyncio.run(supervise())
