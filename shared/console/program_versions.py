"""Compares two versions of a program, and compares a draft with the active version on past orders."""

import json
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from shared.backtest.sample import SampleResult, run_sample
from shared.domain.document import SourceDocument
from shared.domain.programs.program import Program
from shared.orders.backtest_sample import LoadedSample
from shared.store.programs.programs import ProgramItem

MOST_CHANGES = 20
"""How many members whose earnings would change are shown: those with the greatest differences. As
many of those who would move to another group: those with the greatest volumes.
"""
COMPARED = ("orders", "kept", "rewards", "refusals")


class VersionRow(NamedTuple):
    """One version in a program's history. `published_by` is `None` for the first terms of a new
    installation.
    """

    number: int
    name: str
    published_at: str | None
    published_by: str | None


class FieldChange(NamedTuple):
    """A field that differs between two documents; `None` if a document does not have the field."""

    field: str
    before: object
    after: object


class EarningsChange(NamedTuple):
    """What a member would have earned under each program, in minor units. `member` is the public
    id.
    """

    member: str
    login: str | None
    before: int
    after: int


class GroupChange(NamedTuple):
    """An advocate who is in another group as soon as the draft is published. `before` and `after`
    are the names of the groups, `None` for no group; `volume` is in minor units.
    """

    member: str
    login: str | None
    volume: int
    before: str | None
    after: str | None


class MonthComparison(NamedTuple):
    """The sums of a month under each program, by the names in `COMPARED`."""

    month: str
    before: Mapping[str, int]
    after: Mapping[str, int]


class ProgramComparison(NamedTuple):
    """The active version (`before`) and a draft (`after`) on the same orders.

    * `posted`: what these orders have really earned so far, in minor units.
    * `moved`: members whose earnings would differ, greatest difference first.
    * `regrouped`: members of the sample who would change their group, greatest volume first, and
      `regrouped_count` how many there are.
    """

    before: SampleResult
    after: SampleResult
    posted: int
    moved: list[EarningsChange]
    months: list[MonthComparison]
    regrouped: list[GroupChange]
    regrouped_count: int


def version_row(item: ProgramItem) -> VersionRow:
    name = json.loads(item.document)["name"]
    return VersionRow(int(item.version), name, item.published_at, item.published_by)


def list_field_changes(before: object, after: object) -> list[FieldChange]:
    """The fields that differ, in the order of the documents."""
    old, new = dict(_flatten(before)), dict(_flatten(after))
    return [
        FieldChange(name, old.get(name), new.get(name))
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    ]


def _flatten(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Each value that is neither an object nor a list, with its path, such as `groups[0].name`."""
    if isinstance(value, Mapping) and value:
        for name, part in value.items():
            yield from _flatten(part, SourceDocument({}, path).at(name))
    elif isinstance(value, list) and value:
        for place, part in enumerate(value):
            yield from _flatten(part, f"{path}[{place}]")
    elif value not in ({}, []):
        yield path, value


def compare_programs(active: Program, draft: Program, loaded: LoadedSample) -> ProgramComparison:
    before, after = run_sample(active, loaded.sample), run_sample(draft, loaded.sample)
    changes = [
        _earnings_change(loaded, name, before.rewards.get(name, 0), after.rewards.get(name, 0))
        for name in sorted({*before.rewards, *after.rewards})
    ]
    moved = sorted(
        (change for change in changes if change.before != change.after),
        key=lambda change: -abs(change.after - change.before),
    )
    months = _compare_months(before, after)
    regrouped = _list_group_changes(active, draft, loaded)
    return ProgramComparison(
        before,
        after,
        loaded.sample.posted,
        moved[:MOST_CHANGES],
        months,
        regrouped[:MOST_CHANGES],
        len(regrouped),
    )


def _list_group_changes(active: Program, draft: Program, loaded: LoadedSample) -> list[GroupChange]:
    changes = []
    for member in loaded.members.values():
        volume = loaded.volumes.get(member.id, 0)
        before, after = active.group(member.group, volume), draft.group(member.group, volume)
        if (before and before.id) != (after and after.id):
            old, new = (group.name if group else None for group in (before, after))
            changes.append(GroupChange(member.public_id, member.login, volume, old, new))
    return sorted(changes, key=lambda change: (-change.volume, change.member))


def _earnings_change(loaded: LoadedSample, name: str, before: int, after: int) -> EarningsChange:
    member = loaded.members.get(name)
    if member is None:
        return EarningsChange(name, None, before, after)
    return EarningsChange(member.public_id, member.login, before, after)


def _compare_months(before: SampleResult, after: SampleResult) -> list[MonthComparison]:
    none = dict.fromkeys(COMPARED, 0)
    old, new = before.months, after.months
    return [
        MonthComparison(month, old.get(month, none), new.get(month, none))
        for month in sorted({*old, *new})
    ]
