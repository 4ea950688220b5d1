"""The front page, registration, sign-in, and the account page of a customer."""

from local.demo.shop.database import LoginTaken
from local.demo.shop.http_messages import (
    CART_COOKIE,
    TOKEN_COOKIE,
    VISIT_COOKIE,
    ShopRequest,
    ShopResponse,
    see_other,
    set_cookie,
)
from local.demo.shop.shop import Shop
from local.demo.shop.storefront import Signup
from web.clients.grapevine import Problem

FIELDS = ("login", "name", "email", "referrer")
REQUIRED_FIELDS = {
    "login": "Choose another login.",
    "email": "Enter a valid email address, such as name@example.com.",
    "name": "Say a name.",
}
"""The required fields, each with the message for an empty or refused value."""


def show_front(shop: Shop, request: ShopRequest) -> ShopResponse:
    customer = shop.customer(request)
    member = shop.grapevine.members.get(customer.id) if customer else None
    return shop.render(request, "front.html", member=member)


def show_registration(shop: Shop, request: ShopRequest) -> ShopResponse:
    referrer = shop.referrer(request)
    form = dict.fromkeys(FIELDS, "") | {"referrer": referrer["code"] if referrer else ""}
    return shop.render(request, "join.html", form=form, errors={})


def register(shop: Shop, request: ShopRequest) -> ShopResponse:
    """Registers a customer, as in the example of docs/storefront.md, with one API call."""
    form = {name: request.field(name) for name in FIELDS}
    errors = {name: sentence for name, sentence in REQUIRED_FIELDS.items() if not form[name]}
    if not errors:
        try:
            return _register(shop, Signup(**form, ref_token=request.ref_token))
        except LoginTaken:
            errors = {"login": "Somebody else has this login already."}
        except Problem as refused:
            told = {fault["field"]: fault["message"] for fault in refused.errors}
            errors = {name: told[name] for name in REQUIRED_FIELDS if name in told} or {
                "login": refused.detail
            }
    return shop.render(request, "join.html", 422, form=form, errors=errors)


def _register(shop: Shop, signup: Signup) -> ShopResponse:
    """Registers the customer and signs them in. If the referrer is unknown, the account page says
    so.
    """
    customer, member = shop.storefront.register(signup)
    is_unknown = signup.referrer and not member["referred_by"]
    return see_other(
        "/account?unknown=1" if is_unknown else "/account",
        set_cookie(VISIT_COOKIE, shop.database.sign_in(customer)),
    )


def show_login(shop: Shop, request: ShopRequest) -> ShopResponse:
    return shop.render(request, "login.html", customers=shop.database.list_customers())


def log_in(shop: Shop, request: ShopRequest) -> ShopResponse:
    customer = shop.database.find_by_login(request.field("login"))
    if customer is None:
        return see_other("/login")
    return see_other("/account", set_cookie(VISIT_COOKIE, shop.database.sign_in(customer)))


def log_out(shop: Shop, request: ShopRequest) -> ShopResponse:
    return see_other("/", set_cookie(VISIT_COOKIE, ""))


def forget_browser(shop: Shop, request: ShopRequest) -> ShopResponse:
    """Deletes all cookies, so that the browser counts as a new visitor."""
    return see_other(
        "/",
        set_cookie(VISIT_COOKIE, ""),
        set_cookie(CART_COOKIE, ""),
        set_cookie(TOKEN_COOKIE, "", script=True),
    )


def show_account(shop: Shop, request: ShopRequest) -> ShopResponse:
    customer = shop.customer(request)
    if customer is None:
        return see_other("/login")
    member = shop.grapevine.members.get(customer.id)
    advocate_id = member["referred_by"]
    advocate = shop.database.find_customer(advocate_id) if advocate_id else None
    return shop.render(
        request,
        "account.html",
        member=member,
        session=shop.grapevine.members.session(customer.id)["token"],
        advocate_name=advocate.name if advocate else advocate_id,
        available=shop.storefront.spendable(customer),
    )


def open_rewards(shop: Shop, request: ShopRequest) -> ShopResponse:
    """Redirects to the advocate's pages, with a token from the API that signs the customer in."""
    customer = shop.customer(request)
    if customer is None:
        return see_other("/login")
    token = shop.grapevine.members.session(customer.id)["token"]
    return see_other(f"{shop.grapevine.base_url}/rewards?token={token}")


PAGES = {
    ("GET", r"/"): show_front,
    ("GET", r"/join"): show_registration,
    ("POST", r"/join"): register,
    ("GET", r"/login"): show_login,
    ("POST", r"/login"): log_in,
    ("POST", r"/logout"): log_out,
    ("POST", r"/stranger"): forget_browser,
    ("GET", r"/account"): show_account,
    ("GET", r"/rewards"): open_rewards,
}
