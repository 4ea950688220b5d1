import re
from importlib import import_module
from urllib.parse import urlencode

import pytest
from jsonschema import Draft202012Validator

from functions import (
    claim_offer,
    serve_members,
    serve_orders,
    serve_programs,
    serve_rewards,
    serve_staff,
    track_click,
)
from local.cloud.resource_reader import read_resources
from shared.api.access import ROUTES
from shared.openapi.document import CALLS, PAGES, openapi
from shared.pages.site import Site
from shared.presets import PRESETS, load_preset
from shared.store import engine, keys
from shared.store.attributions.links import CodeItem
from shared.store.programs import parked
from tests.support.http_events import NOW, SHOP, STAFF, send

ORDER = {
    "customer": {"id": "I", "login": "ines", "email": "ines@example.com"},
    "status": "completed",
    "placed_at": "2026-03-01T10:00:00Z",
    "currency": "EUR",
    "items_total": 100_000,
    "refunds": [{"id": "re_1", "amount": 25_000, "at": "2026-03-09T00:00:00Z"}],
}


@pytest.fixture(autouse=True)
def opened(tables):
    engine.open_tables()
    openapi.cache_clear()


def faults(value, schema, document):
    """What of a value its schema does not allow; references lead into the document."""
    validator = Draft202012Validator(schema | {"components": document["components"]})
    return [f"{fault.json_path}: {fault.message}" for fault in validator.iter_errors(value)]


def resolve(ref, document):
    found = document
    for part in ref.removeprefix("#/").split("/"):
        found = found[part]
    return found


def fits(handler, route, **parts):
    """The answer, after it was compared with what the document says of the call."""
    answered = send(handler, route, **parts)
    method, path = route.split(" ")
    said = openapi()["paths"][path][method.lower()]["responses"][str(answered.status)]
    media = answered.headers.get("content-type")
    assert media is None if "content" not in said else media in said["content"]
    if media:
        told = answered.text if media.startswith("text/html") else answered.body
        assert faults(told, said["content"][media]["schema"], openapi()) == []
    return answered


def refs(value):
    if isinstance(value, dict):
        yield from ([value["$ref"]] if isinstance(value.get("$ref"), str) else [])
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from refs(part)


def routes_by_function(template):
    """The keys of the routes of every function, by its handler."""
    resources = read_resources(template)
    return {
        function.handler: {route.key for route in resources.routes if route.function == name}
        for name, function in resources.functions.items()
    }


def handler_of(path):
    module, name = path.rsplit(".", 1)
    return getattr(import_module(module), name)


FORGIVING = {"GET /r/{code+}", "GET /c/{code+}", "POST /c/{code+}"}
"""Routes for a link to which a chat or mail has added a sign; nobody is told to call them."""
UNTOLD = FORGIVING | {"OPTIONS /{proxy+}"}


def test_every_route_of_the_template_is_told_and_no_other_but_the_pages(tables):
    routes = routes_by_function(tables)
    calls = [taken for path, taken in routes.items() if not isinstance(handler_of(path), Site)]
    assert set().union(*calls) - UNTOLD == (set(CALLS) | {"$default"})
    assert set(PAGES) < set().union(*routes.values()) - set(CALLS)


def test_every_function_serves_its_routes_of_the_template(tables):
    for path, routes in routes_by_function(tables).items():
        assert not routes or set(handler_of(path).routes) == routes


def test_every_reference_leads_somewhere():
    document = openapi()
    assert all(resolve(ref, document) for ref in refs(document))
    named = {ref.rsplit("/", 1)[1] for ref in refs(document)}
    assert named == set(document["components"]["schemas"])


def test_the_pages_that_links_lead_to_are_told_too(monkeypatch):
    for name, value in {
        "SHOP_URL": "https://shop.example.com",
        "BASE_URL": "https://grapevine.example.com",
        "SHOP_NAME": "Shop",
    }.items():
        monkeypatch.setenv(name, value)
    engine.write([engine.Write(CodeItem(*keys.code("ANNA-7K2Q"), member="A", first_name="Anna"))])
    fits(claim_offer.handler, "GET /c/{code}", path={"code": "ANNA-7K2Q"})
    fits(claim_offer.handler, "GET /c/{code}", path={"code": "NOBODY-7K2Q"})
    told = {
        "path": {"code": "ANNA-7K2Q"},
        "headers": {"content-type": "application/x-www-form-urlencoded"},
    }
    for email, status in (("", 303), ("ben@example.com", 303), ("nobody", 422)):
        assert (
            fits(
                claim_offer.handler, "POST /c/{code}", body=urlencode({"email": email}), **told
            ).status
            == status
        )
    assert fits(serve_rewards.handler, "GET /rewards", query={"token": "none"}).status == 401


def test_what_is_public_needs_no_key():
    document = openapi()
    for route in (*CALLS, *PAGES):
        method, path = route.split(" ")
        assert document["paths"][path][method.lower()]["security"] == (
            [{"key": []}] if route in ROUTES else []
        )


def test_operations_have_names_of_their_own():
    names = [
        call["operationId"] for methods in openapi()["paths"].values() for call in methods.values()
    ]
    assert len(set(names)) == len(names) == len(CALLS) + len(PAGES)
    assert [name for name in names if not re.fullmatch(r"[a-z]+\.[a-z]+(_[a-z]+)*", name)] == []


def test_what_operations_are_about_is_said():
    document = openapi()
    told = [tag["name"] for tag in document["tags"]]
    assert told == sorted({call.resource for call in (CALLS | PAGES).values()})
    for call in (call for methods in document["paths"].values() for call in methods.values()):
        assert call["tags"] == [call["operationId"].split(".")[0]]


@pytest.mark.parametrize("name", PRESETS)
def test_programs_are_answered_as_told(name):
    document = load_preset(name) | {"id": "default"}
    assert faults(document, openapi()["components"]["schemas"]["Program"], openapi()) == []
    path = {"id": "default"}
    fits(serve_programs.handler, "GET /v1/programs/{id}", path=path)
    published = fits(
        serve_programs.handler,
        "POST /v1/programs/{id}/versions",
        path=path,
        body=document,
        headers={"If-Match": "1"},
    )
    assert published.status == 201
    assert faults(published.body, openapi()["components"]["schemas"]["Program"], openapi()) == []
    fits(serve_programs.handler, "POST /v1/programs/lint", body=document)


def test_refusals_are_answered_as_told():
    path = {"id": "default"}
    publish = "POST /v1/programs/{id}/versions"
    bodies = {412: "9", 428: ""}
    for status, seen in bodies.items():
        assert (
            fits(
                serve_programs.handler,
                publish,
                path=path,
                body=load_preset("recursive"),
                headers={"If-Match": seen},
            ).status
            == status
        )
    assert (
        fits(serve_programs.handler, publish, path=path, body={}, headers={"If-Match": "1"}).status
        == 422
    )
    assert (
        fits(serve_programs.handler, publish, path=path, body="{", headers={"If-Match": "1"}).status
        == 400
    )
    assert fits(serve_programs.handler, "GET /v1/programs", query={"cursor": "x"}).status == 400
    assert fits(serve_staff.handler, "POST /v1/parked/{id}/retry", path={"id": "x"}).status == 404
    assert fits(track_click.handler, "POST /v1/clicks", body={"code": "NOBODY"}).status == 404


def test_staff_is_answered_as_told():
    parked.park_order("1001", NOW, "no_exchange_rate", "Send its fx_rate.")
    parked.park(
        "evt_1",
        NOW,
        provider="stripe",
        topic="charge.updated",
        reason="irrelevant_topic",
        text="Nothing to do.",
    )
    assert len(fits(serve_staff.handler, "GET /v1/parked", caller=STAFF).body["items"]) == 2
    fits(
        serve_staff.handler,
        "POST /v1/parked/{id}/retry",
        path={"id": parked.order_place("1001")},
        caller=STAFF,
    )
    fits(serve_staff.handler, "POST /v1/verify", caller=STAFF)
    fits(serve_staff.handler, "GET /openapi.json", caller=STAFF)
    fits(serve_programs.handler, "GET /v1/programs", caller=STAFF)
    fits(serve_programs.handler, "GET /v1/programs/schema", caller=STAFF)


def test_clicks_are_answered_as_told():
    engine.write([engine.Write(CodeItem(*keys.code("ANNA"), member="A", first_name="Anna"))])
    fits(track_click.handler, "GET /r/{code}", path={"code": "ANNA"})
    told = fits(track_click.handler, "POST /v1/clicks", body={"code": "ANNA", "landing": "/"}).body
    fits(track_click.handler, "GET /v1/clicks/{ref_token}", path={"ref_token": told["ref_token"]})


def test_members_and_orders_are_answered_as_told():
    members, orders = serve_members.handler, serve_orders.handler
    fits(
        members,
        "PUT /v1/members/{id}",
        path={"id": "A"},
        body={"login": "anna", "name": "Anna A"},
        caller=SHOP,
    )
    form = {"login": "ines", "email": "ines@example.com", "referrer_login": "anna"}
    fits(members, "PUT /v1/members/{id}", path={"id": "I"}, body=form, caller=SHOP)
    assert faults(ORDER, openapi()["components"]["schemas"]["OrderFacts"], openapi()) == []
    told = fits(orders, "PUT /v1/orders/{id}", path={"id": "1001"}, body=ORDER, caller=SHOP)
    assert told.body["rewards"][0]["amount"] == 7_500
    fits(
        orders,
        "PUT /v1/orders/{id}",
        path={"id": "1002"},
        body=ORDER | {"refunds": [], "currency": "JPY"},
        caller=SHOP,
    )
    fits(
        orders,
        "PUT /v1/orders/{id}",
        path={"id": "1003"},
        body=ORDER | {"refunds": [], "customer": None},
        caller=SHOP,
    )
    fits(orders, "GET /v1/orders/{id}", path={"id": "1001"}, caller=SHOP)
    for route in (
        "GET /v1/members/{id}",
        "GET /v1/members/{id}/entries",
        "GET /v1/members/{id}/balance",
    ):
        assert fits(members, route, path={"id": "A"}, caller=SHOP).status == 200
        assert fits(members, route, path={"id": "nobody"}, caller=SHOP).status == 404


def test_whoever_may_send_an_idempotency_key_is_told_what_becomes_of_a_wrong_one():
    for route in (route for route, call in CALLS.items() if call.repeats):
        method, path = route.split(" ")
        assert {"400", "409"} <= openapi()["paths"][path][method.lower()]["responses"].keys(), route
