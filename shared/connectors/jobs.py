"""The jobs of the codes queue: work at connected stores (see `shared.jobs.job`)."""

from dataclasses import dataclass, replace

from shared.jobs.job import Job, JobQueue
from shared.settings import CodesQueueSettings

MOST_ATTEMPTS = 30
"""With pauses of up to 15 minutes, this bridges five hours in which a platform does not answer."""
LONGEST_PAUSE_SECONDS = 900


class PlatformSilent(RuntimeError):
    """The platform did not finish a job after all attempts. The queue keeps the message for staff."""


@dataclass(frozen=True, kw_only=True)
class PlatformJob(Job):
    """A job at a platform. `attempt` counts how often the platform asked us to try later."""

    attempt: int = 0


@dataclass(frozen=True, kw_only=True)
class SyncCode(PlatformJob):
    """Synchronise one code: at one store, or at all stores if `connection` is empty."""

    code: str
    connection: str = ""


@dataclass(frozen=True, kw_only=True)
class SyncCredit(PlatformJob):
    """Synchronise one credit code with its store."""

    code: str


@dataclass(frozen=True, kw_only=True)
class CheckCredit(PlatformJob):
    """Give back the credit code of a member who was blocked or erased."""

    member: str


@dataclass(frozen=True, kw_only=True)
class FollowProgram(PlatformJob):
    """Change the offers of all stores to the terms of the active program."""


@dataclass(frozen=True, kw_only=True)
class StoreJob(PlatformJob):
    """A job at one store."""

    connection: str


@dataclass(frozen=True, kw_only=True)
class SetUp(StoreJob):
    """Create webhooks and offer, then enqueue the jobs for customers and codes."""


@dataclass(frozen=True, kw_only=True)
class ReadCustomers(StoreJob):
    """Enrol the customers of one page of the store's list as members."""

    after: str = ""


@dataclass(frozen=True, kw_only=True)
class BringCodes(StoreJob):
    """Synchronise one page of all our codes with the store."""

    after: str = ""


@dataclass(frozen=True, kw_only=True)
class Enrol(StoreJob):
    """Enrol one customer of the store as a member."""

    customer: str


@dataclass(frozen=True, kw_only=True)
class TakeBack(StoreJob):
    """Remove one page of codes from the store. After the last page, remove the offer, the webhooks
    and the secret.
    """


CodesJob = (
    SyncCode
    | SyncCredit
    | CheckCredit
    | FollowProgram
    | SetUp
    | ReadCustomers
    | BringCodes
    | Enrol
    | TakeBack
)
CODES: JobQueue[CodesJob] = JobQueue(
    lambda: CodesQueueSettings.load().codes_queue,
    None,
    {
        "sync_code": SyncCode,
        "sync_credit": SyncCredit,
        "check_credit": CheckCredit,
        "follow_program": FollowProgram,
        "set_up": SetUp,
        "read_customers": ReadCustomers,
        "bring_codes": BringCodes,
        "enrol": Enrol,
        "take_back": TakeBack,
    },
)


def postpone(job: CodesJob, seconds: int) -> None:
    """Enqueues the job again, after a pause that grows with each attempt. Raises `PlatformSilent`
    after the last attempt.
    """
    if job.attempt >= MOST_ATTEMPTS:
        raise PlatformSilent(f"{type(job).__name__} after {job.attempt} attempts")
    pause = min(seconds * 2 ** min(job.attempt, 8), LONGEST_PAUSE_SECONDS)
    CODES.postpone(replace(job, attempt=job.attempt + 1), pause)
