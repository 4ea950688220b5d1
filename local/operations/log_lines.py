"""Prints lines from the functions' logs in order of time: all faults, or all lines with one id."""

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
"""Fields of a log line that can hold an id; `id` is the request id in the access log."""
STAFF_API = (
    "ServeBacktests",
    "ServeImports",
    "ServeJournal",
    "ServeKeys",
    "ServeMail",
    "ServeMembership",
    "ServePrivacy",
    "ServePrograms",
    "ServeReferrals",
    "ServeReviews",
    "ServeSettlements",
    "ServeStaff",
    "ServeWebhooks",
)
"""Functions that share one log group, because CloudFormation limits the number of resources."""
FAULTS = ("WARNING", "ERROR", "CRITICAL")
ID = re.compile(r"[A-Za-z0-9_:.=+/|#@-]{1,128}")
MOST_GROUPS = 50
"""The limit of Logs Insights for one query."""
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
    """Prints the log lines between `at - since` and `at`.

    * `about`: an id; only lines with it are shown. If it is None, only faults are shown.
    * `function`: only lines of this function; all if None.

    Returns 1 if there are no lines, otherwise 0. Raises `CannotOperate`.
    """
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
            f"there is no function {function}; choose one of: {', '.join(sorted(known))}"
        )
    return [known[group]]


def log_group_of(function: str) -> str:
    """The name of the log group of a function, without `Logs`. The console's functions share one
    group and those of the staff API another.
    """
    if function.startswith("ServeConsole"):
        return "Console"
    return "StaffApi" if function in STAFF_API else function


def _query(about: str | None) -> str:
    """A query in the language of CloudWatch Logs Insights; raises `CannotOperate` if `about` cannot
    be an id.
    """
    if about is None:
        chosen = f"level in {json.dumps(FAULTS)}"
    elif ID.fullmatch(about):
        chosen = " or ".join(f'{name} = "{about}"' for name in IDS)
    else:
        raise CannotOperate(
            f"{about!r} is not an id; give the id of an order, a message or a request"
        )
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
    """Whether a line matches the query. The query already filters on AWS, but MiniStack returns
    every line.
    """
    try:
        fields = json.loads(line)
    except ValueError:
        return about is not None and about in line
    if about is None:
        return fields.get("level") in FAULTS
    return any(fields.get(name) == about for name in IDS)


def _text(line: str) -> str:
    """The message, then the other fields. A line that is not JSON is returned as it is."""
    try:
        fields = json.loads(line)
    except ValueError:
        return line.strip()
    message = fields.pop("message", "")
    rest = " ".join(f"{name}={value}" for name, value in fields.items() if name not in LEFT_OUT)
    return f"{message}  {rest}"
