"""`grapevine run`: the whole system on this machine."""

import argparse
import os
from pathlib import Path

from local.cloud.child_process import ChildFailed
from local.cloud.credentials import CredentialsUnreadable
from local.cloud.folder_lock import FolderUnusable
from local.cloud.supervisor import CannotRun, RunSettings, run
from local.cloud.template import TemplateError

REFUSALS = (CannotRun, ChildFailed, CredentialsUnreadable, FolderUnusable, TemplateError)
TEMPLATE = Path(__file__).resolve().parents[3] / "template.yaml"
LAST_PORT = 65_535


def declare(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser("run", help="run the whole system on this machine")
    of_port = "of the HTTP API on 127.0.0.1; 0 chooses a free one (default: %(default)s)"
    parser.add_argument("--port", type=_port, default=8000, help=of_port)
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(".grapevine"),
        help="folder that keeps everything (default: %(default)s)",
    )
    parser.add_argument(
        "--demo",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="with the demo shop and its data",
    )
    parser.add_argument(
        "--dynamodb", metavar="URL", help="another DynamoDB-compatible engine for the tables"
    )
    parser.add_argument(
        "--template",
        type=Path,
        default=TEMPLATE,
        help="play another template (default: Grapevine's own)",
    )
    told = "of the template, as at a deployment; the secret of OidcClientId comes in the environment, as OIDC_SECRET"
    parser.add_argument(
        "--parameter", metavar="NAME=VALUE", action="append", default=[], type=_parameter, help=told
    )
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    folder, template, parameters = (
        arguments.data.resolve(),
        arguments.template.resolve(),
        dict(arguments.parameter),
    )
    secrets = {"oidc": os.environ["OIDC_SECRET"]} if "OIDC_SECRET" in os.environ else {}
    run(
        RunSettings(
            arguments.port,
            folder,
            template,
            arguments.dynamodb,
            arguments.demo,
            parameters,
            secrets,
        )
    )
    return 0


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:9]) <= LAST_PORT):
        raise argparse.ArgumentTypeError(f"must be a whole number from 0 to {LAST_PORT}")
    return int(text)


def _parameter(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise argparse.ArgumentTypeError("must be a name, =, and a value")
    return name, value
