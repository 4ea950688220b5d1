"""Runs the schedules of the template: on time while the clock shows the real time, and on request."""

import asyncio
import json
import sys
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from local.cloud.clock import Clock
from local.cloud.functions import Functions, FunctionsUnavailable, InvocationCut, InvocationFailed
from local.cloud.resources import Schedule
from local.cloud.schedule_expressions import parse_firing_times
from local.cloud.template import ACCOUNT, REGION


class Scheduler:
    def __init__(self, schedules: tuple[Schedule, ...], functions: Functions, clock: Clock) -> None:
        self.functions, self.clock = functions, clock
        self.schedules = [(schedule, parse_firing_times(schedule)) for schedule in schedules]

    def list_schedules(self, function: str) -> list[Schedule]:
        return [schedule for schedule, _ in self.schedules if schedule.function == function]

    async def fire(self, schedule: Schedule, at: datetime) -> object:
        """Invoke the function of the schedule and return its result; raises what `Functions.invoke`
        raises.
        """
        return await self.functions.invoke(schedule.function, scheduled_event(schedule, at))

    async def run(self) -> None:
        """Runs at the beginning of each minute the schedules that name this minute; never returns.

        Schedules whose minute passed while the clock was fixed or the cloud was stopped are not run
        later.
        """
        while True:
            now = self.clock.now()
            minute = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
            await asyncio.sleep((minute - now).total_seconds())
            if self.clock.follows:
                await asyncio.gather(
                    *(
                        self._fire_or_report(schedule, minute)
                        for schedule, times in self.schedules
                        if times.fires(minute)
                    )
                )

    async def _fire_or_report(self, schedule: Schedule, at: datetime) -> None:
        try:
            await self.fire(schedule, at)
        except (FunctionsUnavailable, InvocationCut, InvocationFailed) as failure:
            print(
                f"grapevine: schedule {schedule.name} of {schedule.function} failed: {failure}",
                file=sys.stderr,
            )


def scheduled_event(schedule: Schedule, at: datetime) -> Any:
    """Returns the event for the function: the input in the template, or EventBridge's standard
    event.

    `<aws.scheduler.scheduled-time>` in the input is replaced by the time of the schedule.
    """
    time = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if schedule.input is not None:
        return json.loads(schedule.input.replace("<aws.scheduler.scheduled-time>", time))
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": schedule.source,
        "account": ACCOUNT,
        "time": time,
        "region": REGION,
        "resources": [schedule.arn],
        "detail": {},
    }
