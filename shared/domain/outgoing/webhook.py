"""Webhooks to the shop's server: who is told what, when again, and when no more (decision 52)."""

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
"""Seconds before each further attempt, as Standard Webhooks advises: ten attempts within a little more than three days."""
DISABLED_AFTER = timedelta(days=5)
OVERLAP = timedelta(hours=24)
"""How long a secret that was replaced still signs beside the new one."""
KEPT_DAYS = 30
WAITING, DELIVERED, FAILED = "waiting", "delivered", "failed"
GONE, FAILING, BY_STAFF = "gone", "failing", "by_staff"
DISABLED = "webhook_disabled"
GONE_STATUS = 410


class WebhookSecret(NamedTuple):
    """`until` is when one that was replaced stops to sign."""

    text: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class WebhookEndpoint:
    """An endpoint of the shop's. No `types` means all; `failing_since` is the first failure that no success followed."""

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
        """The secrets that sign now, the newest first; two while one is replaced."""
        return [secret.text for secret in self.secrets if secret.until is None or at < secret.until]

    def rolled(self, text: str, at: datetime) -> "WebhookEndpoint":
        """With a new secret; the one until now signs on for a day, and none that was replaced before it."""
        current = self.secrets[0]
        return replace(
            self, secrets=(WebhookSecret(text), WebhookSecret(current.text, at + OVERLAP))
        )


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """One event for one endpoint. `began` counts the attempts before it was last replayed."""

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
        """Seconds until the attempt after the next one, should that fail; `None` where it is the last."""
        place = self.attempts - self.began
        return PAUSES[place] if place < len(PAUSES) else None

    def again(self) -> "WebhookDelivery":
        """To be attempted anew, with all pauses before it."""
        return replace(self, state=WAITING, began=self.attempts, next_at=None)


class DeliveryOutcome(NamedTuple):
    """What came of an attempt: the status of the answer, or why there was none."""

    response: int | None = None
    problem: str | None = None

    @property
    def arrived(self) -> bool:
        return self.response is not None and 200 <= self.response < 300


def attempted(
    webhook: WebhookEndpoint, delivery: WebhookDelivery, outcome: DeliveryOutcome, at: datetime
) -> tuple[WebhookEndpoint, WebhookDelivery]:
    """Both as they are after an attempt."""
    tried = replace(
        delivery,
        attempts=delivery.attempts + 1,
        tried_at=at,
        response=outcome.response,
        problem=outcome.problem,
        next_at=None,
    )
    if outcome.arrived:
        return replace(webhook, failing_since=None), replace(tried, state=DELIVERED)
    after = _after_failure(webhook, outcome, at)
    if after.disabled_because or delivery.pause is None:
        return after, replace(tried, state=FAILED)
    return after, replace(tried, next_at=at + timedelta(seconds=delivery.pause))


def _after_failure(
    webhook: WebhookEndpoint, outcome: DeliveryOutcome, at: datetime
) -> WebhookEndpoint:
    since = webhook.failing_since or at
    if outcome.response == GONE_STATUS:
        return replace(webhook, failing_since=since, disabled_because=GONE)
    if at - since >= DISABLED_AFTER:
        return replace(webhook, failing_since=since, disabled_because=FAILING)
    return replace(webhook, failing_since=since)


def given_up(delivery: WebhookDelivery) -> WebhookDelivery:
    """A delivery to an endpoint that was disabled meanwhile."""
    return replace(delivery, state=FAILED, problem=DISABLED, next_at=None)
