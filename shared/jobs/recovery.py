"""Recoveries as jobs: every night of each processor whose list can be read, page by page."""

from datetime import datetime
from math import ceil

from shared import secrets
from shared.jobs.job import RECONCILIATION, RecoverPage
from shared.processors.recovery import begin_recovery, recover_page
from shared.store.engine import WriteConflict
from shared.store.programs.recoveries import RUNNING, find_recovery
from shared.webhooks import PROVIDERS


def begin_recoveries(at: datetime) -> int:
    """Begins, or goes on with, the recovery of each processor that has a list and whose API is set
    up; returns how many. Raises `QueueRefused`, and `WriteConflict`.
    """
    listed = [name for name, provider in PROVIDERS.items() if provider.listing]
    names = [name for name in listed if secrets.api_secret(name)]
    for name in names:
        begin_recovery(name, None, at)
    RECONCILIATION.enqueue(RecoverPage(time=at, provider=name) for name in names)
    return len(names)


def run_recovery(job: RecoverPage) -> None:
    """Compares the next page. If the list goes on, enqueues the same job again, after a pause.

    Does nothing if the recovery is not running. If another chain of jobs has gone on with the
    recovery, this chain ends.
    """
    recovery = find_recovery(job.provider)
    if recovery is None or recovery.state != RUNNING:
        return
    try:
        step = recover_page(recovery, job.time)
    except WriteConflict:
        return
    if step.recovery.state == RUNNING:
        RECONCILIATION.postpone(job, ceil(step.pause_seconds))
