"""What each friend has bought so far, in the ledger table."""

from collections.abc import Mapping

from pynamodb.attributes import UnicodeAttribute

from shared.domain.orders.fraud_signals import NO_TRACES, BuyerTraces
from shared.domain.orders.purchases import Placed, Purchases
from shared.store import keys
from shared.store.codec import INSTANT, TUPLE, Document, Field, many
from shared.store.engine import Write
from shared.store.items import IntegerAttribute, JsonAttribute, LedgerItem, unchanged

PLACED = Document(Placed, at=Field("t", INSTANT), order=Field("o"))
TRACES = Document(BuyerTraces, browsers=Field("b", TUPLE), payments=Field("p", TUPLE))


class PurchasesItem(LedgerItem):
    """A friend's purchases. Every order of the friend raises `revision`, so that two orders at the
    same time are evaluated one after the other.
    """

    revision = IntegerAttribute()
    payments = IntegerAttribute(default=0)
    earliest = JsonAttribute(many(PLACED), default=tuple)
    referral = UnicodeAttribute(null=True)
    given: JsonAttribute[Mapping[str, int]] = JsonAttribute(default=dict)
    ended = UnicodeAttribute(null=True)
    traces = JsonAttribute(TRACES.form, default=lambda: NO_TRACES)


def purchases_of(member_id: str, item: PurchasesItem | None) -> Purchases:
    if item is None:
        return Purchases(member_id)
    return Purchases(
        member=member_id,
        revision=item.revision,
        payments=item.payments,
        earliest=item.earliest,
        referral=item.referral,
        given=item.given,
        ended=item.ended,
        traces=item.traces,
    )


def put_purchases(after: Purchases) -> Write:
    """The write that stores purchases. It fails if they have changed since they were read."""
    item = PurchasesItem(
        *keys.purchases(after.member),
        revision=after.revision + 1,
        payments=after.payments,
        earliest=after.earliest,
        referral=after.referral,
        given=after.given,
        ended=after.ended,
        traces=after.traces,
    )
    return Write(item, unchanged(after.revision))
