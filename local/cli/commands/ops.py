"""`grapevine ops`: operations on a deployed stack, with your own AWS credentials
(docs/runbooks.md).
"""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from local.operations.deployed_stack import CannotOperate, NoStack, load_stack
from shared.domain.instants import parse_instant

HELP = "operate a deployed stack: status, logs, redrive, replay, rotate, backup, restore, …"
REFUSALS = (CannotOperate, NoStack)
LATEST = "latest"
KEY = "key"


def declare(parser: argparse.ArgumentParser) -> None:
    operations = parser.add_subparsers(
        title="operations", required=True, metavar="OPERATION", dest="operation"
    )
    for name, (help_text, declare_options, execute_operation) in OPERATIONS.items():
        operation = operations.add_parser(name, help=help_text, description=help_text)
        operation.add_argument(
            "--stack", default="grapevine", help="name of the stack (default: %(default)s)"
        )
        declare_options(operation)
        operation.set_defaults(execute_operation=execute_operation)


def execute(arguments: argparse.Namespace) -> int:
    status: int = arguments.execute_operation(arguments)
    return status


def _say(line: str) -> None:
    print(line, flush=True)


def _declare_redrive(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("queues", nargs="*", metavar="QUEUE", help="orders, mail, … (default: all)")
    parser.add_argument(
        "--most",
        type=int,
        default=1000,
        help="most messages to move per queue (default: %(default)s)",
    )
    _declare_dry_run(parser)


def _redrive(arguments: argparse.Namespace) -> int:
    from local.operations.redrive import redrive

    return redrive(arguments.stack, arguments.queues, _say, arguments.dry_run, arguments.most)


def _declare_replay(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="since", type=_instant, required=True, metavar="INSTANT")
    parser.add_argument("--until", type=_instant, metavar="INSTANT", help="(default: now)")
    parser.add_argument(
        "--every-rule",
        action="store_true",
        help="replay to webhooks and emails too, not only to orders",
    )
    _declare_dry_run(parser)


def _replay(arguments: argparse.Namespace) -> int:
    from local.operations.replay import replay

    now = datetime.now(UTC)
    return replay(
        load_stack(arguments.stack),
        arguments.since,
        arguments.until or now,
        _say,
        every_rule=arguments.every_rule,
        dry_run=arguments.dry_run,
        at=now,
    )


def _declare_rotate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "which", help=(f"stripe, shopify, … or oidc for its secret; {KEY} for an API key")
    )
    parser.add_argument(
        "--secret-file", metavar="FILE", help="file that holds only the new secret; - for stdin"
    )
    parser.add_argument("--finish", action="store_true", help="remove the old secret")
    parser.add_argument(
        "--prefix", help=("first characters of the API key, as the console shows them")
    )
    parser.add_argument(
        "--hours",
        type=int,
        default=24,
        help=("how long the old API key stays valid (default: %(default)s)"),
    )


def _rotate(arguments: argparse.Namespace) -> int:
    from local.operations.rotate import finish_rotation, rotate_key, rotate_secret

    if arguments.which == KEY:
        if not arguments.prefix:
            raise CannotOperate("name the key with --prefix; GET /v1/keys shows the prefixes")
        overlap = timedelta(hours=arguments.hours)
        return rotate_key(arguments.stack, arguments.prefix, overlap, _say)
    if arguments.finish:
        return finish_rotation(arguments.stack, arguments.which, _say)
    secret = _read_secret(arguments.secret_file)
    return rotate_secret(arguments.stack, arguments.which, secret, _say)


def _read_secret(file: str | None) -> str:
    """The secret in the file, or from standard input if `file` is `-`.

    A secret is never a command-line argument, because arguments are visible in the shell's history
    and in the list of processes.
    """
    if file is None:
        raise CannotOperate("give the new secret with --secret-file FILE, or - to type it")
    try:
        return (sys.stdin.read() if file == "-" else Path(file).read_text()).strip()
    except OSError as problem:
        raise CannotOperate(f"{file} cannot be read: {problem.strerror}") from None


def _declare_backup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--secrets-file",
        type=Path,
        metavar="FILE",
        help="write the secret document, including the pepper, to a new file",
    )
    parser.add_argument(
        "--no-tables", dest="tables", action="store_false", help="do not back up the tables"
    )


def _backup(arguments: argparse.Namespace) -> int:
    from local.operations.backup import backup

    if not arguments.tables and not arguments.secrets_file:
        raise CannotOperate("nothing to back up: give --secrets-file, or leave out --no-tables")
    now = datetime.now(UTC)
    return backup(arguments.stack, arguments.secrets_file, _say, now, arguments.tables)


def _declare_restore(parser: argparse.ArgumentParser) -> None:
    origin = parser.add_mutually_exclusive_group(required=True)
    origin.add_argument(
        "--to", metavar="INSTANT", help=(f"an instant in the last 35 days, or {LATEST}")
    )
    origin.add_argument(
        "--from-backup", metavar="MARK", help="the mark that `grapevine ops backup` printed"
    )
    _declare_dry_run(parser)


def _restore(arguments: argparse.Namespace) -> int:
    from local.operations.restore import latest_origin, restore
    from local.operations.restored_tables import OfBackup, PointInTime

    if arguments.from_backup:
        origin: OfBackup | PointInTime = OfBackup(arguments.from_backup)
    elif arguments.to == LATEST:
        origin = latest_origin(arguments.stack, _say)
    else:
        try:
            origin = PointInTime(parse_instant(arguments.to))
        except ValueError as problem:
            raise CannotOperate(f"--to: {problem}, or {LATEST}") from None
    return restore(arguments.stack, origin, _say, arguments.dry_run)


def _declare_nothing(parser: argparse.ArgumentParser) -> None:
    """For an operation without further options."""


def _verify(arguments: argparse.Namespace) -> int:
    from local.operations.verification import verify_stack

    return verify_stack(arguments.stack, _say)


def _declare_reindex(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from",
        dest="after",
        default="",
        metavar="CURSOR",
        help="continue from the cursor that an earlier run printed",
    )


def _reindex(arguments: argparse.Namespace) -> int:
    from local.operations.reindex import reindex

    return reindex(arguments.stack, arguments.after, _say)


def _status(arguments: argparse.Namespace) -> int:
    from local.operations.status import show_status

    return show_status(arguments.stack, _say, datetime.now(UTC))


def _declare_logs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--id", help="id of an order, a request, an event or a message")
    parser.add_argument("--function", metavar="NAME", help="only this function (default: all)")
    parser.add_argument(
        "--hours", type=float, default=24, help="look back this many hours (default: %(default)s)"
    )


def _logs(arguments: argparse.Namespace) -> int:
    from local.operations.log_lines import show_lines

    return show_lines(
        load_stack(arguments.stack),
        timedelta(hours=arguments.hours),
        datetime.now(UTC),
        _say,
        function=arguments.function,
        about=arguments.id,
    )


def _declare_test_alarm(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--alarm", metavar="NAME", help=("logical id in the template (default: any alarm)")
    )


def _test_alarm(arguments: argparse.Namespace) -> int:
    from local.operations.alarm_trial import try_alarm

    return try_alarm(arguments.stack, arguments.alarm, _say)


def _declare_dry_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would be done without doing it"
    )


def _instant(text: str) -> datetime:
    try:
        return parse_instant(text)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(str(problem)) from None


type Declare = Callable[[argparse.ArgumentParser], None]
type Execute = Callable[[argparse.Namespace], int]

OPERATIONS: dict[str, tuple[str, Declare, Execute]] = {
    "backup": ("back up the tables, and the secrets with the pepper", _declare_backup, _backup),
    "logs": (
        "show errors, or everything logged about one id, from all functions",
        _declare_logs,
        _logs,
    ),
    "redrive": ("move dead letters back to their queues", _declare_redrive, _redrive),
    "reindex": ("rebuild the lists of members and orders", _declare_reindex, _reindex),
    "replay": ("replay events from the archive", _declare_replay, _replay),
    "restore": ("switch the stack to restored tables", _declare_restore, _restore),
    "rotate": (
        "replace a secret or an API key; the old one stays valid for a while",
        _declare_rotate,
        _rotate,
    ),
    "status": (
        "show queues, dead letters, alarms, open months and parked deliveries",
        _declare_nothing,
        _status,
    ),
    "test-alarm": ("trigger an alarm and check that it arrives", _declare_test_alarm, _test_alarm),
    "verify": ("recompute the whole ledger and compare", _declare_nothing, _verify),
}
