"""Fires the template's schedules: by themselves while the local clock follows the real one, and on request."""

import asyncio
import sys
from datetime import datetime, timedelta

from local.cloud.clock import Clock
from local.cloud.functions import Functions, FunctionsUnavailable, InvocationCut, InvocationFailed
from local.cloud.resources import Schedule
from local.cloud.schedule_expressions import scheduled_event, parse_firing_times


class Scheduler:
    def __init__(self, schedules: tuple[Schedule, ...], functions: Functions, clock: Clock) -> None:
        self.schedules, self.functions, self.clock = schedules, functions, clock
        self.times = [(schedule, parse_firing_times(schedule)) for schedule in schedules]

    def of_function(self, name: str) -> list[Schedule]:
        return [schedule for schedule in self.schedules if schedule.function == name]

    async def fire(self, schedule: Schedule, at: datetime) -> object:
        """The handler's result. Raises as Functions.invoke does."""
        return await self.functions.invoke(schedule.function, scheduled_event(schedule, at))

    async def run(self) -> None:
        """Each minute once; what was missed while the clock stood still or the cloud was stopped is not made up for."""
        while True:
            now = self.clock.now()
            minute = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
            await asyncio.sleep((minute - now).total_seconds())
            if self.clock.follows:
                await asyncio.gather(
                    *(
                        self._fire_quietly(schedule, minute)
                        for schedule, times in self.times
                        if times.fires(minute)
                    )
                )

    async def _fire_quietly(self, schedule: Schedule, at: datetime) -> None:
        try:
            await self.fire(schedule, at)
        except (FunctionsUnavailable, InvocationCut, InvocationFailed) as failure:
            print(
                f"grapevine: schedule {schedule.name} of {schedule.function} failed: {failure}",
                file=sys.stderr,
            )
