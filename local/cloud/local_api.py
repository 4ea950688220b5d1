"""The HTTP endpoints that only the local cloud has: `/_local/clock`, `/_local/drain`,
`/_local/mail` and others.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from local.cloud.bus import Bus
from local.cloud.clock import Clock, format_instant, parse_instant
from local.cloud.functions import FunctionsUnavailable, InvocationCut, InvocationFailed
from local.cloud.http_events import GatewayRequest, GatewayResponse, problem_response
from local.cloud.mailbox import Mailbox
from local.cloud.mailbox_page import render_mailbox
from local.cloud.queue_poller import QueuePoller
from local.cloud.queues import Queues
from local.cloud.scheduler import Scheduler
from local.cloud.stream_poller import StreamPoller

STUCK_SECONDS = 30.0
_POLL_SECONDS = 0.01
_SCHEDULE_PATH = re.compile(r"/_local/schedule/([A-Za-z0-9]+)")

type LocalOperation = Callable[[GatewayRequest], Awaitable[GatewayResponse]]


class InvalidField(Exception):
    """A field of the request body is invalid; the message says what it must be."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class LocalApi:
    def __init__(
        self,
        clock: Clock,
        queues: Queues,
        bus: Bus,
        mailbox: Mailbox,
        queue_poller: QueuePoller,
        stream_poller: StreamPoller,
        scheduler: Scheduler,
    ) -> None:
        self.clock, self.queues, self.bus, self.mailbox = clock, queues, bus, mailbox
        self.queue_poller, self.stream_poller = queue_poller, stream_poller
        self.scheduler = scheduler
        self._operations: dict[str, LocalOperation] = {
            "GET /_local/clock": self._show_clock,
            "POST /_local/clock": self._set_clock,
            "POST /_local/drain": self._drain,
            "GET /_local/mail": self._list_mails,
            "GET /_local/mailbox": self._show_mailbox,
            "GET /_local/bus": self._list_events,
        }

    async def answer(self, request: GatewayRequest) -> GatewayResponse:
        try:
            if operation := self._operations.get(f"{request.method} {request.raw_path}"):
                return await operation(request)
            path = _SCHEDULE_PATH.fullmatch(request.raw_path)
            if request.method == "POST" and path:
                return await self._fire(request, path[1])
        except InvalidField as invalid:
            errors = [{"field": invalid.field, "message": str(invalid)}]
            return problem_response(
                422, "invalid_request", f"{invalid.field} {invalid}", errors=errors
            )
        return problem_response(
            404, "not_found", f"The local cloud has no {request.method} {request.raw_path}."
        )

    async def _show_clock(self, request: GatewayRequest) -> GatewayResponse:
        return _ok({"now": format_instant(self.clock.now()), "follows": self.clock.follows})

    async def _set_clock(self, request: GatewayRequest) -> GatewayResponse:
        """Sets the clock.

        The streams are read first, so records that are already written keep the time before the
        change.
        """
        body = _parse_object(request)
        if "now" not in body:
            raise InvalidField(
                "now", "is missing; give an instant, or null to follow the real clock"
            )
        now = None if body["now"] is None else _parse_instant_field(body, "now")
        await self.stream_poller.catch_up()
        self.clock.set(now)
        return await self._show_clock(request)

    async def _fire(self, request: GatewayRequest, function: str) -> GatewayResponse:
        """Runs all schedules of a function, with the time in the body or, without one, the present
        time.
        """
        schedules = self.scheduler.list_schedules(function)
        if not schedules:
            detail = f"The template has no function {function} with a schedule."
            return problem_response(404, "no_such_schedule", detail)
        body = _parse_object(request)
        at = self.clock.now() if body.get("time") is None else _parse_instant_field(body, "time")
        try:
            results = [await self.scheduler.fire(schedule, at) for schedule in schedules]
        except (FunctionsUnavailable, InvocationCut, InvocationFailed) as failure:
            return problem_response(502, "schedule_failed", f"{function} failed: {failure}")
        return _ok({"function": function, "time": format_instant(at), "results": results})

    async def _drain(self, request: GatewayRequest) -> GatewayResponse:
        """Waits until all messages and stream records are processed.

        Answers 504 if none of them gets finished for 30 seconds.
        """
        loop = asyncio.get_running_loop()
        finished, changed_at = self._count_finished(), loop.time()
        while waiting := await self._count_waiting():
            if self._count_finished() != finished:
                finished, changed_at = self._count_finished(), loop.time()
            elif loop.time() - changed_at > STUCK_SECONDS:
                return problem_response(
                    504,
                    "drain_stuck",
                    "Messages wait and none gets done; see the functions' log.",
                    waiting=waiting,
                    dead_letters=self._count_dead_letters(),
                )
            await asyncio.sleep(_POLL_SECONDS)
        return _ok({"idle": True, "dead_letters": self._count_dead_letters()})

    def _count_finished(self) -> int:
        return self.queue_poller.finished + self.stream_poller.finished

    async def _count_waiting(self) -> dict[str, int]:
        """Returns how many due messages each queue has and how many stream records each mapping has;
        zeros are left out.

        If nothing waits, the streams are read, in case they have new records. Messages are counted
        after that, because a record may become a message while a stream is read.
        """
        if not self._count_due() and not self.stream_poller.count_waiting():
            await self.stream_poller.catch_up()
        return self._count_due() | self.stream_poller.count_waiting()

    def _count_due(self) -> dict[str, int]:
        """Returns how many due messages each queue with a consuming function has; zeros are left
        out.
        """
        consumed = {
            self.queues.queues[mapping.queue].logical for mapping in self.queue_poller.mappings
        }
        return {
            name: depth
            for name, depth in self.queues.count_due().items()
            if depth and name in consumed
        }

    def _count_dead_letters(self) -> dict[str, int]:
        names = {self.queues.queues[arn].logical for arn in self.queues.dead_letter_arns()}
        depths = self.queues.count_messages()
        return {name: depth for name, depth in depths.items() if name in names}

    async def _list_mails(self, request: GatewayRequest) -> GatewayResponse:
        return _ok({"items": self.mailbox.list_mails()})

    async def _show_mailbox(self, request: GatewayRequest) -> GatewayResponse:
        """Answers with the mailbox as an HTML page; `?mail=3` opens the third mail, counted from the
        oldest.
        """
        number = dict(parse_qsl(request.query)).get("mail", "")
        mails = self.mailbox.list_mails()
        page = render_mailbox(mails, int(number) if number.isdecimal() else None)
        return GatewayResponse(200, (("content-type", "text/html; charset=utf-8"),), page.encode())

    async def _list_events(self, request: GatewayRequest) -> GatewayResponse:
        return _ok({"items": self.bus.list_events()})


def _ok(value: object) -> GatewayResponse:
    body = json.dumps(value, ensure_ascii=False).encode()
    return GatewayResponse(200, (("content-type", "application/json"),), body)


def _parse_object(request: GatewayRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body or b"{}")
    except ValueError:
        raise InvalidField("body", "is not JSON") from None
    if not isinstance(body, dict):
        raise InvalidField("body", "is not a JSON object")
    return body


def _parse_instant_field(body: dict[str, Any], field: str) -> datetime:
    try:
        return parse_instant(body[field])
    except ValueError as problem:
        raise InvalidField(field, str(problem)) from None
