"""What staff does in the console: signing in, members, and all of `console_calls`.

For the test of permissions.
"""

from urllib.parse import urlencode

import pytest

from shared import secrets
from shared.orders import attribution
from shared.store.programs import staff
from shared.store.programs.verifications import list_verifications
from shared.store.reading import Reading
from tests.support import console_calls
from tests.support.console_visitor import OUR_PAGE, OWNER_EMAIL, Visitor, link_for
from tests.support.oidc_provider import configure_provider, running_provider, visit_provider
from tests.support.permission_watch import Day, Sitting

WHY = {"reason": "Asked by phone"}


def console(day: Day) -> None:
    """Sign in as the owner by a mailed link, and do what only owners may."""
    token, form = (
        link_for(secrets.pepper(), OWNER_EMAIL, day.at),
        {"email": "sam@example.com", "role": "viewer"},
    )
    day.ask("GET /console/sign-in")
    day.ask("POST /console/sign-in", urlencode({"email": OWNER_EMAIL}), headers=OUR_PAGE)
    day.ask("GET /console/sign-in/{token}", path={"token": token})
    day.ask("POST /console/sign-in/{token}", status=303, path={"token": token}, headers=OUR_PAGE)
    by_provider(day)
    visit = Sitting(day, Visitor(at=day.at))
    visit.post("POST /console/staff", form)
    sam = staff.find_by_email(secrets.hash_email(form["email"]))
    visit.post("POST /console/staff/{id}/role", {"role": "support"}, path={"id": sam.id})
    visit.post("POST /console/staff/{id}/remove", path={"id": sam.id})
    for route in (
        "GET /console",
        "GET /console/audit",
        "GET /console/staff",
        "GET /console/members",
        "GET /console/search",
        "GET /console/orders",
        "GET /console/groups",
        "GET /console/transactions",
        "GET /console/journal",
        "GET /console/verification",
    ):
        visit.get(route)
    visit.post("POST /console/verification")
    (run,) = list_verifications(1)
    day.ask("GET /v1/verify/{id}", path={"id": run.id})
    typed = {"field": "amount", "amount": "12.50", "currency": "EUR", "kind": "amount"}
    visit.get("GET /console/amounts", query=typed)
    console_levers(day, visit)
    visit.post("POST /console/sign-out")


def by_provider(day: Day) -> None:
    """Sign in as the owner by an OpenID Connect provider."""
    with running_provider(lambda: day.at) as provider, pytest.MonkeyPatch.context() as environment:
        configure_provider(environment, provider.issuer)
        redirect = day.ask("GET /console/sign-in/oidc", status=303)
        callback = visit_provider(redirect.headers["location"])
        cookies = [redirect.cookies[0].partition(";")[0]]
        day.ask("GET /console/sign-in/callback", status=303, query=callback, cookies=cookies)


def console_levers(day: Day, visit: "Sitting") -> None:
    """Do to members what staff may do, each once by its page."""
    member, path = "/console/members/{id}", {"id": "Olga"}
    for name in ("Olga", "Otto"):
        day.ask(
            "PUT /v1/members/{id}",
            {"login": name.lower(), "email": f"{name}@example.com"},
            path={"id": name},
        )
    bought = {"status": "completed", "currency": "EUR", "items_total": 5000}
    visit.post(f"POST {member}/refer", {"advocate_login": "otto"} | WHY, path=path)
    day.ask("PUT /v1/orders/{id}", bought | {"customer": {"id": "Olga"}}, path={"id": "L1"})
    visit.get("GET /console/orders/{id}", path={"id": "L1"})
    for query in ({"q": "olga@example.com"}, {"q": "L1"}):
        visit.get("GET /console/members", query=query)
    visit.post(
        f"POST {member}/adjust",
        {"amount": "12.50", "once": "1", "understood": "1250"} | WHY,
        path=path,
    )
    visit.post(f"POST {member}/group", {"group": "staff"}, path=path)
    visit.post(f"POST {member}/block", WHY, path={"id": "Otto"})
    visit.post(f"POST {member}/unblock", path={"id": "Otto"})
    for login in ("otto-one", "otto-two"):
        day.ask("PUT /v1/members/{id}", {"login": login}, path={"id": login})
    friend = {"login": "otto-friend", "referrer_login": "otto-two"}
    day.ask("PUT /v1/members/{id}", friend, path={"id": "Otto-Friend"})
    one, two = {"id": "otto-one"}, {"other": "otto-two"}
    for query in ({"q": "otto"}, two):
        visit.get(f"GET {member}/merge", path=one, query=query)
    visit.post(f"POST {member}/merge", two | WHY, path=one)
    for tab in ({}, {"tab": "orders"}, {"tab": "friends"}, {"tab": "tree"}):
        visit.get(f"GET {member}", path=path, query=tab)
    visit.post(f"POST {member}", {"note": "Called"}, path=path)
    visit.post("POST /console/members", {"login": "otilie", "referrer_login": "otto"})
    visit.get(f"GET {member}/referral", path=path)
    olga = attribution.find_member(Reading(), "Olga")
    visit.post(
        f"POST {member}/referral",
        {"referral": olga.referral.id, "take_back": "unspent"} | WHY,
        path=path,
    )
    day.ask("PUT /v1/orders/{id}", bought | {"customer": {"id": "Olga"}}, path={"id": "L2"})
    named = {"order": "L2", "advocate_login": "otto"}
    visit.get("GET /console/order-advocate", query=named)
    visit.post("POST /console/order-advocate", named | {"later_orders": "no"} | WHY)
    visit.post(f"POST {member}/session", path=path)
    visit.post(f"POST {member}/mail-balance", path=path)
    visit.get(f"GET {member}/export", path=path)
    visit.get(f"GET {member}/erase", path=path)
    visit.post(f"POST {member}/erase", {"typed": "Olga"}, path=path)


def console_of_money(day: Day) -> None:
    visit = Sitting(day, Visitor("owner", "later@example.com", at=day.at))
    console_calls.money(visit, "Anna", "2026-03")
    console_calls.reviews(visit)
    console_calls.wiring(visit)
    console_calls.settings(visit)
    console_calls.terms(visit)
    console_calls.imports(visit)
    console_calls.queues(visit)
