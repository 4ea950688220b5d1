"""What strangers send: wrong keys, forged webhooks, odd links and clicks, wrong addresses, programs that make no sense."""

import json

import pytest

from tests.support.running_cloud import Answer
from tests.support.running_shop import RunningShop, refused, turned_away

PROGRAM = {
    "id": "default",
    "name": "Bad",
    "currency": "EUR",
    "credit": {"system": "levels", "levels": [{"percent": "10"}]},
}
ORDER = {"status": "completed", "currency": "EUR", "items_total": 10_000}
CLOSED = [
    ("GET", "/v1/members/{anna}"),
    ("PUT", "/v1/members/{anna}"),
    ("GET", "/v1/members/{anna}/entries"),
    ("GET", "/v1/members/{anna}/balance"),
    ("PUT", "/v1/orders/bad"),
    ("GET", "/v1/orders/bad"),
    ("GET", "/v1/programs"),
    ("POST", "/v1/programs"),
    ("POST", "/v1/programs/default/versions"),
    ("GET", "/v1/parked"),
    ("POST", "/v1/parked/none/retry"),
    ("POST", "/v1/verify"),
]
WRONG_KEYS = [
    "Bearer sk_wrong",
    "Bearer",
    "Bearer ",
    "Basic c2s6",
    "sk",
    "Bearer " + "a" * 5000,
    "Bearer ak_",
    "Bearer ms_a.b.c",
    "\u00e9",
]


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_without_a_key_nobody_gets_in(hostile, anna, method, path):
    path = path.format(anna=anna)
    body = None if method == "GET" else {"login": "bad"}
    turned_away(hostile.cloud.http(method, path, body), 401)
    for key in WRONG_KEYS:
        turned_away(hostile.cloud.http(method, path, body, {"authorization": key}), 403)
    turned_away(hostile.ask(method, path, body, hostile.cloud.local["publishable_key"]), 403)


@pytest.mark.parametrize(
    ("method", "path"),
    [row for row in CLOSED if "programs" in row[1] or "parked" in row[1] or "verify" in row[1]],
)
def test_the_shops_server_does_not_do_what_staff_does(hostile, method, path):
    turned_away(hostile.ask(method, path, None if method == "GET" else PROGRAM), 403)


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/v1/members/bad"), ("PUT", "/v1/orders/bad")]
)
def test_staff_does_not_do_what_the_shops_server_does(hostile, method, path):
    turned_away(hostile.ask(method, path, ORDER, hostile.staff_key), 403)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/v1"),
        ("GET", "/v1/nothing"),
        ("PATCH", "/v1/members/{anna}"),
        ("POST", "/v1/orders/bad"),
        ("PUT", "/v1/verify"),
        ("GET", "/webhooks/stripe"),
        ("GET", "/v1/members/../../etc/passwd"),
        ("POST", "/v1/members/{anna}/balance"),
        ("TRACE", "/v1/orders/bad"),
    ],
)
def test_there_is_nothing_at_a_wrong_address_or_under_a_wrong_method(hostile, anna, method, path):
    answer = hostile.ask(
        method, path.format(anna=anna), {} if method in ("POST", "PUT", "PATCH") else None
    )
    assert refused(answer, 404)["code"] == "no_such_route"


def test_a_webhook_of_an_unknown_processor_is_not_found(hostile):
    for provider in ("acme", "stripes", "stripe%00", "%2e%2e", "x" * 500):
        refused(hostile.ask("POST", f"/webhooks/{provider}", {}), 404)


SIGNATURES = [
    {},
    {"stripe-signature": ""},
    {"stripe-signature": "t=1772359200,v1="},
    {"stripe-signature": "t=1772359200,v1=" + "0" * 64},
    {"stripe-signature": "t=" + "9" * 400 + ",v1=0"},
    {"x-shopify-hmac-sha256": "AAAA", "x-wc-webhook-signature": "AAAA"},
    {"webhook-id": "a", "webhook-timestamp": "NaN", "webhook-signature": "v1,AAAA"},
]


@pytest.mark.parametrize("provider", ["stripe", "shopify", "woocommerce", "standard"])
def test_a_webhook_that_is_not_signed_is_refused(hostile, provider):
    for headers in SIGNATURES:
        for body in (b"", b"{}", json.dumps(ORDER).encode(), b"\xff\xfe"):
            refused(hostile.cloud.http("POST", f"/webhooks/{provider}", body, headers), 401)


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"no JSON", 400, None),
        (b"[]", 422, ""),
        (b"{}", 422, "code"),
        (b'{"code": 1}', 422, "code"),
        (b'{"code": ""}', 422, "code"),
        (b'{"code": "\\ud800"}', 422, "code"),
        (b'{"code": "a\\u0000b"}', 422, "code"),
        (b'{"code": "' + b"x" * 1000 + b'"}', 422, "code"),
        (b'{"code": "A", "landing": 1}', 422, "landing"),
        (b'{"code": "A", "landing": "/' + b"x" * 3000 + b'"}', 422, "landing"),
        (b'{"code": "A", "more": 1}', 422, "more"),
        (b'{"code": "NOBODY-0000"}', 404, None),
    ],
)
def test_a_bad_click_is_refused(hostile, body, status, field):
    for kind in ("application/json", "text/plain"):
        answer = hostile.cloud.http("POST", "/v1/clicks", body, {"content-type": kind})
        refused(answer, status, *([field] if field is not None else []))


@pytest.mark.parametrize(
    "code",
    ["NOBODY-0000", "%00", "%ff", "%0d%0aset-cookie:a=b", "x" * 3000, "..%2f..", "%F0%9F%92%A9"],
)
@pytest.mark.parametrize(
    "to",
    [
        "",
        "?to=//evil.example",
        "?to=https://evil.example/",
        "?to=/%0d%0aset-cookie:a=b",
        "?to=/\\evil.example",
    ],
)
def test_an_odd_link_leads_to_the_shop_and_sets_no_cookie(hostile, code, to):
    answer = hostile.cloud.get(f"/r/{code}{to}")
    assert (answer.status, answer.cookies) == (302, ())
    assert answer.headers["location"].startswith(hostile.cloud.local["shop_url"] + "/")


WRONG_PROGRAMS = [
    ({"currency": "XXX"}, "currency"),
    ({"credit": {"system": "lottery"}}, "credit.system"),
    ({"credit": {"system": "levels", "levels": [{"percent": 10}]}}, "credit.levels[0].percent"),
    ({"credit": {"system": "levels", "levels": [{"percent": "-1"}]}}, "credit.levels[0].percent"),
    ({"credit": {"system": "levels", "levels": [{"fixed": 10**30}]}}, "credit.levels[0].fixed"),
    (
        {"credit": {"system": "levels", "levels": [{"percent": "1", "fixed": 1}]}},
        "credit.levels[0]",
    ),
    ({"hold_days": -1}, "hold_days"),
    ({"hold_days": "14"}, "hold_days"),
    ({"time_zone": "Mars/Olympus"}, "time_zone"),
    ({"earn_on": "someday"}, "earn_on"),
    ({"rules": {"unheard_of": 1}}, "rules.unheard_of"),
    ({"unheard_of": 1}, "unheard_of"),
    ({"name": None}, "name"),
    ({"id": "another"}, "id"),
]


@pytest.mark.parametrize(
    ("terms", "field"), WRONG_PROGRAMS, ids=[json.dumps(terms)[:50] for terms, _ in WRONG_PROGRAMS]
)
def test_a_wrong_program_is_not_published(hostile, terms, field):
    refused(publish(hostile, PROGRAM | terms), 422, field)


def test_a_program_is_published_only_on_top_of_the_latest(hostile):
    refused(publish(hostile, PROGRAM, match=None), 428)
    refused(publish(hostile, PROGRAM, match="latest"), 400)
    refused(publish(hostile, PROGRAM, match='"99"'), 412)
    refused(publish(hostile, PROGRAM | {"id": "nothing"}, name="nothing"), 404)


def publish(
    shop: RunningShop, program: dict, match: str | None = '"1"', name: str = "default"
) -> Answer:
    headers = {"if-match": match} if match else {}
    return shop.ask("POST", f"/v1/programs/{name}/versions", program, shop.staff_key, **headers)
