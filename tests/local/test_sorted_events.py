"""Events of a long export are sorted in parts, and come out as if they had been sorted at once."""

import random

from local.cli import sorted_events
from local.cli.sorted_events import sort_by_time


def test_parts_in_files_are_merged_and_events_of_one_instant_keep_their_order(monkeypatch):
    monkeypatch.setattr(sorted_events, "EVENTS_IN_MEMORY", 7)
    for count in (0, 6, 7, 8, 50):
        events = [
            {"type": "member", "id": f"é{number}", "at": f"2026-03-0{random.randint(1, 5)}"}
            for number in range(count)
        ]
        assert list(sort_by_time(events)) == sorted(events, key=lambda event: event["at"])


def test_nothing_is_returned_before_everything_was_read():
    read = []

    def events():
        for day in (3, 1, 2):
            read.append(day)
            yield {"type": "member", "id": "A", "at": f"2026-03-0{day}"}

    assert next(sort_by_time(events()))["at"] == "2026-03-01"
    assert read == [3, 1, 2]
