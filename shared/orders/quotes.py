"""A cart and whoever stands behind it, gathered for a quote (design, sections 3 and 7)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from shared.domain.document import Document
from shared.domain.members.code import normal_code
from shared.domain.members.evidence import winner
from shared.domain.orders.facts import OrderFacts
from shared.domain.orders.facts_document import LONGEST_EMAIL
from shared.domain.rewards.quote import Quote, quote
from shared.domain.rewards.reward import Buyer
from shared.orders import attribution
from shared.store import keys
from shared.store.attributions.links import CodeItem
from shared.store.attributions.wrong_codes import Asker
from shared.store.ledger.purchases import PurchasesItem, purchases_of
from shared.store.programs import programs
from shared.store.programs.programs import DEFAULT, ProgramItem
from shared.store.reading import Reading


@dataclass(frozen=True, slots=True)
class Cart:
    """What is about to be bought, by whoever the order names as far as it names anybody."""

    order: OrderFacts
    currency: str
    items_total: int


def parse_cart(document: dict, hash_email: Callable[[str], str]) -> Cart:
    """Raises `InvalidDocument`."""
    source = Document(document)
    customer = source.section("customer", None)
    email = customer.text("email", None, longest=LONGEST_EMAIL) if customer else None
    code = source.text("code", None)
    order = OrderFacts(
        id="",
        customer=customer.identifier("id", None) if customer else None,
        email_hash=hash_email(email) if email else None,
        ref_token=source.text("ref_token", None),
        codes=(code,) if code else (),
    )
    currency, items_total = source.currency("currency"), source.amount("items_total")
    if customer:
        customer.refuse_unknown()
    source.refuse_unknown()
    source.finish()
    return Cart(order, currency, items_total)


class Quoted(NamedTuple):
    """`missed`: a code was given that nobody shares."""

    quote: Quote
    missed: bool


def quote_for(cart: Cart, at: datetime, asker: Asker | None = None) -> Quoted:
    """The discount as it would be granted now; raises `TooManyWrongCodes`."""
    reading = Reading()
    active = keys.active_program(DEFAULT)
    reading.fetch(
        (ProgramItem, active), *attribution.wanted(cart.order), *([asker.wanted] if asker else [])
    )
    if asker:
        asker.check(reading.item(*asker.wanted))
    program = programs.active_from(reading.item(ProgramItem, active))
    friend = attribution.buyer(reading, cart.order, None)
    won = winner(
        attribution.evidence(reading, cart.order, friend.member if friend else None, program, at)
    )
    member = attribution.member(reading, won.advocate) if won else None
    advocate = member.as_advocate(0, 0) if member else None
    missed = any(
        reading.item(CodeItem, keys.code(normal_code(code))) is None for code in cart.order.codes
    )
    return Quoted(
        quote(
            program, cart.currency, cart.items_total, advocate, _buyer(reading, friend, cart.order)
        ),
        missed,
    )


def _buyer(
    reading: Reading, friend: attribution.BuyerRecord | None, order: OrderFacts
) -> Buyer | None:
    if friend is None:
        return None
    member = friend.member
    purchases = purchases_of(member.id, reading.item(PurchasesItem, keys.purchases(member.id)))
    bought = {"bought_before": purchases.before(""), "ordered_as": order.email_hash}
    return Buyer(member.id, member.email_hash, member.blocked, referral=member.referral, **bought)
