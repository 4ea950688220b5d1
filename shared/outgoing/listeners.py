"""Who listens to which events. Only events that have a listener are put on the bus (decision 235)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.domain.outgoing.webhook import WebhookEndpoint
from shared.outgoing.events import (
    CREDIT_CAPTURED,
    CREDIT_HELD,
    CREDIT_RETURNED,
    GROUP_CHANGED,
    MEMBER_BLOCKED,
    MERGE_UNFINISHED,
    ORDER_UNFINISHED,
    REFERRAL_ENDED,
    REWARD_POSTED,
    REWARD_REFUSED,
    STATEMENT_ISSUED,
)
from shared.settings import ListenerSettings, MailSettings
from shared.store.programs import webhooks
from shared.store.stream_records import ACCOUNT, ENTRY, ORDER, STATEMENT, StreamRecord

OF_OUR_OWN = frozenset({MEMBER_BLOCKED, MERGE_UNFINISHED, ORDER_UNFINISHED, REFERRAL_ENDED})
"""Events that our own orders queue needs."""
MAILED = frozenset({STATEMENT_ISSUED, REWARD_POSTED, GROUP_CHANGED})
"""Events that our own mails follow from."""
_KINDS: Mapping[str, frozenset[str]] = {
    ENTRY: frozenset({REWARD_POSTED, CREDIT_HELD, CREDIT_CAPTURED, CREDIT_RETURNED}),
    ORDER: frozenset({REWARD_REFUSED}),
    ACCOUNT: frozenset({GROUP_CHANGED}),
    STATEMENT: frozenset({STATEMENT_ISSUED}),
}
"""The events of a kind of stream record. Other kinds always have one that we need ourselves."""


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who listens at the moment.

    * `on_bus`: whether the shop has rules of its own on the bus, which may get every event.
    * `mails`: whether the stack sends mails.
    * `endpoints`: the shop's endpoints.
    """

    on_bus: bool
    mails: bool
    endpoints: Sequence[WebhookEndpoint] = ()

    def hear(self, kind: str) -> bool:
        """Whether an event of this kind reaches anybody."""
        return (
            self.on_bus
            or kind in OF_OUR_OWN
            or (self.mails and kind in MAILED)
            or any(endpoint.wants(kind) for endpoint in self.endpoints)
        )

    def may_hear_of(self, record: StreamRecord[Any]) -> bool:
        """Whether a stream record can lead to an event that reaches anybody."""
        if record.kind == ORDER and record.after.unfinished:
            return True
        if record.kind == ACCOUNT and record.after.merged_into:
            return True
        kinds = _KINDS.get(record.kind)
        return kinds is None or any(self.hear(kind) for kind in kinds)


def load_listeners() -> Listeners:
    """Who listens now. If the shop has rules of its own on the bus, every event is put on the bus,
    so the endpoints are not read and `endpoints` is empty. Otherwise they are read in one round
    trip.
    """
    on_bus = ListenerSettings.load().listeners_on_bus
    return Listeners(
        on_bus, bool(MailSettings.load().mail_from), () if on_bus else webhooks.list_webhooks()
    )
