"""Webhooks to the shop's server: endpoints, deliveries and retries (specification: webhooks-out)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

SECOND, MINUTE, HOUR = 1, 60, 3_600
PAUSES = (
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
)
"""Seconds before each further attempt, as Standard Webhooks recommends: ten attempts in three days.
"""
DISABLED_AFTER = timedelta(days=5)
OVERLAP = timedelta(hours=24)
"""How long an old secret still signs, together with the new one."""
KEPT_DAYS = 30
WAITING, DELIVERED, FAILED = "waiting", "delivered", "failed"
GONE, FAILING, BY_STAFF = "gone", "failing", "by_staff"
DISABLED = "webhook_disabled"
GONE_STATUS = 410


class WebhookSecret(NamedTuple):
    """A secret that signs deliveries. An old secret stops signing at `until`; the current one has
    `None`.
    """

    text: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class WebhookEndpoint:
    """An address of the shop's server that receives events.

    * `types`: the event types that it receives; empty means all.
    * `failing_since`: the first failure after the last success; `None` if there is none.
    """

    id: str
    url: str
    types: tuple[str, ...]
    secrets: tuple[WebhookSecret, ...]
    made_at: datetime
    disabled_because: str | None = None
    failing_since: datetime | None = None
    revision: int = 0

    def wants(self, kind: str) -> bool:
        return self.disabled_because is None and (not self.types or kind in self.types)

    def signing(self, at: datetime) -> list[str]:
        """The secrets that sign at an instant, the newest first. For a day after a change there are
        two.
        """
        return [secret.text for secret in self.secrets if secret.until is None or at < secret.until]

    def rolled(self, text: str, at: datetime) -> "WebhookEndpoint":
        """The endpoint with a new secret. The old one still signs for the time of `OVERLAP`."""
        current = self.secrets[0]
        return replace(
            self, secrets=(WebhookSecret(text), WebhookSecret(current.text, at + OVERLAP))
        )


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """One event for one endpoint.

    * `began`: the number of attempts before staff last requested a new delivery.
    * `response`: the HTTP status of the last answer; `None` if there was none.
    * `problem`: a code that says why there was no answer.
    """

    webhook: str
    id: str
    event: str
    kind: str
    at: datetime
    body: Any
    state: str = WAITING
    attempts: int = 0
    began: int = 0
    tried_at: datetime | None = None
    response: int | None = None
    problem: str | None = None
    next_at: datetime | None = None
    revision: int = 0

    @property
    def pause(self) -> int | None:
        """Seconds between the next attempt and the one after it; `None` if the next one is the
        last.
        """
        failed = self.attempts - self.began
        return PAUSES[failed] if failed < len(PAUSES) else None

    def again(self) -> "WebhookDelivery":
        """The delivery with a new series of attempts and the full number of pauses."""
        return replace(self, state=WAITING, began=self.attempts, next_at=None)


class Answered(NamedTuple):
    """The outcome of an attempt that got an HTTP answer."""

    status: int


class NotAnswered(NamedTuple):
    """The outcome of an attempt without an answer. `problem` is a code, such as `timeout`."""

    problem: str


DeliveryOutcome = Answered | NotAnswered


def attempted(
    webhook: WebhookEndpoint, delivery: WebhookDelivery, outcome: DeliveryOutcome, at: datetime
) -> tuple[WebhookEndpoint, WebhookDelivery]:
    tried = replace(
        delivery,
        attempts=delivery.attempts + 1,
        tried_at=at,
        response=outcome.status if isinstance(outcome, Answered) else None,
        problem=outcome.problem if isinstance(outcome, NotAnswered) else None,
        next_at=None,
    )
    if isinstance(outcome, Answered) and 200 <= outcome.status < 300:
        return replace(webhook, failing_since=None), replace(tried, state=DELIVERED)
    after = _after_failure(webhook, outcome, at)
    if after.disabled_because or delivery.pause is None:
        return after, replace(tried, state=FAILED)
    return after, replace(tried, next_at=at + timedelta(seconds=delivery.pause))


def _after_failure(
    webhook: WebhookEndpoint, outcome: DeliveryOutcome, at: datetime
) -> WebhookEndpoint:
    since = webhook.failing_since or at
    if isinstance(outcome, Answered) and outcome.status == GONE_STATUS:
        return replace(webhook, failing_since=since, disabled_because=GONE)
    if at - since >= DISABLED_AFTER:
        return replace(webhook, failing_since=since, disabled_because=FAILING)
    return replace(webhook, failing_since=since)


def given_up(delivery: WebhookDelivery) -> WebhookDelivery:
    """The delivery as failed, because its endpoint is disabled."""
    return replace(delivery, state=FAILED, problem=DISABLED, next_at=None)
