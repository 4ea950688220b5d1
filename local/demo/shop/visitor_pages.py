"""Looking around, registering, signing in."""

from local.demo.shop.database import LoginTaken
from local.demo.shop.http_messages import CART, TOKEN, VISIT, ShopRequest, ShopResponse, cookie, see_other
from local.demo.shop.grapevine_client import ApiRefused
from local.demo.shop.storefront import Signup

FIELDS = ("login", "name", "email", "referrer")
WRONG = {
    "login": "Choose another login.",
    "email": "This is no e-mail address that mail could reach.",
    "name": "Say a name.",
}


def front(site, asked: ShopRequest) -> ShopResponse:
    customer = site.customer(asked)
    member = site.shop.grapevine.member(customer.id) if customer else None
    return site.page(asked, "front.html", member=member)


def join(site, asked: ShopRequest) -> ShopResponse:
    sent_by = site.sent_by(asked)
    written = dict.fromkeys(FIELDS, "") | {"referrer": sent_by["code"] if sent_by else ""}
    return site.page(asked, "join.html", written=written, errors={})


def join_now(site, asked: ShopRequest) -> ShopResponse:
    """The registration example of docs/storefront.md: the shop's form, and one call of Grapevine's API behind it."""
    written = {name: asked.field(name) for name in FIELDS}
    errors = {name: sentence for name, sentence in WRONG.items() if not written[name]}
    try:
        if not errors:
            customer, member = site.shop.counter.register(
                Signup(**written, ref_token=asked.ref_token)
            )
            unknown = written["referrer"] and not member["referred_by"]
            address = "/account?unknown=1" if unknown else "/account"
            return see_other(address, cookie(VISIT, site.shop.books.sign_in(customer)))
    except LoginTaken:
        errors = {"login": "Somebody else has this login already."}
    except ApiRefused as refused:
        errors = {name: message for name, message in refused.fields.items() if name in WRONG} or {
            "login": str(refused)
        }
    return site.page(asked, "join.html", 422, written=written, errors=errors)


def login(site, asked: ShopRequest) -> ShopResponse:
    return site.page(asked, "login.html", customers=site.shop.books.customers())


def login_now(site, asked: ShopRequest) -> ShopResponse:
    customer = site.shop.books.by_login(asked.field("login"))
    if customer is None:
        return see_other("/login")
    return see_other("/account", cookie(VISIT, site.shop.books.sign_in(customer)))


def logout(site, asked: ShopRequest) -> ShopResponse:
    return see_other("/", cookie(VISIT, ""))


def stranger(site, asked: ShopRequest) -> ShopResponse:
    """A browser as it comes from the factory."""
    return see_other("/", cookie(VISIT, ""), cookie(CART, ""), cookie(TOKEN, "", script=True))


def account(site, asked: ShopRequest) -> ShopResponse:
    customer = site.customer(asked)
    if customer is None:
        return see_other("/login")
    grapevine = site.shop.grapevine
    member, session = grapevine.member(customer.id), grapevine.session(customer.id)
    advocate = site.shop.books.customer(member["referred_by"]) if member["referred_by"] else None
    told = {
        "member": member,
        "session": session,
        "sender": advocate.name if advocate else member["referred_by"],
    }
    return site.page(asked, "account.html", available=site.shop.counter.spendable(customer), **told)


def rewards(site, asked: ShopRequest) -> ShopResponse:
    """To the advocate's pages, signed in by a token that the shop's server asks for."""
    customer = site.customer(asked)
    if customer is None:
        return see_other("/login")
    return see_other(
        f"{site.shop.grapevine.base_url}/rewards?token={site.shop.grapevine.session(customer.id)}"
    )


PAGES = {
    ("GET", r"/"): front,
    ("GET", r"/join"): join,
    ("POST", r"/join"): join_now,
    ("GET", r"/login"): login,
    ("POST", r"/login"): login_now,
    ("POST", r"/logout"): logout,
    ("POST", r"/stranger"): stranger,
    ("GET", r"/account"): account,
    ("GET", r"/rewards"): rewards,
}
