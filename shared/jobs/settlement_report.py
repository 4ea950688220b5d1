"""What staff sees of a settlement: how far it is, what it adds up to, and whom it could not do."""

from collections.abc import Iterable
from dataclasses import asdict
from itertools import islice

from shared.domain.instants import instant_text
from shared.domain.ledger.settlement import SettlementCounts, SettlementRun
from shared.domain.members.member import Member
from shared.jobs import settlement_plan
from shared.orders import attribution
from shared.store.ledger.settlements import Failure, shards, unsettled
from shared.store.programs import mails
from shared.store.reading import Reading
from shared.words import SETTLEMENTS

PLANNED, RUNNING, CLOSED = "planned", "running", "closed"
MOST_FAILURES = 100
"""Told in one answer; `members.failed` counts them all."""


def planned_answer(month: str) -> dict:
    """A month that was asked for and is not begun: others before it are closed first."""
    return {"month": month, "state": PLANNED}


def heading(run: SettlementRun) -> dict:
    return {
        "month": run.month,
        "state": CLOSED if run.closed_at else RUNNING,
        "time_zone": run.time_zone,
        "begun_at": instant_text(run.begun_at),
        "closed_at": instant_text(run.closed_at) if run.closed_at else None,
    }


def run_answer(run: SettlementRun) -> dict:
    """A run with its totals; what is planned is a guess by the month before until every part was looked through."""
    counts = settlement_plan.totals(run.month)
    done = sum(shard.done for shard in shards(run.month))
    return {
        **heading(run),
        "shards": {"planned": run.shards, "done": done},
        "members": _members(run, counts),
        "statements": counts.statements,
        "sums": [
            {"currency": currency, **asdict(figures)} for currency, figures in counts.sums.items()
        ],
        "difference": counts.difference,
        "mails": mails.counted(run.month),
        "failures": _failures(islice(unsettled(run.month), MOST_FAILURES)),
    }


def _members(run: SettlementRun, counts: SettlementCounts) -> dict:
    done = counts.members - counts.failed
    planned = counts.members if run.closed_at else max(run.expected, counts.members)
    return {"planned": planned, "done": done, "idle": counts.idle, "failed": counts.failed}


def _failures(found: Iterable[Failure]) -> list[dict]:
    rows, reading = list(found), Reading()
    reading.fetch(*attribution.members_wanted(failure.owner[0] for failure in rows))
    return [_failure(failure, attribution.member(reading, failure.owner[0])) for failure in rows]


def _failure(failure: Failure, member: Member | None) -> dict:
    name, currency = failure.owner
    return {
        "member": member.public_id if member else name,
        "currency": currency,
        "code": failure.reason,
        "text": SETTLEMENTS[failure.reason],
    }
