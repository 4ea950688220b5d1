"""Quotes: the discount that a friend would get on a cart (specification: friend-discount)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, NamedTuple

from shared.domain.kinds import Amount, Currency, Email, Identifier, Text
from shared.domain.members.code import normalize_code
from shared.domain.members.evidence import find_winner
from shared.domain.orders.facts import NEVER, OrderFacts, Versioned
from shared.domain.orders.purchases import bought_before
from shared.domain.record import Record
from shared.domain.rewards.quote import Quote, needs_rate, quote_discount
from shared.domain.rewards.terms import Buyer
from shared.orders import attribution
from shared.orders.attribution import BuyerRecord
from shared.orders.closed_members import load_purchases
from shared.orders.daily_rates import rate_of_cart
from shared.store import keys
from shared.store.attributions.links import CodeItem
from shared.store.attributions.wrong_codes import WrongCodeLimit
from shared.store.programs import programs
from shared.store.programs.programs import DEFAULT, ProgramItem
from shared.store.reading import Reading

NEW_CUSTOMERS_ONLY = "new_customers_only"


@dataclass(frozen=True, slots=True)
class Cart:
    """A cart that is about to be bought. `order` holds only its evidence and its customer.

    * `anonymous`: nobody is looked up as the buyer.
    * `only`: the only member that may be looked up, if one is named.
    """

    order: OrderFacts
    currency: str
    items_total: int
    anonymous: bool = False
    only: str | None = None

    @property
    def code(self) -> str | None:
        """The code that the friend typed; `None` if there is none."""
        return self.order.codes[0] if self.order.codes else None


@dataclass(frozen=True, slots=True)
class CartCustomer:
    id: Identifier | None = None
    email: Email | None = None


@dataclass(frozen=True, slots=True)
class CartDocument:
    """A cart as the storefront sends it."""

    currency: Currency
    items_total: Amount
    ref_token: Text | None = None
    code: Text | None = None
    customer: Annotated[CartCustomer, Record(CartCustomer)] | None = None


CART = Record(CartDocument, "Cart")


def parse_cart(document: Mapping[str, object], hash_email: Callable[[str], str]) -> Cart:
    """The cart of a request body; raises `InvalidDocument`."""
    cart = CART.parse(document)
    customer = cart.customer or CartCustomer()
    email_hash = hash_email(customer.email) if customer.email else None
    order = OrderFacts(
        id="",
        told_customer=Versioned(NEVER, customer.id) if customer.id else None,
        told_email_hash=Versioned(NEVER, email_hash) if email_hash else None,
        ref_token=cart.ref_token,
        codes=(cart.code,) if cart.code else (),
    )
    return Cart(order, cart.currency, cart.items_total)


class CartQuote(NamedTuple):
    """A quote.

    * `missed`: the cart names a code that nobody shares.
    * `conditions`: rules that were not checked, because the request does not say who buys.
    """

    quote: Quote
    missed: bool
    conditions: tuple[str, ...] = ()


def cart_of_stranger(cart: Cart) -> Cart:
    """The cart without its customer, for a caller who may not learn whether a person is a customer."""
    order = cart.order._replace(told_customer=None, told_email_hash=None)
    return replace(cart, order=order, anonymous=True)


def cart_of_member(cart: Cart, member: str) -> Cart:
    """The cart for a caller with a member's session: the member is the buyer unless the cart names
    a customer.
    """
    if cart.order.customer or cart.order.email_hash:
        return replace(cart, only=member)
    order = cart.order._replace(told_customer=Versioned(NEVER, member))
    return replace(cart, order=order, only=member)


def load_quote(cart: Cart, at: datetime, limit: WrongCodeLimit | None = None) -> CartQuote:
    """The discount that would be granted at `at`; raises `TooManyWrongCodes`."""
    reading = Reading()
    order, active = cart.order, keys.active_program(DEFAULT)
    counts = [limit.item_request] if limit else []
    reading.fetch((ProgramItem, active), *attribution.keys_to_read(order), *counts)
    if limit:
        limit.check(reading.item(*limit.item_request))
    program = programs.active_program_of(reading.item(ProgramItem, active))
    record = _find_buyer(reading, cart)
    buyer = _as_buyer(reading, record, order) if record else None
    evidence = attribution.collect_evidence(
        reading, order, record.member if record else None, program, at
    )
    won = find_winner(evidence)
    member = (
        attribution.find_current_member(reading, won.advocate) if won and won.advocate else None
    )
    advocate = member.as_advocate(0, 0) if member else None
    code_keys = [keys.code(normalize_code(code)) for code in order.codes]
    missed = any(reading.item(CodeItem, key) is None for key in code_keys)
    rate = None
    if needs_rate(program, cart.currency):
        rate = rate_of_cart(reading, cart.currency, program, at)
    quote = quote_discount(program, cart.currency, cart.items_total, advocate, buyer, at, rate)
    unchecked = record is None and program.friend.new_customers_only and quote.discount > 0
    return CartQuote(quote, missed, (NEW_CUSTOMERS_ONLY,) if unchecked else ())


def _find_buyer(reading: Reading, cart: Cart) -> BuyerRecord | None:
    """The buyer, if the cart names one and the caller may look them up. A code alone names no
    buyer.
    """
    order = cart.order
    if cart.anonymous or not (order.customer or order.email_hash or order.ref_token):
        return None
    record = attribution.find_buyer(reading, order, None)
    if record and cart.only and cart.only not in (record.member.id, record.member.public_id):
        return None
    return record


def _as_buyer(reading: Reading, record: BuyerRecord, order: OrderFacts) -> Buyer:
    member = record.member
    purchases = load_purchases(reading, member)
    return Buyer(
        member.id,
        member.email_hash,
        member.blocked,
        referral=member.referral,
        bought_before=bought_before(purchases, ""),
        ordered_as=order.email_hash,
    )
