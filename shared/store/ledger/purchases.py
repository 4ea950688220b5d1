"""What each friend has bought so far, in the ledger table."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from shared.domain.instants import instant_text, parse_instant
from shared.domain.orders.fraud_signals import NO_TRACES, BuyerTraces
from shared.domain.orders.purchases import Placed, Purchases
from shared.store import keys
from shared.store.engine import CompactJson, LedgerItem, Write


class PurchasesItem(LedgerItem):
    """Every order of a friend writes it under its revision, so that two at once are evaluated one after the other."""

    revision = NumberAttribute()
    payments = NumberAttribute(default=0)
    earliest = CompactJson(default=list)
    referral = UnicodeAttribute(null=True)
    given = CompactJson(default=dict)
    ended = UnicodeAttribute(null=True)
    traces = CompactJson(null=True)


def purchases_of(member_id: str, item: PurchasesItem | None) -> Purchases:
    if item is None:
        return Purchases(member_id)
    return Purchases(
        member=member_id,
        revision=int(item.revision),
        payments=int(item.payments),
        earliest=tuple(Placed(parse_instant(at), order) for at, order in item.earliest),
        referral=item.referral,
        given=item.given,
        ended=item.ended,
        traces=BuyerTraces(*map(tuple, item.traces)) if item.traces else NO_TRACES,
    )


def put_purchases(after: Purchases) -> Write:
    item = PurchasesItem(
        *keys.purchases(after.member),
        revision=after.revision + 1,
        payments=after.payments,
        earliest=[(instant_text(placed.at), placed.order) for placed in after.earliest],
        referral=after.referral,
        given=dict(after.given),
        ended=after.ended,
        traces=after.traces if any(after.traces) else None,
    )
    unchanged = (
        PurchasesItem.revision == after.revision
        if after.revision
        else PurchasesItem.pk.does_not_exist()
    )
    return Write(item, unchanged)
