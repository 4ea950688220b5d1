"""Jobs: bounded pieces of work on queues, each safe to repeat.

A message is `{"job": …, "version": 1, …}` with the fields of its job; fields that are `None` are
left out. The event of a schedule, `{"time": …}`, starts a queue's work and may also come back from
the dead letters. Every other message is refused, so that the queue delivers it again and finally
keeps it as a dead letter.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from shared import queue
from shared.domain.instants import instant_text, parse_instant
from shared.domain.ledger.owner import Owner
from shared.settings import (
    ExpiryQueueSettings,
    ImportsQueueSettings,
    ReconciliationQueueSettings,
    SettlementQueueSettings,
)
from shared.store.ledger.scan import Cursor

VERSION = 1
"""The version of the jobs' fields."""


class UnknownJob(ValueError):
    """A message names a job that does not belong to its queue, or a job with unknown fields."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """`time` is when the whole run was started; all its jobs use this instant as now."""

    time: datetime


@dataclass(frozen=True, kw_only=True)
class PageJob(Job):
    """One page of the ledger, starting after a cursor; `None` starts at the beginning."""

    after: Cursor | None = None


@dataclass(frozen=True, kw_only=True)
class BeginSettlement(Job):
    """Find out which month ended last, and start the plan up to it."""


@dataclass(frozen=True, kw_only=True)
class SettlementStep(Job):
    """A job of a settlement that closes all months up to `until`, such as `2026-03`."""

    until: str


@dataclass(frozen=True, kw_only=True)
class PlanSettlement(SettlementStep):
    """Enqueue what is next: shards that are not done, the next month, or the first month."""


@dataclass(frozen=True, kw_only=True)
class SurveyLedger(SettlementStep, PageJob):
    """Search one page for the first month. The job has the `oldest` entry and the number of members
    that earlier pages found.
    """

    oldest: datetime | None = None
    members: int = 0


@dataclass(frozen=True, kw_only=True)
class SettlePage(SettlementStep):
    """Settle the next page of a shard; the shard stores where that page starts."""

    month: str
    shard: int


@dataclass(frozen=True, kw_only=True)
class SettleAccount(SettlementStep):
    """Settle one account that failed when its page was settled."""

    month: str
    owner: Owner


@dataclass(frozen=True, kw_only=True)
class ExpirePage(PageJob):
    """Let the credit of a page's accounts expire."""


@dataclass(frozen=True, kw_only=True)
class ExpireAccount(Job):
    """Let the credit of one account expire. The account failed when its page was done."""

    owner: Owner


@dataclass(frozen=True, kw_only=True)
class BeginReconciliation(Job):
    """Enqueue the first page of every part of the ledger."""


@dataclass(frozen=True, kw_only=True)
class ReconcilePage(PageJob):
    """Recompute a page's accounts in one part of the ledger."""

    part: int


@dataclass(frozen=True, kw_only=True)
class RecoverPage(Job):
    """Compare the next page of a processor's list; the recovery stores where that page begins."""

    provider: str


@dataclass(frozen=True, kw_only=True)
class VerifyPage(Job):
    """Recompute one page of the whole ledger; the verification stores where that page begins."""

    verification_id: str
    page: int


@dataclass(frozen=True, kw_only=True)
class ImportPage(Job):
    """Apply the rows of one page of an import; the import stores which page is next."""

    import_id: str
    page: int


@dataclass(frozen=True, kw_only=True)
class EvaluateParked(Job):
    """Try the next page of the orders again that are parked without an exchange rate, after a load
    of rates into the currency `target`; the load stores which page is next.
    """

    target: str
    retry_id: str
    after: str = ""


SettlementJob = BeginSettlement | PlanSettlement | SurveyLedger | SettlePage | SettleAccount
ExpiryJob = ExpirePage | ExpireAccount
ImportJob = ImportPage | EvaluateParked
ReconciliationJob = BeginReconciliation | ReconcilePage | RecoverPage | VerifyPage


class JobQueue[J: Job]:
    """A queue and its jobs, by the names that messages use."""

    def __init__(
        self, load_url: Callable[[], str], scheduled: type[J] | None, jobs: Mapping[str, type[J]]
    ):
        """`scheduled` is the job that the event of the queue's schedule starts, if the queue has a
        schedule.
        """
        self._load_url, self._scheduled, self._jobs = load_url, scheduled, jobs
        self._names = {kind: name for name, kind in jobs.items()}

    def enqueue(self, jobs: Iterable[J]) -> None:
        """Puts jobs on the queue; enqueuing them again is safe. Raises `QueueRefused`."""
        queue.send_all(self._load_url(), [self._message(job) for job in jobs])

    def postpone(self, job: J, seconds: int) -> None:
        """Enqueues a job that is delivered after `seconds`, which must be at most
        `LONGEST_DELAY_SECONDS`.
        """
        queue.send(self._load_url(), self._message(job), seconds)

    def parse(self, body: str) -> J:
        """The job in a message's body; raises `UnknownJob`, and `ValueError` for a field of the
        wrong type.
        """
        message = json.loads(body)
        if not isinstance(message, dict):
            raise UnknownJob("not a job")
        if message.keys() == {"time"} and self._scheduled:
            return self._scheduled(time=parse_instant(message["time"]))
        name, version = str(message.pop("job", None)), message.pop("version", None)
        if name not in self._jobs or version != VERSION:
            raise UnknownJob(f"job {name}, version {version}")
        return _job_of(self._jobs[name], message)

    def _message(self, job: J) -> dict[str, Any]:
        values = {field.name: getattr(job, field.name) for field in fields(job)}
        return {"job": self._names[type(job)], "version": VERSION} | {
            name: instant_text(value) if isinstance(value, datetime) else value
            for name, value in values.items()
            if value is not None
        }


def _job_of[J: Job](kind: type[J], message: Mapping[str, Any]) -> J:
    types = {field.name: field.type for field in fields(kind)}
    if unknown := message.keys() - types.keys():
        raise UnknownJob(f"fields {sorted(unknown)}")
    try:
        return kind(**{name: _PARSERS[types[name]](value) for name, value in message.items()})
    except TypeError as missing:
        raise UnknownJob(str(missing)) from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def _number(value: object) -> int:
    if type(value) is not int:
        raise ValueError("not a whole number")
    return value


def _pair(value: object) -> tuple[str, str]:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("not a pair of texts")
    return _text(value[0]), _text(value[1])


_PARSERS: Mapping[Any, Callable[[object], Any]] = {
    str: _text,
    int: _number,
    datetime: parse_instant,
    datetime | None: parse_instant,
    Cursor | None: _pair,
    Owner: lambda value: Owner(*_pair(value)),
}
"""How the value of a field is read from JSON, by the type of the field."""


SETTLEMENT: JobQueue[SettlementJob] = JobQueue(
    lambda: SettlementQueueSettings.load().settlement_queue,
    BeginSettlement,
    {
        "begin_settlement": BeginSettlement,
        "plan_settlement": PlanSettlement,
        "survey_ledger": SurveyLedger,
        "settle_page": SettlePage,
        "settle_account": SettleAccount,
    },
)
EXPIRY: JobQueue[ExpiryJob] = JobQueue(
    lambda: ExpiryQueueSettings.load().expiry_queue,
    ExpirePage,
    {"expire_page": ExpirePage, "expire_account": ExpireAccount},
)
RECONCILIATION: JobQueue[ReconciliationJob] = JobQueue(
    lambda: ReconciliationQueueSettings.load().reconciliation_queue,
    BeginReconciliation,
    {
        "begin_reconciliation": BeginReconciliation,
        "reconcile_page": ReconcilePage,
        "recover_page": RecoverPage,
        "verify_page": VerifyPage,
    },
)
IMPORTS: JobQueue[ImportJob] = JobQueue(
    lambda: ImportsQueueSettings.load().imports_queue,
    None,
    {"import_page": ImportPage, "evaluate_parked": EvaluateParked},
)
