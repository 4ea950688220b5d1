from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from local.cloud.resources import Schedule
from local.cloud.schedule_expressions import parse_firing_times
from local.cloud.scheduler import scheduled_event
from local.cloud.template import TemplateError

NIGHT = Schedule(
    "Settle", "Monthly", "aws.scheduler", "cron(0 3 1 * ? *)", "UTC", None, "arn:aws:scheduler:x"
)


def firings(expression: str, first: datetime, hours: int, zone: str = "UTC") -> list[datetime]:
    times = parse_firing_times(replace(NIGHT, expression=expression, time_zone=zone))
    return [
        minute
        for minute in (first + timedelta(minutes=n) for n in range(hours * 60))
        if times.fires(minute)
    ]


def test_the_first_of_each_month():
    assert firings("cron(0 3 1 * ? *)", datetime(2026, 2, 27, tzinfo=UTC), 100) == [
        datetime(2026, 3, 1, 3, tzinfo=UTC)
    ]


def test_lists_ranges_steps_and_names():
    monday = datetime(2026, 3, 2, tzinfo=UTC)
    found = firings("cron(0/30 8-9,20 ? * MON-TUE *)", monday, 72)
    assert [(at.isoweekday(), at.hour, at.minute) for at in found] == [
        (day, hour, minute) for day in (1, 2) for hour in (8, 9, 20) for minute in (0, 30)
    ]


def test_a_time_zone_moves_it():
    assert firings("cron(0 3 * * ? *)", datetime(2026, 7, 1, tzinfo=UTC), 24, "Europe/Berlin") == [
        datetime(2026, 7, 1, 1, tzinfo=UTC)
    ]


def test_a_rate():
    assert len(firings("rate(5 minutes)", datetime(2026, 3, 1, tzinfo=UTC), 2)) == 24


@pytest.mark.parametrize(
    "expression", ["cron(0 3 * * *)", "cron(0 3 L * ? *)", "rate(1 week)", "daily"]
)
def test_an_expression_that_is_not_known_is_refused_by_name(expression: str):
    with pytest.raises(TemplateError, match=r"Settle\.Monthly"):
        parse_firing_times(replace(NIGHT, expression=expression))


def test_without_an_input_the_standard_event_is_sent():
    event = scheduled_event(NIGHT, datetime(2026, 3, 1, 3, tzinfo=UTC))
    assert (event["detail-type"], event["time"], event["source"]) == (
        "Scheduled Event",
        "2026-03-01T03:00:00Z",
        "aws.scheduler",
    )
