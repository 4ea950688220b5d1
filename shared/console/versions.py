"""Versions of a program beside one another, and a draft beside the version in force on the shop's own past."""

import json
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from shared.backtest.sample import SampleResult, run_sample
from shared.domain.document import Document
from shared.domain.programs.program import Program
from shared.orders.backtest_sample import LoadedSample
from shared.store.programs.programs import ProgramItem

MOST_MOVED = 20
COMPARED = ("orders", "kept", "rewards", "refusals")


class Version(NamedTuple):
    """One line of a program's history; the first terms of a fresh system were published by nobody."""

    number: int
    name: str
    published_at: str | None
    published_by: str | None


class FieldChange(NamedTuple):
    """A field whose value two documents tell differently; `None` is a field that one has not."""

    field: str
    before: object
    after: object


class GroupMove(NamedTuple):
    """What a member would have earned under each; `member` is the id that staff knows."""

    member: str
    login: str | None
    before: int
    after: int


class Comparison(NamedTuple):
    """The version in force and a draft, each run over the same past."""

    before: SampleResult
    after: SampleResult
    posted: int
    moved: list[GroupMove]
    months: list[tuple[str, Mapping, Mapping]]


def version_of(item: ProgramItem) -> Version:
    return Version(
        int(item.version), json.loads(item.document)["name"], item.published_at, item.published_by
    )


def differences(before: object, after: object) -> list[FieldChange]:
    """Field by field, in the order of the documents."""
    old, new = dict(_flat(before)), dict(_flat(after))
    return [
        FieldChange(name, old.get(name), new.get(name))
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    ]


def _flat(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping) and value:
        for name, part in value.items():
            yield from _flat(part, Document({}, path).at(name))
    elif isinstance(value, list) and value:
        for place, part in enumerate(value):
            yield from _flat(part, f"{path}[{place}]")
    elif value not in ({}, []):
        yield path, value


def compare(active: Program, draft: Program, own: LoadedSample) -> Comparison:
    before, after = run_sample(active, own.past), run_sample(draft, own.past)
    names = sorted({*before.rewards, *after.rewards})
    rows = [
        _moved(own, name, before.rewards.get(name, 0), after.rewards.get(name, 0)) for name in names
    ]
    moved = sorted(
        (row for row in rows if row.before != row.after),
        key=lambda row: -abs(row.after - row.before),
    )
    return Comparison(before, after, own.past.posted, moved[:MOST_MOVED], _months(before, after))


def _moved(own: LoadedSample, name: str, before: int, after: int) -> GroupMove:
    member = own.people.get(name)
    return GroupMove(
        member.public_id if member else name, member.login if member else None, before, after
    )


def _months(before: SampleResult, after: SampleResult) -> list[tuple[str, Mapping, Mapping]]:
    none = dict.fromkeys(COMPARED, 0)
    old, new = ({row["month"]: row for row in result.months} for result in (before, after))
    return [(month, old.get(month, none), new.get(month, none)) for month in sorted({*old, *new})]
