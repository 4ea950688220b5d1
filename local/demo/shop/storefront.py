"""Buying and returning: where the shop's checkout meets Grapevine. Each step is one that a real shop's server makes."""

from dataclasses import dataclass, replace

from local.cloud.clock import format_instant
from local.demo.shop import payment_processor
from local.demo.shop.database import Customer, ShopDatabase, ShopOrder
from local.demo.shop.products import CURRENCY, SHIPPING, CartLine, total
from local.demo.shop.grapevine_client import ApiUnreachable, ApiRefused, GrapevineClient


@dataclass(frozen=True)
class Signup:
    """What somebody wrote into the registration form; `referrer` is an advocate's code or login."""

    login: str
    name: str
    email: str
    referrer: str
    ref_token: str | None


class Storefront:
    """`register`, `quote`, `place`, `pay`, `cancel`, `give_back`: what a customer may do."""

    def __init__(self, books: ShopDatabase, grapevine: GrapevineClient) -> None:
        self.books, self.grapevine = books, grapevine

    def register(self, signup: Signup) -> tuple[Customer, dict]:
        """The customer and the member; raises `LoginTaken`, `ApiRefused`, `ApiAway`, and nobody is registered."""
        customer = self.books.register(signup.login, signup.name, signup.email)
        form = {
            "login": signup.login,
            "name": signup.name,
            "email": signup.email,
            "ref_token": signup.ref_token,
        }
        try:
            return customer, self._enrol(
                customer, {name: value for name, value in form.items() if value}, signup.referrer
            )
        except (ApiRefused, ApiUnreachable):
            self.books.strike(customer)
            raise

    def _enrol(self, customer: Customer, form: dict, referrer: str) -> dict:
        """Whatever stands in the field is a login, or else a code."""
        if referrer:
            try:
                return self.grapevine.register(customer.id, form | {"referrer_login": referrer})
            except ApiRefused as refused:
                if "referrer_login" not in refused.fields:
                    raise
        return self.grapevine.register(customer.id, form | ({"code": referrer} if referrer else {}))

    def quote(
        self, lines: tuple[CartLine, ...], customer: Customer | None, ref_token: str | None
    ) -> dict | None:
        """What the friend's discount would be; `None` where nobody sent this visitor, or nobody answers."""
        who = ({"customer": {"id": customer.id}} if customer else {}) | (
            {"ref_token": ref_token} if ref_token else {}
        )
        if not who or not lines:
            return None
        try:
            return self.grapevine.quote({"currency": CURRENCY, "items_total": total(lines)} | who)
        except (ApiRefused, ApiUnreachable):
            return None

    def place(
        self, customer: Customer, lines: tuple[CartLine, ...], credit: int, ref_token: str | None
    ) -> ShopOrder:
        """An order that waits for its payment, with as much credit held as is wanted and there is."""
        number = self.books.next_number()
        discount = (self.quote(lines, customer, ref_token) or {}).get("discount", 0)
        order = ShopOrder(
            number,
            customer.id,
            format_instant(self.grapevine.now()),
            lines,
            discount,
            ref_token=ref_token,
        )
        wanted = min(credit, order.items - discount, self.spendable(customer)) if credit > 0 else 0
        if wanted:
            try:
                order = replace(
                    order, credit=wanted, hold=self.grapevine.hold(customer.id, number, wanted)
                )
            except (ApiRefused, ApiUnreachable):
                order = replace(order, credit=0)
        return self.books.keep(order)

    def spendable(self, customer: Customer) -> int:
        try:
            return max(self.grapevine.available(customer.id), 0)
        except (ApiRefused, ApiUnreachable):
            return 0

    def pay(self, order: ShopOrder) -> ShopOrder:
        """Once: a second click finds it paid."""
        buyer = self.books.customer(order.customer)
        if order.state != "placed":
            return order
        if order.hold:
            self.grapevine.capture(order.hold)
        paid = self.books.keep(replace(order, state="paid"))
        self.grapevine.deliver(payment_processor.session_paid(paid, buyer, self.grapevine.now()))
        return paid

    def cancel(self, order: ShopOrder) -> ShopOrder:
        if order.state != "placed":
            return order
        if order.hold:
            self.grapevine.void(order.hold)
        return self.books.keep(replace(order, state="cancelled"))

    def give_back(self, order: ShopOrder, good: str | None) -> ShopOrder:
        """One piece of a good, or with `None` all that is left: the money goes back by the processor, who tells of it."""
        amount = order.left if good is None else min(_worth(order, good), order.left)
        if order.state != "paid" or amount <= 0:
            return order
        self.grapevine.deliver(payment_processor.refund_created(order, amount, self.grapevine.now()))
        lines = tuple(_returned(line, good) for line in order.lines)
        return self.books.keep(replace(order, lines=lines, refunds=(*order.refunds, amount)))


def _worth(order: ShopOrder, good: str) -> int:
    """What was paid in money for one piece, its share of discount and credit taken off; 0 where none is left."""
    line = next((line for line in order.lines if line.good == good), None)
    if line is None or line.returned >= line.count:
        return 0
    return (order.money - SHIPPING) * line.total // line.count // order.items


def _returned(line: CartLine, good: str | None) -> CartLine:
    if good is None:
        return line._replace(returned=line.count)
    return line._replace(returned=line.returned + 1) if line.good == good else line
