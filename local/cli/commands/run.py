"""`grapevine run`: the whole system on this machine."""

import argparse
import contextlib
import os
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path

from local.cloud.child_process import ChildFailed
from local.cloud.credentials import CredentialsUnreadable
from local.cloud.database import DatabaseDamaged
from local.cloud.folder_lock import FolderUnusable
from local.cloud.resources import Schedule
from local.cloud.run_settings import NeighbourShop, RunSettings
from local.cloud.running_system import SystemAccess
from local.cloud.schedule_expressions import FiringTimes
from local.cloud.supervisor import CannotRun, run
from local.cloud.template import TemplateError
from local.demo.shop import SHOP_NAME

HELP = "run the whole system on this machine"
REFUSALS = (
    CannotRun,
    ChildFailed,
    CredentialsUnreadable,
    DatabaseDamaged,
    FolderUnusable,
    TemplateError,
)
TEMPLATE = Path(__file__).resolve().parents[3] / "template.yaml"
LAST_PORT = 65_535


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port",
        type=_parse_port,
        default=8000,
        help="port of the HTTP API on 127.0.0.1; 0 picks a free one (default: %(default)s)",
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(".grapevine"),
        help="folder for all data (default: %(default)s)",
    )
    parser.add_argument(
        "--demo",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="run the demo shop with its data",
    )
    parser.add_argument(
        "--dynamodb", metavar="URL", help="use another DynamoDB-compatible engine for the tables"
    )
    parser.add_argument(
        "--template",
        type=Path,
        default=TEMPLATE,
        help="use another template (default: Grapevine's own)",
    )
    _declare_proxy(parser)
    parser.add_argument(
        "--parameter",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        type=_parse_parameter,
        help="set a parameter of the template; put the secret of OidcClientId into "
        "OIDC_SECRET, and a processor's API key into, for example, SQUARE_API_SECRET",
    )


def _declare_proxy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--trusted-proxy-secret",
        metavar="SECRET",
        help=(
            "secret that your proxy sends in X-Grapevine-Proxy, so that its visitors can be "
            "told apart"
        ),
    )
    parser.add_argument(
        "--trusted-proxy-header",
        metavar="NAME",
        help="header in which that proxy names the visitor (default: X-Forwarded-For)",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Runs until the process receives SIGTERM or SIGINT."""
    settings = RunSettings(
        arguments.port,
        arguments.data.resolve(),
        arguments.template.resolve(),
        arguments.dynamodb,
        NeighbourShop(SHOP_NAME, _open_demo_shop) if arguments.demo else None,
        dict(arguments.parameter) | _proxy_parameters(arguments),
        _foreign_secrets(os.environ),
    )
    run(settings)
    return 0


def _foreign_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """Secrets that another service gave to the shop, read from the environment.

    `OIDC_SECRET` becomes `oidc`; `SQUARE_API_SECRET`, for the API of a processor, becomes
    `square_api`.
    """
    return {
        name.removesuffix("_SECRET").lower(): secret
        for name, secret in environment.items()
        if name == "OIDC_SECRET" or name.endswith("_API_SECRET")
    }


def _open_demo_shop(
    ending: contextlib.AsyncExitStack,
    gate: socket.socket,
    folder: Path,
    access: SystemAccess,
    schedules: Sequence[tuple[Schedule, FiringTimes]],
) -> None:
    # Imported late: loading its templates takes half a second, which only the shop needs.
    from local.demo.shop.server import open_shop

    open_shop(ending, gate, folder, access, schedules)


def _proxy_parameters(arguments: argparse.Namespace) -> dict[str, str]:
    """The template parameters that the options about a proxy set."""
    options = {
        "TrustedProxySecret": arguments.trusted_proxy_secret,
        "TrustedProxyHeader": arguments.trusted_proxy_header,
    }
    return {name: value for name, value in options.items() if value is not None}


def _parse_port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:9]) <= LAST_PORT):
        raise argparse.ArgumentTypeError(f"must be a whole number from 0 to {LAST_PORT}")
    return int(text)


def _parse_parameter(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise argparse.ArgumentTypeError("must be NAME=VALUE")
    return name, value
