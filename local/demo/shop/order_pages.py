"""The pages for the cart, the checkout with discount and credit, orders, and returns."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from local.demo.shop.database import ShopOrder
from local.demo.shop.http_messages import (
    CART_COOKIE,
    ShopRequest,
    ShopResponse,
    see_other,
    set_cookie,
)
from local.demo.shop.products import PRODUCTS, SHIPPING, add_one, cart_total, format_cart
from local.demo.shop.shop import Shop
from web.clients.grapevine import OrderAnswer, Problem, Unreachable


def change_cart(shop: Shop, request: ShopRequest) -> ShopResponse:
    added, removed = request.field("add"), request.field("remove")
    lines = tuple(line for line in request.cart if line.product != removed)
    if added in PRODUCTS:
        lines = add_one(lines, added)
    return see_other("/cart", set_cookie(CART_COOKIE, format_cart(lines)))


def show_cart(shop: Shop, request: ShopRequest) -> ShopResponse:
    quote = shop.storefront.quote(request.cart, shop.customer(request), request.ref_token)
    items = cart_total(request.cart)
    return shop.render(request, "cart.html", lines=request.cart, items=items, quote=quote)


def show_checkout(shop: Shop, request: ShopRequest) -> ShopResponse:
    customer = shop.customer(request)
    if customer is None or not request.cart:
        return see_other("/login" if request.cart else "/cart")
    quote = shop.storefront.quote(request.cart, customer, request.ref_token)
    items, discount = cart_total(request.cart), quote["discount"] if quote else 0
    available = shop.storefront.spendable(customer)
    return shop.render(
        request,
        "checkout.html",
        lines=request.cart,
        quote=quote,
        items=items,
        discount=discount,
        available=available,
        max_credit=min(available, items - discount),
    )


def place_order(shop: Shop, request: ShopRequest) -> ShopResponse:
    customer = shop.customer(request)
    if customer is None or not request.cart:
        return see_other("/cart")
    credit = _parse_minor(request.field("credit"))
    order = shop.storefront.place(customer, request.cart, credit, request.ref_token)
    return see_other(f"/pay/{order.number}", set_cookie(CART_COOKIE, ""))


def show_payment(shop: Shop, request: ShopRequest, number: str) -> ShopResponse:
    order = _find_own_order(shop, request, number)
    if order and order.state == "placed":
        return shop.render(request, "pay.html", order=order)
    return see_other(f"/orders/{number}")


def complete_payment(shop: Shop, request: ShopRequest, number: str) -> ShopResponse:
    if order := _find_own_order(shop, request, number):
        if request.field("answer") == "pay":
            shop.storefront.pay(order)
        else:
            shop.storefront.cancel(order)
    return see_other(f"/orders/{number}")


def list_orders(shop: Shop, request: ShopRequest) -> ShopResponse:
    customer = shop.customer(request)
    if customer is None:
        return see_other("/login")
    return shop.render(request, "orders.html", orders=shop.database.list_orders(customer))


def show_order(shop: Shop, request: ShopRequest, number: str) -> ShopResponse:
    order = _find_own_order(shop, request, number)
    if order is None:
        return see_other("/orders")
    evaluated = _find_evaluated(shop, order)
    return shop.render(request, "order.html", order=order, evaluated=evaluated, shipping=SHIPPING)


def return_items(shop: Shop, request: ShopRequest, number: str) -> ShopResponse:
    if order := _find_own_order(shop, request, number):
        shop.storefront.return_items(order, request.field("good") or None)
    return see_other(f"/orders/{number}")


def _find_own_order(shop: Shop, request: ShopRequest, number: str) -> ShopOrder | None:
    """Returns the order if it belongs to the signed-in customer, otherwise None."""
    customer, order = shop.customer(request), shop.database.find_order(int(number))
    return order if order and customer and order.customer == customer.id else None


def _find_evaluated(shop: Shop, order: ShopOrder) -> OrderAnswer | None:
    """Returns Grapevine's view of the order with its rewards; None if the order is not paid or the
    API call fails.
    """
    try:
        return shop.grapevine.orders.get(str(order.number)) if order.state == "paid" else None
    except (Problem, Unreachable):
        return None


def _parse_minor(text: str) -> int:
    """Returns an amount such as `12.50` or `12,50` in minor units; 0 for any other text."""
    try:
        amount = Decimal(text.replace(",", ".") or "0")
        return max(int(amount * 100), 0) if amount.is_finite() and amount < 10**6 else 0
    except InvalidOperation:
        return 0


PAGES: dict[tuple[str, str], Callable[..., ShopResponse]] = {
    ("GET", r"/cart"): show_cart,
    ("POST", r"/cart"): change_cart,
    ("GET", r"/checkout"): show_checkout,
    ("POST", r"/checkout"): place_order,
    ("GET", r"/pay/(\d{1,9})"): show_payment,
    ("POST", r"/pay/(\d{1,9})"): complete_payment,
    ("GET", r"/orders"): list_orders,
    ("GET", r"/orders/(\d{1,9})"): show_order,
    ("POST", r"/orders/(\d{1,9})/return"): return_items,
}
