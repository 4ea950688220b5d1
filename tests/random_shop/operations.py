"""Everything that can happen to a shop, one function each, and how often it does."""

from collections.abc import Callable

from functions import (
    serve_holds,
    serve_members,
    serve_membership,
    serve_programs,
    serve_referrals,
    serve_reviews,
    track_click,
)
from shared.domain.members.member import Referral
from shared.members.profile import load_profile
from shared.problem import NotFound
from shared.store.programs import programs, reviews
from tests.random_shop import past, tellings
from tests.random_shop.client import Client
from tests.random_shop.terms import random_terms
from tests.support.http_events import STAFF

WHY = {"reason": "They asked for it"}
FEW = 12
"""So many members are asked of more than all others, so that clients meet."""


def some_member(client: Client) -> str:
    members = client.shop.members
    return client.chance.choice(members[:FEW] if client.chance.random() < 0.4 else members)


def register(client: Client) -> None:
    """A new member by one of the ways to an advocate, or a known one again."""
    shop, chance = client.shop, client.chance
    name = f"W{shop.number()}" if chance.random() < 0.9 or not shop.members else some_member(client)
    form = {"login": name.lower(), "name": f"{name} Shopper", "email": f"{name}@example.com"}
    if shop.members and chance.random() < 0.75:
        way = chance.choice(("referrer_login", "code", "ref_token"))
        if way == "referrer_login":
            form[way] = some_member(client).lower()
        elif known := shop.codes if way == "code" else shop.tokens:
            form[way] = chance.choice(known)
    answered = client.ask(
        serve_members.handler, "PUT /v1/members/{id}", path={"id": name}, body=form
    )
    if answered.status == 200 and name not in shop.members:
        shop.codes.append(answered.body["code"])
        shop.members.append(name)


def click(client: Client) -> None:
    if client.shop.codes:
        body = {"code": client.chance.choice(client.shop.codes)}
        answered = client.ask(track_click.handler, "POST /v1/clicks", body=body, caller=None)
        if answered.status == 200:
            client.shop.tokens.append(answered.body["ref_token"])


def hold(client: Client) -> None:
    """Credit for an order that is known, or for a cart that becomes one."""
    shop, chance = client.shop, client.chance
    if shop.orders and chance.random() < 0.5:
        name = chance.choice(list(shop.orders))
    else:
        name = f"C{shop.number()}"
        shop.carts.append(name)
    amount = chance.choice((1, 300, chance.randrange(1, 3_000)))
    body = {"order_id": name, "amount": amount, "items_total": chance.choice((5_000, 5_000, 400))}
    answered = client.ask(
        serve_holds.handler,
        "POST /v1/members/{id}/holds",
        path={"id": some_member(client)},
        body=body,
        headers={"idempotency-key": f"hold {shop.number()}"},
    )
    if answered.status == 201:
        shop.holds.append(answered.body["id"])


def capture(client: Client) -> None:
    if client.shop.holds:
        name = client.chance.choice(client.shop.holds[-30:])
        body = client.chance.choice((None, {"amount": client.chance.randrange(1, 300)}))
        client.ask(serve_holds.handler, "POST /v1/holds/{id}/capture", path={"id": name}, body=body)


def void(client: Client) -> None:
    if client.shop.holds:
        name = client.chance.choice(client.shop.holds[-30:])
        client.ask(serve_holds.handler, "POST /v1/holds/{id}/void", path={"id": name})


def lever(client: Client, route: str, body: dict, headers: dict | None = None) -> None:
    client.ask(
        serve_membership.handler,
        route,
        path={"id": some_member(client)},
        body=body,
        headers=headers,
        caller=STAFF,
    )


def block(client: Client) -> None:
    lever(client, "POST /v1/members/{id}/block", WHY)


def unblock(client: Client) -> None:
    lever(client, "POST /v1/members/{id}/unblock", WHY)


def assign_group(client: Client) -> None:
    lever(client, "PUT /v1/members/{id}/group", {"group": client.chance.choice(("staff", None))})


def adjust(client: Client) -> None:
    amount = client.chance.choice((2_000, 6_000, -300, -5_000))
    key = {"idempotency-key": f"adjustment {client.shop.number()}"}
    lever(client, "POST /v1/members/{id}/adjustments", WHY | {"amount": amount}, key)


def refer(client: Client) -> None:
    pair = {
        "advocate_login": some_member(client).lower(),
        "friend_login": some_member(client).lower(),
    }
    client.ask(serve_referrals.handler, "POST /v1/referrals", body=pair | WHY, caller=STAFF)


def end_referral(client: Client) -> None:
    friend = some_member(client)
    edge = client.read(lambda: _referral_of(friend))
    if edge:
        client.ask(
            serve_referrals.handler,
            "DELETE /v1/referrals/{id}",
            path={"id": edge.id.replace("#", "%23")},
            body=WHY | {"take_back": client.chance.choice(("nothing", "unspent"))},
            caller=STAFF,
        )


def name_advocate(client: Client) -> None:
    """Staff names the advocate of any order, for that order or for later ones too."""
    orders = list(client.shop.orders)
    if orders:
        form = {
            "advocate_login": some_member(client).lower(),
            "later_orders": client.chance.random() < 0.5,
        }
        client.ask(
            serve_referrals.handler,
            "PUT /v1/orders/{id}/advocate",
            path={"id": client.chance.choice(orders)},
            body=form | WHY,
            caller=STAFF,
        )


def merge(client: Client) -> None:
    """Two members turn out to be one person; the shop goes on telling of both."""
    kept, closed = some_member(client), some_member(client)
    client.ask(
        serve_membership.handler,
        "POST /v1/members/{id}/merge",
        path={"id": kept},
        body={"closed": closed} | WHY,
        caller=STAFF,
    )


def _referral_of(friend: str) -> Referral | None:
    try:
        return load_profile(friend).member.referral
    except NotFound:
        return None


def review(client: Client) -> None:
    """Decide about one of the orders whose rewards are held."""
    waiting = client.read(lambda: sorted(reviews.list_orders_in_review()))
    if waiting:
        verdict = client.chance.choice(("approve", "refuse"))
        client.ask(
            serve_reviews.handler,
            f"POST /v1/reviews/{{id}}/{verdict}",
            path={"id": client.chance.choice(waiting).replace(":", "%3A")},
            body=WHY,
            caller=STAFF,
        )


def publish(client: Client, document: dict | None = None) -> bool:
    """Publish terms; in an epoch with recorded families only others of the same meaning."""
    shop, chance = client.shop, client.chance
    if document is None and shop.families:
        document = shop.program | {"name": f"Terms {shop.number()}", "landing": "/new"}
    elif document is None:
        currency = chance.choice(("EUR", "EUR", "EUR", "JPY"))
        document = random_terms(chance, shop.zone, currency)
    version = client.read(lambda: programs.load_active_item("default").version)
    answered = client.ask(
        serve_programs.handler,
        "POST /v1/programs/{id}/versions",
        path={"id": "default"},
        body=document,
        headers={"if-match": str(version)},
        caller=STAFF,
    )
    return answered.status in (201, 412)


def recorded(client: Client) -> None:
    """Something in a family whose history is recorded and in which nobody else acts just now."""
    families = list(client.shop.families.values())
    client.chance.shuffle(families)
    for family in families:
        if family.lock.acquire(blocking=False):
            try:
                return family.act(client)
            finally:
                family.lock.release()
    tellings.tell_news(client)


type Operation = Callable[[Client], object]
OPERATIONS: dict[Operation, float] = {
    tellings.tell_new: 16,
    tellings.tell_news: 22,
    tellings.tell_late: 3,
    tellings.sell_by_stripe: 4,
    tellings.news_of_stripe: 4,
    tellings.sell_by_platform: 3,
    recorded: 20,
    register: 5,
    click: 2,
    hold: 7,
    capture: 6,
    void: 2,
    block: 1,
    unblock: 2,
    assign_group: 1,
    adjust: 2,
    refer: 1,
    end_referral: 1,
    name_advocate: 2,
    merge: 0.5,
    review: 1,
    past.import_past: 0.5,
    past.forget: 0.3,
}
PUBLISH_SHARE = 0.003


def operate(client: Client) -> None:
    """One operation, chosen at random."""
    if client.chance.random() < PUBLISH_SHARE:
        publish(client)
        return
    (operation,) = client.chance.choices(list(OPERATIONS), OPERATIONS.values())
    client.shop.count(f"operation {operation.__name__}")
    operation(client)
