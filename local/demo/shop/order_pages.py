"""The cart, the checkout with discount and credit, the orders and what is sent back of them."""

from decimal import Decimal, InvalidOperation

from local.demo.shop.database import ShopOrder
from local.demo.shop.http_messages import CART, ShopRequest, ShopResponse, cookie, see_other
from local.demo.shop.products import PRODUCTS, SHIPPING, total, with_one_more, write_cart
from local.demo.shop.grapevine_client import ApiUnreachable, ApiRefused


def change_cart(site, asked: ShopRequest) -> ShopResponse:
    added, removed = asked.field("add"), asked.field("remove")
    lines = tuple(line for line in asked.cart if line.good != removed)
    if added in PRODUCTS:
        lines = with_one_more(lines, added)
    return see_other("/cart", cookie(CART, write_cart(lines)))


def cart(site, asked: ShopRequest) -> ShopResponse:
    quote = site.shop.counter.quote(asked.cart, site.customer(asked), asked.ref_token)
    return site.page(asked, "cart.html", lines=asked.cart, items=total(asked.cart), quote=quote)


def checkout(site, asked: ShopRequest) -> ShopResponse:
    customer = site.customer(asked)
    if customer is None or not asked.cart:
        return see_other("/login" if asked.cart else "/cart")
    quote = site.shop.counter.quote(asked.cart, customer, asked.ref_token)
    items, discount = total(asked.cart), (quote or {}).get("discount", 0)
    available = site.shop.counter.spendable(customer)
    told = {
        "items": items,
        "discount": discount,
        "available": available,
        "most": min(available, items - discount),
    }
    return site.page(asked, "checkout.html", lines=asked.cart, quote=quote, **told)


def place(site, asked: ShopRequest) -> ShopResponse:
    customer = site.customer(asked)
    if customer is None or not asked.cart:
        return see_other("/cart")
    order = site.shop.counter.place(
        customer, asked.cart, _minor(asked.field("credit")), asked.ref_token
    )
    return see_other(f"/pay/{order.number}", cookie(CART, ""))


def payment(site, asked: ShopRequest, number: str) -> ShopResponse:
    order = _own(site, asked, number)
    return (
        site.page(asked, "pay.html", order=order)
        if order and order.state == "placed"
        else see_other(f"/orders/{number}")
    )


def pay(site, asked: ShopRequest, number: str) -> ShopResponse:
    if order := _own(site, asked, number):
        settle = (
            site.shop.counter.pay if asked.field("answer") == "pay" else site.shop.counter.cancel
        )
        settle(order)
    return see_other(f"/orders/{number}")


def orders(site, asked: ShopRequest) -> ShopResponse:
    customer = site.customer(asked)
    if customer is None:
        return see_other("/login")
    return site.page(asked, "orders.html", orders=site.shop.books.orders_of(customer))


def show_order(site, asked: ShopRequest, number: str) -> ShopResponse:
    order = _own(site, asked, number)
    if order is None:
        return see_other("/orders")
    return site.page(asked, "order.html", order=order, seen=_seen(site, order), shipping=SHIPPING)


def give_back(site, asked: ShopRequest, number: str) -> ShopResponse:
    if order := _own(site, asked, number):
        site.shop.counter.give_back(order, asked.field("good") or None)
    return see_other(f"/orders/{number}")


def _own(site, asked: ShopRequest, number: str) -> ShopOrder | None:
    """Another's order is as if it were not there."""
    customer, order = site.customer(asked), site.shop.books.order(int(number))
    return order if order and customer and order.customer == customer.id else None


def _seen(site, order: ShopOrder) -> dict | None:
    """What Grapevine knows of it; nothing before the processor told it."""
    try:
        return site.shop.grapevine.order(order.number) if order.state == "paid" else None
    except (ApiRefused, ApiUnreachable):
        return None


def _minor(text: str) -> int:
    """Minor units of an amount as people write it, `12.50` or `12,50`; 0 for anything else."""
    try:
        amount = Decimal(text.replace(",", ".") or "0")
        return max(int(amount * 100), 0) if amount.is_finite() and amount < 10**6 else 0
    except InvalidOperation:
        return 0


PAGES = {
    ("GET", r"/cart"): cart,
    ("POST", r"/cart"): change_cart,
    ("GET", r"/checkout"): checkout,
    ("POST", r"/checkout"): place,
    ("GET", r"/pay/(\d{1,9})"): payment,
    ("POST", r"/pay/(\d{1,9})"): pay,
    ("GET", r"/orders"): orders,
    ("GET", r"/orders/(\d{1,9})"): show_order,
    ("POST", r"/orders/(\d{1,9})/return"): give_back,
}
