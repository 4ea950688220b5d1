"""Lines of the functions' logs: the faults, or everything that names one id, in the order of time."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from local.operations.deployed_stack import CannotOperate, DeployedStack, client, refusals
from local.operations.waiting import wait_for

LOG_GROUP, ENDING = "AWS::Logs::LogGroup", "Logs"
IDS = (
    "correlation_id",
    "order_id",
    "event_id",
    "message_id",
    "entry_id",
    "function_request_id",
    "id",
)
"""Fields by which a line says what it is about; `id` is that of a request in the access log."""
STAFF_API = (
    "ServeBacktests",
    "ServeImports",
    "ServeJournal",
    "ServeKeys",
    "ServePrograms",
    "ServeReviews",
    "ServeSettlements",
    "ServeStaff",
    "ServeWebhooks",
)
"""Functions that share a log group, because CloudFormation counts each."""
FAULTS = ("WARNING", "ERROR", "CRITICAL")
ID = re.compile(r"[A-Za-z0-9_:.=+/|#@-]{1,128}")
MOST_GROUPS = 50
"""Insights looks through no more of them at once."""
MOST_LINES = 1000
OVER = {"Complete", "Failed", "Cancelled", "Timeout"}
MINUTES = 15
LEFT_OUT = {"location", "service", "timestamp", "xray_trace_id"}


def show_lines(
    stack: DeployedStack,
    since: timedelta,
    at: datetime,
    say: Callable[[str], None],
    *,
    function: str | None = None,
    about: str | None = None,
) -> int:
    """Returns 1 where there is no line. Raises `CannotOperate`."""
    groups = _groups(stack, function)
    query = _query(about)
    with refusals(f"the logs of stack {stack.name}"):
        found = [
            line
            for some in batched(groups, MOST_GROUPS, strict=False)
            for line in _ask(list(some), query, since, at)
        ]
    wanted = sorted(line for line in found if _is_wanted(line[1], about))
    for when, line in wanted:
        say(f"{when}  {_text(line)}")
    if not wanted:
        what = f"names {about}" if about else "tells of a fault"
        say(f"no line of the last {since.total_seconds() / 3600:g} hours {what}")
    return 0 if wanted else 1


def _groups(stack: DeployedStack, function: str | None) -> list[str]:
    known = {
        logical.removesuffix(ENDING): name for logical, name in stack.of_kind(LOG_GROUP).items()
    }
    if function is None:
        return sorted(known.values())
    group = log_group_of(function)
    if group not in known:
        raise CannotOperate(
            f"nothing called {function} logs; choose of: {', '.join(sorted(known))}"
        )
    return [known[group]]


def log_group_of(function: str) -> str:
    """Where a function logs: the console's together, those of the staff's API, the others alone."""
    if function.startswith("ServeConsole"):
        return "Console"
    return "StaffApi" if function in STAFF_API else function


def _query(about: str | None) -> str:
    """In the language of CloudWatch Logs Insights."""
    if about is None:
        chosen = f"level in {json.dumps(FAULTS)}"
    elif ID.fullmatch(about):
        chosen = " or ".join(f'{name} = "{about}"' for name in IDS)
    else:
        raise CannotOperate(f"{about!r} is no id; give one of an order, a message or a request")
    return f"fields @timestamp, @message | filter {chosen} | sort @timestamp | limit {MOST_LINES}"


def _ask(
    groups: list[str], query: str, since: timedelta, at: datetime
) -> Iterator[tuple[str, str]]:
    logs = client("logs")
    asked = logs.start_query(
        logGroupNames=groups,
        startTime=int((at - since).timestamp()),
        endTime=int(at.timestamp()) + 1,
        queryString=query,
    )["queryId"]
    answer: Mapping[str, Any] = {}

    def is_over() -> bool:
        nonlocal answer
        answer = logs.get_query_results(queryId=asked)
        return answer["status"] in OVER

    wait_for("the search through the logs", is_over, MINUTES)
    for row in answer["results"]:
        fields = {field["field"]: field["value"] for field in row}
        yield fields["@timestamp"], fields["@message"]


def _is_wanted(line: str, about: str | None) -> bool:
    """Looked at once more here: the embedded engine hands out every line."""
    try:
        fields = json.loads(line)
    except ValueError:
        return about is not None and about in line
    if about is None:
        return fields.get("level") in FAULTS
    return any(fields.get(name) == about for name in IDS)


def _text(line: str) -> str:
    """The message first, then the other fields; a line that is no JSON stays as it is."""
    try:
        fields = json.loads(line)
    except ValueError:
        return line.strip()
    message = fields.pop("message", "")
    rest = " ".join(f"{name}={value}" for name, value in fields.items() if name not in LEFT_OUT)
    return f"{message}  {rest}"
