"""A settlement as staff sees it: progress, totals, and accounts that failed."""

from collections.abc import Iterable
from dataclasses import asdict
from itertools import islice
from typing import Any

from shared.domain.instants import instant_text
from shared.domain.ledger.settlement import ClosedRun, SettlementCounts, SettlementRun
from shared.domain.members.member import Member
from shared.orders import attribution
from shared.store.ledger.settlements import (
    Failure,
    list_shards,
    list_unsolved_failures,
    total_counts,
)
from shared.store.programs import mails
from shared.store.reading import Reading
from shared.words import SETTLEMENTS

PLANNED, RUNNING, CLOSED = "planned", "running", "closed"
MOST_FAILURES = 100
"""Failures in one answer; `members.failed` is the number of all failures."""


def planned_answer(month: str) -> dict[str, Any]:
    """A month that was requested but has no run yet, because earlier months are closed first."""
    return {"month": month, "state": PLANNED}


def run_heading(run: SettlementRun) -> dict[str, Any]:
    closed_at = run.closed_at if isinstance(run, ClosedRun) else None
    return {
        "month": run.month,
        "state": CLOSED if closed_at else RUNNING,
        "time_zone": run.time_zone,
        "begun_at": instant_text(run.begun_at),
        "closed_at": instant_text(closed_at) if closed_at else None,
    }


def run_answer(run: SettlementRun) -> dict[str, Any]:
    counts = total_counts(run.month)
    done = sum(shard.done for shard in list_shards(run.month))
    return {
        **run_heading(run),
        "shards": {"planned": run.shards, "done": done},
        "members": _members(run, counts),
        "statements": counts.statements,
        "sums": [
            {"currency": currency, **asdict(figures)} for currency, figures in counts.sums.items()
        ],
        "shop": [
            {"currency": currency, **asdict(figures)} for currency, figures in counts.shop.items()
        ],
        "difference": counts.difference,
        "mails": mails.count_outcomes(run.month),
        "failures": _failures(islice(list_unsolved_failures(run.month), MOST_FAILURES)),
    }


def _members(run: SettlementRun, counts: SettlementCounts) -> dict[str, int]:
    """How many accounts are planned and done. Until the run is closed, `planned` is at least the
    estimate at its start.
    """
    done = counts.members - counts.failed
    guess = 0 if isinstance(run, ClosedRun) else run.expected
    planned = max(guess, counts.members)
    return {"planned": planned, "done": done, "idle": counts.idle, "failed": counts.failed}


def _failures(unsolved: Iterable[Failure]) -> list[dict[str, Any]]:
    failures, reading = list(unsolved), Reading()
    reading.fetch(*attribution.member_keys(failure.owner.member for failure in failures))
    return [
        _failure(failure, attribution.find_member(reading, failure.owner.member))
        for failure in failures
    ]


def _failure(failure: Failure, member: Member | None) -> dict[str, Any]:
    return {
        "member": member.public_id if member else failure.owner.member,
        "currency": failure.owner.currency,
        "code": failure.reason,
        "text": SETTLEMENTS[failure.reason],
    }
