"""What is done at connected stores, as jobs of the codes queue (see `shared.jobs.job`)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from shared.jobs.job import Job, JobQueue
from shared.settings import CodesQueueSettings

MOST_ATTEMPTS = 30
"""With pauses of up to a quarter of an hour: five hours of a platform that does not answer."""
LONGEST_PAUSE_SECONDS = 900


class PlatformSilent(RuntimeError):
    """A platform did not take a job, however often it was asked; the queue keeps it for staff."""


@dataclass(frozen=True, kw_only=True)
class PlatformJob(Job):
    """`attempt` counts how often the platform asked us to come back."""

    attempt: int = 0


@dataclass(frozen=True, kw_only=True)
class SyncCode(PlatformJob):
    """Bring one code to what it should be, at one store or (without a `connection`) at all."""

    code: str
    connection: str = ""


@dataclass(frozen=True, kw_only=True)
class FollowProgram(PlatformJob):
    """Change the offers that fell behind the program."""


@dataclass(frozen=True, kw_only=True)
class StoreJob(PlatformJob):
    """What is done at one store."""

    connection: str


@dataclass(frozen=True, kw_only=True)
class SetUp(StoreJob):
    """Make webhooks and offer, then ask for customers and codes."""


@dataclass(frozen=True, kw_only=True)
class ReadCustomers(StoreJob):
    """Make members of a page of the store's customers."""

    after: str = ""


@dataclass(frozen=True, kw_only=True)
class BringCodes(StoreJob):
    """Put the codes of a page of ours that the store lacks."""

    after: str = ""


@dataclass(frozen=True, kw_only=True)
class Enrol(StoreJob):
    """Make a member of one customer."""

    customer: str


@dataclass(frozen=True, kw_only=True)
class TakeBack(StoreJob):
    """Drop a page of codes; behind the last one the offer, the webhooks and the secret."""


CodesJob = SyncCode | FollowProgram | SetUp | ReadCustomers | BringCodes | Enrol | TakeBack
CODES: JobQueue[CodesJob] = JobQueue(
    lambda: CodesQueueSettings.load().codes_queue,
    None,
    {
        "sync_code": SyncCode,
        "follow_program": FollowProgram,
        "set_up": SetUp,
        "read_customers": ReadCustomers,
        "bring_codes": BringCodes,
        "enrol": Enrol,
        "take_back": TakeBack,
    },
)


def enqueue_codes(codes: Iterable[str], at: datetime) -> None:
    """Raises `QueueRefused`."""
    CODES.enqueue(SyncCode(time=at, code=code) for code in codes)


def postpone(job: CodesJob, seconds: int) -> None:
    """Come back, later with each attempt. Raises `PlatformSilent` after the last one."""
    if job.attempt >= MOST_ATTEMPTS:
        raise PlatformSilent(f"{type(job).__name__} after {job.attempt} attempts")
    pause = min(seconds * 2 ** min(job.attempt, 8), LONGEST_PAUSE_SECONDS)
    CODES.postpone(replace(job, attempt=job.attempt + 1), pause)
