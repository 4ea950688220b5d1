"""The items from which the context of an order is loaded."""

from collections.abc import Sequence

from shared.domain.orders.facts import OrderFacts
from shared.orders import attribution
from shared.store import keys
from shared.store.engine import ItemRequest
from shared.store.ledger.accounts import AccountItem
from shared.store.ledger.holds import OrderCreditItem
from shared.store.ledger.orders import OrderItem, RefItem
from shared.store.ledger.purchases import PurchasesItem
from shared.store.programs.programs import DEFAULT, ProgramItem
from shared.store.reading import Reading


def first_keys(facts: OrderFacts) -> list[ItemRequest]:
    names = dict.fromkeys((facts.id, *facts.refs))
    also_by_ref = [name for name in facts.refs if name != facts.id or len(facts.refs) > 1]
    return [
        (ProgramItem, keys.active_program(DEFAULT)),
        *((OrderItem, keys.order(name)) for name in names),
        (OrderCreditItem, keys.order_credit(facts.id)),
        *((RefItem, keys.ref(name)) for name in also_by_ref),
        *attribution.keys_to_read(facts),
        *([(PurchasesItem, keys.purchases(facts.customer))] if facts.customer else []),
    ]


def advocate_keys(reading: Reading, order: OrderFacts, currency: str) -> list[ItemRequest]:
    """The items of the advocates whose codes the order carries, as far as these advocates are known
    by now.
    """
    named = attribution.named_advocates(reading, order)
    return [
        *money_keys(named, currency, None),
        *((PurchasesItem, keys.purchases(name)) for name in named),
    ]


def money_keys(member_ids: Sequence[str], currency: str, buyer_id: str | None) -> list[ItemRequest]:
    return [
        *attribution.member_keys(member_ids),
        *((AccountItem, keys.account(member_id, currency)) for member_id in member_ids),
        *([(PurchasesItem, keys.purchases(buyer_id))] if buyer_id else []),
    ]
