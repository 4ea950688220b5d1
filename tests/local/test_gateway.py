import base64
import re

import pytest

from local.cloud.resources import ApiRoute
from local.cloud.routing import Routes
from tests.support.running_cloud import ROOT, RunningCloud


def test_the_path_is_decoded_and_the_query_string_is_not(cloud: RunningCloud):
    event = cloud.get("/items/a%2Fb%20%C3%A9?x=1&x=2&flag&y=%20+").json
    assert event["pathParameters"] == {"id": "a/b é"}
    assert event["rawPath"] == "/items/a/b é"
    assert event["rawQueryString"] == "x=1&x=2&flag&y=%20+"
    assert event["queryStringParameters"] == {"x": "1,2", "flag": "", "y": "  "}
    assert event["routeKey"] == "GET /items/{id}"


def test_a_path_parameter_of_five_thousand_letters_arrives(cloud: RunningCloud):
    assert cloud.get("/items/" + "m" * 5000).json["pathParameters"]["id"] == "m" * 5000


def test_the_literal_route_beats_the_parameter_and_the_greedy_one_takes_the_rest(
    cloud: RunningCloud,
):
    assert cloud.get("/items/special").json["routeKey"] == "GET /items/special"
    assert cloud.get("/files/a/b%2Fc/d").json["pathParameters"] == {"path": "a/b/c/d"}


@pytest.mark.parametrize(
    "path", ["/", "/items", "/items/", "/items/1/2", "/nothing", "/_local/nothing"]
)
def test_what_no_route_takes_is_not_found(cloud: RunningCloud, path: str):
    assert cloud.get(path).status == 404


def test_a_wrong_method_is_not_found_as_on_api_gateway(cloud: RunningCloud):
    answer = cloud.http("DELETE", "/items/1")
    assert (answer.status, answer.body) == (404, b'{"message":"Not Found"}')


def test_cookies_come_apart_and_headers_are_lower_case(cloud: RunningCloud):
    event = cloud.get("/items/1", **{"Cookie": "gv_ref=abc; theme=dark", "X-Thing": "A,b"}).json
    assert event["cookies"] == ["gv_ref=abc", "theme=dark"]
    assert event["headers"]["x-thing"] == "A,b"
    assert "cookie" not in event["headers"]


def test_text_travels_as_text_and_the_rest_in_base64(cloud: RunningCloud):
    text = cloud.post("/echo", {"amount": "é"}).json
    assert (text["body"], text["isBase64Encoded"]) == ('{"amount": "\\u00e9"}', False)
    raw = b"\x00\xff not text"
    for kind in (
        "application/octet-stream",
        "application/json",
        "application/x-www-form-urlencoded",
    ):
        event = cloud.http("POST", "/echo", raw, {"content-type": kind}).json
        assert event["isBase64Encoded"] is True
        assert base64.b64decode(event["body"]) == raw


def test_a_request_without_a_body_has_none(cloud: RunningCloud):
    event = cloud.get("/items/1").json
    assert "body" not in event
    assert event["isBase64Encoded"] is False


def test_the_context_tells_method_address_agent_and_time(cloud: RunningCloud):
    cloud.clock("2026-03-01T10:00:00.250Z")
    context = cloud.get("/items/1", **{"user-agent": "tests"}).json["requestContext"]
    cloud.clock(None)
    assert context["timeEpoch"] == 1772359200250
    assert context["time"] == "01/Mar/2026:10:00:00 +0000"
    assert context["http"]["method"] == "GET"
    assert (context["http"]["sourceIp"], context["http"]["userAgent"]) == ("127.0.0.1", "tests")
    assert context["requestId"]


def test_more_than_a_lambda_may_refuse_reaches_it_and_more_than_the_gateway_takes_does_not(
    cloud: RunningCloud,
):
    assert (
        len(
            cloud.http("POST", "/echo", b"x" * 300_000, {"content-type": "text/plain"}).json["body"]
        )
        == 300_000
    )
    assert (
        cloud.http(
            "POST", "/echo", b"x" * (10 * 1024 * 1024 + 1), {"content-type": "text/plain"}
        ).status
        == 413
    )


def test_a_response_keeps_status_headers_cookies_and_bytes(cloud: RunningCloud):
    wanted = {
        "statusCode": 302,
        "headers": {"Location": "https://shop.example.com/", "Content-Type": "image/png"},
        "cookies": ["a=1; Secure", "b=2"],
        "body": base64.b64encode(b"\x00\x01").decode(),
        "isBase64Encoded": True,
    }
    answer = cloud.post("/answer", wanted)
    assert (answer.status, answer.body, answer.cookies) == (
        302,
        b"\x00\x01",
        ("a=1; Secure", "b=2"),
    )
    assert answer.headers["location"] == "https://shop.example.com/"
    assert answer.headers["apigw-requestid"]


def test_headers_of_the_older_payload_are_left_out_as_on_api_gateway(cloud: RunningCloud):
    wanted = {"statusCode": 200, "body": "x", "multiValueHeaders": {"x-many": ["1", "2"]}}
    assert "x-many" not in cloud.post("/answer", wanted).headers


def test_more_than_lambda_takes_or_gives_back_is_refused(cloud: RunningCloud):
    raw, kind = b"\xff" * 5_000_000, {"content-type": "application/octet-stream"}
    assert cloud.http("POST", "/echo", raw, kind).status == 413  # 6.7 million letters of base64
    assert cloud.post("/answer", {"statusCode": 200, "times": 7, "body": "x" * 10**6}).status == 500


def test_headers_and_address_have_ten_kilobytes_together(cloud: RunningCloud):
    assert cloud.get("/items/1", **{"x-long": "x" * 9_000}).status == 200
    assert cloud.get("/items/1", **{"x-long": "x" * 10_200}).status == 431


def test_a_result_without_a_status_is_the_json_of_a_200(cloud: RunningCloud):
    answer = cloud.post("/answer", {"items": []})
    assert (answer.status, answer.json, answer.headers["content-type"]) == (
        200,
        {"items": []},
        "application/json",
    )


@pytest.mark.parametrize(
    "result", [{"statusCode": "soon"}, {"statusCode": 200, "body": {"not": "text"}}]
)
def test_a_malformed_result_is_the_gateways_500(cloud: RunningCloud, result: dict):
    answer = cloud.post("/answer", result)
    assert (answer.status, answer.json) == (500, {"message": "Internal Server Error"})


def test_a_handler_that_cannot_be_imported_costs_its_own_function_alone(cloud: RunningCloud):
    assert cloud.get("/broken").status == 500
    assert cloud.get("/items/1").status == 200


def test_a_route_without_identity_is_unauthorized_and_the_authorizer_is_not_asked(
    cloud: RunningCloud,
):
    answer = cloud.get("/guarded/1")
    assert (answer.status, answer.body) == (401, b'{"message":"Unauthorized"}')


def test_the_authorizers_no_is_forbidden(cloud: RunningCloud):
    answer = cloud.get("/guarded/1", authorization="wrong")
    assert (answer.status, answer.body) == (403, b'{"message":"Forbidden"}')


def test_an_authorizer_that_fails_is_a_500(cloud: RunningCloud):
    assert cloud.get("/guarded/1", authorization="raise").status == 500


def test_what_the_authorizer_grants_reaches_the_handler(cloud: RunningCloud):
    event = cloud.get("/guarded/1", authorization="open sesame").json
    assert event["requestContext"]["authorizer"] == {
        "lambda": {"identity": "open sesame,GET /guarded/{id}"}
    }


def routes(*keys: str) -> Routes:
    parts = [key.split(" ") for key in keys]
    return Routes(
        tuple(ApiRoute(part[0] if part[1:] else "ANY", part[-1], "F", None) for part in parts)
    )


@pytest.mark.parametrize(
    ("request_line", "key"),
    [
        ("GET /a/b", "GET /a/{x}"),
        ("POST /a/b", "ANY /a/{x}"),
        ("GET /a/b/c", "GET /a/{rest+}"),
        ("OPTIONS /a/b", "ANY /a/{x}"),
        ("OPTIONS /else", "OPTIONS /{proxy+}"),
        ("GET /else", "$default"),
        ("OPTIONS /", "$default"),
    ],
)
def test_routes_are_chosen_as_api_gateway_chooses(request_line: str, key: str):
    """In the order of its documentation: the whole path, the greedy part, `$default`."""
    chosen = routes(
        "$default", "OPTIONS /{proxy+}", "GET /a/{rest+}", "ANY /a/{x}", "GET /a/{x}"
    ).find(*request_line.split(" "))
    assert chosen is not None
    assert chosen[0].key == key


def test_default_takes_preflights_where_no_other_route_does(grapevine: RunningCloud):
    """So the template has a route for them, and a call with a key from the shop's page goes through."""
    shop = grapevine.local["shop_url"]
    asked = {
        "origin": shop,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
    }
    answer = grapevine.http("OPTIONS", "/v1/quotes", None, asked)
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (204, shop)
    assert answer.headers["access-control-allow-headers"] == "authorization, content-type"
    elsewhere = grapevine.http("OPTIONS", "/", None, asked)
    assert (elsewhere.status, elsewhere.json["code"]) == (404, "no_such_route")


def test_a_preflight_of_the_shop_is_answered_by_the_gateway(cloud: RunningCloud):
    shop = cloud.local["shop_url"]
    answer = cloud.http(
        "OPTIONS", "/echo", None, {"origin": shop, "access-control-request-method": "POST"}
    )
    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == shop
    assert answer.headers["access-control-allow-methods"] == "GET,POST"
    assert answer.headers["access-control-max-age"] == "600"


def test_another_origin_is_told_nothing(cloud: RunningCloud):
    preflight = cloud.http(
        "OPTIONS",
        "/echo",
        None,
        {"origin": "https://elsewhere.example", "access-control-request-method": "POST"},
    )
    assert not [name for name in preflight.headers if name.startswith("access-control")]
    assert (
        "access-control-allow-origin"
        not in cloud.get("/items/1", origin="https://elsewhere.example").headers
    )


def test_the_template_says_who_may_read_and_the_function_does_not(cloud: RunningCloud):
    shop = cloud.local["shop_url"]
    answer = cloud.post(
        "/answer",
        {"statusCode": 200, "headers": {"access-control-allow-origin": "*"}, "body": "x"},
        origin=shop,
    )
    assert answer.headers["access-control-allow-origin"] == shop
    assert answer.headers["vary"] == "Origin"


def test_no_function_reads_what_only_aws_sends():
    sources = [*(ROOT / "functions").glob("*.py"), *(ROOT / "shared").rglob("*.py")]
    text = "".join(path.read_text() for path in sources).lower()
    for header in ("x-forwarded-proto", "x-forwarded-port", "x-amzn-trace-id"):
        assert header not in text


def test_every_difference_to_aws_names_a_test_that_is_there():
    page = (ROOT / "docs" / "local-cloud.md").read_text()
    named = re.findall(r"`(tests/[^`]+)`", page)
    assert len(named) > 20
    for name in named:
        file, _, test = name.partition("::")
        assert (ROOT / file).exists(), name
        assert not test or f"def {test}(" in (ROOT / file).read_text(), name
