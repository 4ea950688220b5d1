"""Registration, checkout and returns: the calls that the shop makes to Grapevine.

The server of a real shop makes the same calls.
"""

from dataclasses import dataclass, replace

from local.cloud.clock import format_instant
from local.demo.shop.database import Customer, ShopDatabase, ShopOrder
from local.demo.shop.local_controls import LocalControls
from local.demo.shop.payment_processor import PaymentProcessor, refund_created, session_paid
from local.demo.shop.products import CURRENCY, SHIPPING, CartLine, cart_total
from web.clients.grapevine import Cart, Grapevine, Member, MemberForm, Problem, Quote, Unreachable


@dataclass(frozen=True)
class Signup:
    """A filled-in registration form; `referrer` is the login or the code of an advocate, or ""."""

    login: str
    name: str
    email: str
    referrer: str
    ref_token: str | None


class Storefront:
    """The actions of a customer."""

    def __init__(
        self,
        database: ShopDatabase,
        grapevine: Grapevine,
        controls: LocalControls,
        processor: PaymentProcessor,
    ) -> None:
        self.database, self.grapevine = database, grapevine
        self.controls, self.processor = controls, processor

    def register(self, signup: Signup) -> tuple[Customer, Member]:
        """Registers the customer in the shop and as a member of Grapevine; returns both.

        If LoginTaken, Problem or Unreachable is raised, nothing is registered.
        """
        customer = self.database.register(signup.login, signup.name, signup.email)
        form: MemberForm = {
            "login": signup.login,
            "name": signup.name,
            "email": signup.email,
            "ref_token": signup.ref_token,
        }
        try:
            return customer, self._register_member(customer, form, signup.referrer)
        except (Problem, Unreachable):
            self.database.unregister(customer)
            raise

    def _register_member(self, customer: Customer, form: MemberForm, referrer: str) -> Member:
        """Registers the member. `referrer` is tried as a login first and, if no member has that
        login, as a code.
        """
        if not referrer:
            return self.grapevine.members.put(customer.id, form)
        try:
            return self.grapevine.members.put(customer.id, {**form, "referrer_login": referrer})
        except Problem as refused:
            if "referrer_login" not in [fault["field"] for fault in refused.errors]:
                raise
        return self.grapevine.members.put(customer.id, {**form, "code": referrer})

    def quote(
        self, lines: tuple[CartLine, ...], customer: Customer | None, ref_token: str | None
    ) -> Quote | None:
        """Returns Grapevine's quote, which has the friend's discount.

        None if the cart is empty, if neither a customer nor a followed link is known, or if the API
        call fails.
        """
        if not (customer or ref_token) or not lines:
            return None
        cart: Cart = {"currency": CURRENCY, "items_total": cart_total(lines)}
        if customer:
            cart["customer"] = {"id": customer.id}
        if ref_token:
            cart["ref_token"] = ref_token
        try:
            return self.grapevine.quotes.create(cart)
        except (Problem, Unreachable):
            return None

    def place(
        self, customer: Customer, lines: tuple[CartLine, ...], credit: int, ref_token: str | None
    ) -> ShopOrder:
        """Stores an order that is still to be paid, and returns it.

        Up to `credit` minor units of the customer's credit are held for the order.
        """
        number, quote = self.database.next_number(), self.quote(lines, customer, ref_token)
        order = ShopOrder(
            number,
            customer.id,
            format_instant(self.controls.now()),
            lines,
            quote["discount"] if quote else 0,
            ref_token=ref_token,
        )
        if credit > 0:
            limit = min(order.items - order.discount, self.spendable(customer))
            order = self._hold_credit(order, min(credit, limit))
        return self.database.store_order(order)

    def _hold_credit(self, order: ShopOrder, amount: int) -> ShopOrder:
        """Returns the order with a hold for `amount`; unchanged if `amount` is 0 or the API call
        fails.
        """
        if not amount:
            return order
        try:
            hold = self.grapevine.holds.create(
                order.customer,
                {"order_id": str(order.number), "amount": amount, "items_total": order.items},
                idempotency_key=f"hold-{order.number}",
            )
        except (Problem, Unreachable):
            return order
        return replace(order, credit=amount, hold=hold["id"])

    def spendable(self, customer: Customer) -> int:
        """Returns the credit that the customer can spend now, in minor units; 0 if the API call
        fails.
        """
        try:
            return max(self.grapevine.members.balance(customer.id)["available"], 0)
        except (Problem, Unreachable):
            return 0

    def pay(self, order: ShopOrder) -> ShopOrder:
        """Marks the order as paid, captures its hold, sends the payment processor's event to
        Grapevine, and returns the order. An order that is not in state `placed` stays unchanged, so
        a repeated click does nothing.
        """
        if order.state != "placed":
            return order
        if order.hold:
            self.grapevine.holds.capture(order.hold)
        paid = self.database.store_order(replace(order, state="paid"))
        buyer = self.database.load_customer(order.customer)
        self.processor.deliver(session_paid(paid, buyer, self.controls.now()))
        return paid

    def cancel(self, order: ShopOrder) -> ShopOrder:
        if order.state != "placed":
            return order
        if order.hold:
            self.grapevine.holds.void(order.hold)
        return self.database.store_order(replace(order, state="cancelled"))

    def return_items(self, order: ShopOrder, product: str | None) -> ShopOrder:
        """Takes back one piece of `product`, or the whole order if it is None, and returns the
        order. An order that is not paid or of which nothing is left stays unchanged.

        The payment processor refunds the money and sends an event about the refund to Grapevine.
        """
        amount = order.left if product is None else min(_paid_for_one(order, product), order.left)
        if order.state != "paid" or amount <= 0:
            return order
        self.processor.deliver(refund_created(order, amount, self.controls.now()))
        lines = tuple(_return_line(line, product) for line in order.lines)
        return self.database.store_order(
            replace(order, lines=lines, refunds=(*order.refunds, amount))
        )


def _paid_for_one(order: ShopOrder, product: str) -> int:
    """Returns the money paid for one piece: its price minus its share of discount and credit.

    0 if the order has no piece of the product left.
    """
    line = next((line for line in order.lines if line.product == product), None)
    if line is None or line.returned >= line.quantity:
        return 0
    return (order.money - SHIPPING) * line.total // line.quantity // order.items


def _return_line(line: CartLine, product: str | None) -> CartLine:
    if product is None:
        return line._replace(returned=line.quantity)
    return line._replace(returned=line.returned + 1) if line.product == product else line
