"""Messages of jobs: what was enqueued is parsed again, what is not known is refused by name."""

import json
from datetime import UTC, datetime
from typing import get_args

import pytest

from shared import queue
from shared.domain.ledger.owner import Owner
from shared.jobs.job import (
    EXPIRY,
    RECONCILIATION,
    SETTLEMENT,
    BeginReconciliation,
    BeginSettlement,
    ExpireAccount,
    ExpirePage,
    ExpiryJob,
    JobQueue,
    PlanSettlement,
    ReconcilePage,
    ReconciliationJob,
    RecoverPage,
    SettleAccount,
    SettlementJob,
    SettlePage,
    SurveyLedger,
    UnknownJob,
    VerifyPage,
)

NIGHT = datetime(2026, 2, 1, 4, tzinfo=UTC)
TIME, UNTIL = "2026-02-01T04:00:00Z", "2026-01"
JOBS = [
    (SETTLEMENT, BeginSettlement(time=NIGHT)),
    (SETTLEMENT, PlanSettlement(time=NIGHT, until=UNTIL)),
    (SETTLEMENT, SurveyLedger(time=NIGHT, until=UNTIL)),
    (SETTLEMENT, SurveyLedger(time=NIGHT, until=UNTIL, after=("a", "b"), oldest=NIGHT, members=7)),
    (SETTLEMENT, SettlePage(time=NIGHT, until=UNTIL, month=UNTIL, shard=0)),
    (SETTLEMENT, SettleAccount(time=NIGHT, until=UNTIL, month=UNTIL, owner=Owner("anna", "EUR"))),
    (EXPIRY, ExpirePage(time=NIGHT)),
    (EXPIRY, ExpirePage(time=NIGHT, after=("ACCOUNT#anna", "EUR"))),
    (EXPIRY, ExpireAccount(time=NIGHT, owner=Owner("anna", "EUR"))),
    (RECONCILIATION, BeginReconciliation(time=NIGHT)),
    (RECONCILIATION, ReconcilePage(time=NIGHT, part=3, after=("ACCOUNT#anna", "EUR"))),
    (RECONCILIATION, RecoverPage(time=NIGHT, provider="stripe")),
    (RECONCILIATION, VerifyPage(time=NIGHT, verification_id="20260201T040000-0a", page=3)),
]


@pytest.fixture
def sent(monkeypatch) -> list[str]:
    """The bodies of what is enqueued."""
    bodies: list[str] = []
    for name in ("SETTLEMENT_QUEUE", "EXPIRY_QUEUE", "RECONCILIATION_QUEUE"):
        monkeypatch.setenv(name, "http://127.0.0.1/queue")
    monkeypatch.setattr(
        queue, "send_all", lambda url, messages: bodies.extend(map(json.dumps, messages))
    )
    return bodies


@pytest.mark.parametrize(("jobs", "job"), JOBS, ids=lambda value: type(value).__name__)
def test_a_job_comes_back_as_it_was_enqueued(sent, jobs: JobQueue, job):
    jobs.enqueue([job])
    (body,) = sent
    assert jobs.parse(body) == job
    assert json.loads(body)["time"] == TIME


def test_every_job_is_carried_by_its_queue():
    carried = {type(job) for _, job in JOBS}
    assert carried == {
        job for union in (SettlementJob, ExpiryJob, ReconciliationJob) for job in get_args(union)
    }


@pytest.mark.parametrize(
    ("jobs", "job"),
    [(SETTLEMENT, BeginSettlement), (EXPIRY, ExpirePage), (RECONCILIATION, BeginReconciliation)],
    ids=["settlement", "expiry", "reconciliation"],
)
def test_an_event_of_the_schedule_that_was_put_back_begins(jobs: JobQueue, job):
    assert jobs.parse(json.dumps({"time": TIME})) == job(time=NIGHT)


@pytest.mark.parametrize(
    "change",
    [
        {"job": "settle_pages"},
        {"job": "expire_page"},
        {"job": None},
        {"job": ["settle_page"]},
        {"version": 2},
        {"version": None},
        {"color": "red"},
    ],
    ids=str,
)
def test_a_job_that_is_not_known_is_taken_for_no_other(change):
    message = {"job": "settle_page", "version": 1, "time": TIME, "until": UNTIL, "month": UNTIL}
    assert SETTLEMENT.parse(json.dumps(message | {"shard": 0}))
    with pytest.raises(UnknownJob):
        SETTLEMENT.parse(json.dumps(message | {"shard": 0} | change))


@pytest.mark.parametrize(
    "change", [{"shard": "0"}, {"shard": True}, {"time": "never"}, {"month": 7}, {"until": None}]
)
def test_a_field_of_another_type_is_refused(change):
    message = {"job": "settle_page", "version": 1, "time": TIME, "until": UNTIL, "month": UNTIL}
    with pytest.raises(ValueError):
        SETTLEMENT.parse(json.dumps(message | {"shard": 0} | change))


def test_a_field_that_is_missing_is_refused():
    with pytest.raises(UnknownJob, match="owner"):
        EXPIRY.parse(json.dumps({"job": "expire_account", "version": 1, "time": TIME}))
