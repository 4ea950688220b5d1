"""What only the local cloud has: `/_local/clock`, `/schedule/{function}`, `/drain`, `/mail`, `/mailbox`, `/bus`."""

import asyncio
import json
import re
from urllib.parse import parse_qsl

from local.cloud import mailbox_page
from local.cloud.bus import Bus
from local.cloud.clock import Clock, format_instant, parse_instant
from local.cloud.functions import FunctionsUnavailable, InvocationCut, InvocationFailed
from local.cloud.http_events import GatewayRequest, GatewayResponse, problem_response
from local.cloud.mailbox import Mailbox
from local.cloud.queue_poller import QueuePoller
from local.cloud.queues import Queues
from local.cloud.scheduler import Scheduler
from local.cloud.stream_poller import StreamPoller

STUCK_SECONDS = 30.0
_LOOK_SECONDS = 0.01
_SCHEDULE = re.compile(r"/_local/schedule/([A-Za-z0-9]+)")


class InvalidField(Exception):
    """A field of the request's body; the message says what it must be."""

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
        pump: QueuePoller,
        streams: StreamPoller,
        scheduler: Scheduler,
    ) -> None:
        self.clock, self.queues, self.bus, self.mailbox = clock, queues, bus, mailbox
        self.pump, self.streams, self.scheduler = pump, streams, scheduler
        self._calls = {
            "GET /_local/clock": self._tell_clock,
            "POST /_local/clock": self._set_clock,
            "POST /_local/drain": self._drain,
            "GET /_local/mail": self._mail,
            "GET /_local/mailbox": self._mailbox,
            "GET /_local/bus": self._events,
        }

    async def answer(self, request: GatewayRequest) -> GatewayResponse:
        try:
            if call := self._calls.get(f"{request.method} {request.raw_path}"):
                return await call(request)
            if request.method == "POST" and (scheduled := _SCHEDULE.fullmatch(request.raw_path)):
                return await self._fire(request, scheduled[1])
        except InvalidField as wrong:
            errors = [{"field": wrong.field, "message": str(wrong)}]
            return problem_response(422, "invalid_request", f"{wrong.field} {wrong}", errors=errors)
        return problem_response(
            404, "not_found", f"The local cloud has no {request.method} {request.raw_path}."
        )

    async def _tell_clock(self, request: GatewayRequest) -> GatewayResponse:
        return _json({"now": format_instant(self.clock.now()), "follows": self.clock.follows})

    async def _set_clock(self, request: GatewayRequest) -> GatewayResponse:
        """What was written until now keeps the time at which it was."""
        body = _object(request)
        if "now" not in body:
            raise InvalidField("now", "is missing; give an instant, or null to follow the real clock")
        now = None if body["now"] is None else _instant(body, "now")
        await self.streams.catch_up()
        self.clock.set(now)
        return await self._tell_clock(request)

    async def _fire(self, request: GatewayRequest, function: str) -> GatewayResponse:
        schedules = self.scheduler.of_function(function)
        if not schedules:
            return problem_response(
                404, "no_such_schedule", f"The template has no function {function} with a schedule."
            )
        body = _object(request)
        at = _instant(body, "time") if body.get("time") is not None else self.clock.now()
        try:
            results = [await self.scheduler.fire(schedule, at) for schedule in schedules]
        except (FunctionsUnavailable, InvocationCut, InvocationFailed) as failure:
            return problem_response(502, "schedule_failed", f"{function} failed: {failure}")
        return _json({"function": function, "time": format_instant(at), "results": results})

    async def _drain(self, request: GatewayRequest) -> GatewayResponse:
        """Waits as long as messages get done; thirty seconds without any mean that something is stuck."""
        done, changed_at = self._finished(), asyncio.get_running_loop().time()
        while waiting := await self._waiting():
            now = asyncio.get_running_loop().time()
            if self._finished() != done:
                done, changed_at = self._finished(), now
            elif now - changed_at > STUCK_SECONDS:
                return problem_response(
                    504,
                    "drain_stuck",
                    "Messages wait and none gets done; see the functions' log.",
                    waiting=waiting,
                    dead_letters=self._dead(),
                )
            await asyncio.sleep(_LOOK_SECONDS)
        return _json({"idle": True, "dead_letters": self._dead()})

    def _finished(self) -> int:
        return self.pump.finished + self.streams.finished

    async def _waiting(self) -> dict[str, int]:
        """Messages that may be received, and records of streams, which are looked for where nothing else waits.

        Both are counted afresh after that look: while it lasts, a record may have become a message.
        """
        if not self._due() and not self.streams.waiting():
            await self.streams.catch_up()
        return self._due() | self.streams.waiting()

    def _due(self) -> dict[str, int]:
        mapped = {self.queues.queues[mapping.queue].logical for mapping in self.pump.mappings}
        return {
            name: depth for name, depth in self.queues.due().items() if depth and name in mapped
        }

    def _dead(self) -> dict[str, int]:
        dead = {self.queues.queues[arn].logical for arn in self.queues.dead_letter_arns()}
        return {name: depth for name, depth in self.queues.depths().items() if name in dead}

    async def _mail(self, request: GatewayRequest) -> GatewayResponse:
        return _json({"items": self.mailbox.items()})

    async def _mailbox(self, request: GatewayRequest) -> GatewayResponse:
        """For people: `?mail=` is the place of one, from 1 on."""
        chosen = dict(parse_qsl(request.query)).get("mail", "")
        told = mailbox_page.page(self.mailbox.items(), int(chosen) if chosen.isdecimal() else None)
        return GatewayResponse(200, (("content-type", "text/html; charset=utf-8"),), told.encode())

    async def _events(self, request: GatewayRequest) -> GatewayResponse:
        return _json({"items": self.bus.events()})


def _json(value: object) -> GatewayResponse:
    return GatewayResponse(
        200, (("content-type", "application/json"),), json.dumps(value, ensure_ascii=False).encode()
    )


def _object(request: GatewayRequest) -> dict:
    try:
        body = json.loads(request.body or b"{}")
    except ValueError:
        raise InvalidField("body", "is not JSON") from None
    if not isinstance(body, dict):
        raise InvalidField("body", "is not a JSON object")
    return body


def _instant(body: dict, field: str):
    try:
        return parse_instant(body[field])
    except ValueError as wrong:
        raise InvalidField(field, str(wrong)) from None
