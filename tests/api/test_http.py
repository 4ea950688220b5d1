import json

import pytest

from shared.api.http import Answer, Api
from shared.api.request import LARGEST_BODY, Request
from shared.domain.document import SourceDocument, parse_amount, parse_identifier
from shared.problem import STATUSES, Conflict, NotFound, Unauthorized
from shared.store.engine import TableBusy
from tests.support.http_events import NOW, SHOP, http_event, send

ROUTE = "PUT /v1/members/{id}"


@pytest.fixture(autouse=True)
def named_tables(monkeypatch):
    for name in ("ATTRIBUTIONS_TABLE", "LEDGER_TABLE", "PROGRAMS_TABLE"):
        monkeypatch.setenv(name, name)


def answering(function):
    api = Api()
    api.route(ROUTE)(function)
    return api


def refusing(error):
    def refuse(request):
        raise error

    return answering(refuse)


def test_an_answer_is_json():
    answered = send(
        answering(lambda request: Answer({"name": "Zoë"}, 201, {"etag": '"1"'}, ("a=b",))), ROUTE
    )
    assert (answered.status, answered.text, answered.cookies) == (201, '{"name":"Zoë"}', ["a=b"])
    assert answered.headers == {
        "content-type": "application/json",
        "cache-control": "no-store",
        "etag": '"1"',
    }


def test_text_that_no_utf8_can_carry_is_escaped():
    answered = send(answering(lambda request: Answer({"x": "\ud800"})), ROUTE)
    assert answered.text.encode() == b'{"x":"\\ud800"}'


def test_a_route_that_nobody_serves_is_404():
    answered = send(Api(), ROUTE)
    assert (answered.status, answered.code, answered.headers["content-type"]) == (
        404,
        "no_such_route",
        "application/problem+json",
    )


@pytest.mark.parametrize(("kind", "status"), STATUSES.items())
def test_each_refusal_has_its_status(kind, status):
    answered = send(refusing(kind("some_code", "Do this.")), ROUTE)
    assert answered.status == status
    expected = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status,
        "code": "some_code",
        "detail": "Do this.",
    }
    assert expected.items() <= answered.body.items()


def test_a_refusal_carries_what_else_is_known():
    answered = send(
        refusing(Conflict("insufficient_credit", "Ask for less.", available=500)), ROUTE
    )
    assert answered.body["available"] == 500


def test_faults_of_a_document_are_named():
    def read(request):
        source = SourceDocument(request.body())
        source.get("amount", parse_amount)
        source.get("id", parse_identifier)
        source.finish()

    answered = send(answering(read), ROUTE, body={"amount": -1})
    assert (answered.status, answered.code, answered.fields) == (422, "invalid", ["amount", "id"])


def test_busy_says_when_to_come_again():
    answered = send(refusing(TableBusy("conflicts")), ROUTE)
    assert (answered.status, answered.code, answered.headers["retry-after"]) == (503, "busy", "1")


def test_unauthorized_names_the_scheme():
    answered = send(refusing(Unauthorized("session_expired", "Ask for a new one.")), ROUTE)
    assert (answered.status, answered.headers["www-authenticate"]) == (401, "Bearer")


def test_a_fault_of_ours_is_logged_without_what_people_sent_and_told_without_internals(caplog):
    answered = send(
        refusing(LookupError("ines@example.com")),
        ROUTE,
        path={"id": "I"},
        body={"email": "ines@example.com"},
    )
    assert (answered.status, answered.code) == (500, "internal_error")
    assert "LookupError" not in answered.text and "ines" not in answered.text
    (line,) = caplog.records
    assert (line.fault, line.route) == ("LookupError", ROUTE)
    assert "test_http.py" in line.places[-1] and "ines" not in str(line.__dict__)


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("", 400, "invalid_json"),
        ("{", 400, "invalid_json"),
        ("\ufeff{}", 400, "invalid_json"),
        ('{"a": NaN}', 400, "invalid_json"),
        ('{"a": -Infinity}', 400, "invalid_json"),
        ('{"a": 1e999}', 400, "invalid_json"),
        ('{"a": 1, "a": 2}', 400, "invalid_json"),
        ('{"a": ' + "9" * 5_000 + "}", 400, "invalid_json"),
        ("[" * 100_000, 400, "invalid_json"),
        ("[" * 100_000 + "]" * 100_000, 400, "invalid_json"),
        ("[1]", 422, "invalid"),
        ("null", 422, "invalid"),
        ('"text"', 422, "invalid"),
        (b"\xff\xfe{}", 400, "invalid_json"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(text, status, code):
    answered = send(answering(lambda request: Answer(request.body())), ROUTE, body=text)
    assert (answered.status, answered.code) == (status, code)


def test_a_body_in_base64_is_decoded():
    answered = send(
        answering(lambda request: Answer(request.body())), ROUTE, body='{"name": "Zoë"}'.encode()
    )
    assert answered.body == {"name": "Zoë"}


def test_a_body_that_only_claims_to_be_base64_is_refused():
    event = http_event(ROUTE, body="{}") | {"isBase64Encoded": True}
    assert (
        json.loads(answering(lambda request: Answer(request.body()))(event)["body"])["code"]
        == "invalid_body"
    )


def test_a_body_that_nobody_reads_may_not_be_larger_either():
    handler = answering(lambda request: Answer({}))
    assert send(handler, ROUTE, body=b" " * LARGEST_BODY).status == 200
    refused = send(handler, ROUTE, body=b" " * (LARGEST_BODY + 1))
    assert (refused.status, refused.code) == (413, "payload_too_large")


@pytest.mark.parametrize("encoded", [True, False])
@pytest.mark.parametrize(("size", "status"), [(LARGEST_BODY, 200), (LARGEST_BODY + 1, 413)])
def test_a_body_of_256_kib_is_taken_and_no_byte_more(size, status, encoded):
    text = json.dumps({"a": "ä" * 10}, ensure_ascii=False)
    text = text.replace("{", "{" + " " * (size - len(text.encode())))
    answered = send(
        answering(lambda request: Answer(len(request.body()))),
        ROUTE,
        body=text.encode() if encoded else text,
    )
    assert answered.status == status
    if status == 413:
        assert answered.code == "payload_too_large"


@pytest.mark.parametrize(
    "given", ["gid%3A%2F%2Fshopify%2FCustomer%2F1", "a%23b%3Fc", "J%C3%BCrgen", "a b", "x" * 128]
)
def test_an_id_may_hold_anything_printable(given):
    answered = send(answering(lambda request: Answer(request.path_id())), ROUTE, path={"id": given})
    assert answered.status == 200


def test_an_encoded_slash_in_an_id_is_a_slash():
    answered = send(
        answering(lambda request: Answer(request.path_id())),
        ROUTE,
        path={"id": "gid%3A%2F%2Fshop%2F1"},
    )
    assert answered.body == "gid://shop/1"


@pytest.mark.parametrize("given", ["x" * 129, "a%0Ab", "%00", "", "x" * 1000])
def test_an_id_that_cannot_be_one_names_the_field(given):
    answered = send(answering(lambda request: Answer(request.path_id())), ROUTE, path={"id": given})
    assert (answered.status, answered.fields) == (422, ["id"])


def test_now_is_when_the_request_arrived():
    assert Request(http_event(ROUTE, at=NOW)).now == NOW
    assert (
        send(answering(lambda request: Answer(request.now.isoformat())), ROUTE, at=NOW).body
        == "2026-03-01T10:00:00+00:00"
    )


def test_headers_and_cookies_are_found_whatever_their_case():
    request = Request(
        http_event(ROUTE, headers={"If-Match": ' "1" '}, cookies=["a=1", "gv_ref=abc=d"])
    )
    assert (request.header("if-match"), request.header("absent")) == ('"1"', "")
    assert (request.cookie("gv_ref"), request.cookie("absent")) == ("abc=d", None)


def test_the_caller_is_whom_the_authorizer_found():
    assert Request(http_event(ROUTE, caller=SHOP)).caller.scope == "shop"
    assert (
        Request(http_event(ROUTE, caller={"scope": "member", "member": "F"})).caller.member == "F"
    )
    assert Request(http_event(ROUTE)).caller.scope == "public"


@pytest.mark.parametrize(
    ("ends", "status"), [("2026-03-01T10:00:00.001Z", 200), ("2026-03-01T10:00:00Z", 401)]
)
def test_a_session_that_ended_since_the_authorizer_saw_it_is_refused(ends, status):
    caller = {"scope": "member", "member": "F", "expires_at": ends}
    assert (
        send(answering(lambda request: Answer(request.caller.scope)), ROUTE, caller=caller).status
        == status
    )


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"dry_run": "true"}, 200),
        ({"dry_run": "false"}, 200),
        ({}, 200),
        ({"dry_run": "yes"}, 422),
        ({"dry_run": ""}, 422),
    ],
)
def test_flags_are_true_or_false(query, status):
    assert (
        send(answering(lambda request: Answer(request.flag("dry_run"))), ROUTE, query=query).status
        == status
    )


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("1", 200),
        ("9", 200),
        ("0", 422),
        ("10", 422),
        ("-1", 422),
        ("x", 422),
        ("²", 422),
        ("9" * 5_000, 422),
    ],
)
def test_counts_are_whole_numbers_within_bounds(text, status):
    answered = send(
        answering(lambda request: Answer(request.count("version", 1, 9))),
        ROUTE,
        query={"version": text},
    )
    assert (answered.status, answered.body if status == 200 else answered.fields) == (
        status,
        int(text) if status == 200 else ["version"],
    )


def test_an_instant_in_the_query_is_read_or_named():
    handler = answering(lambda request: Answer(str(request.instant("as_of"))))
    assert send(handler, ROUTE, query={"as_of": "2026-03-01T10:00:00Z"}).body == str(NOW)
    assert send(handler, ROUTE, query={"as_of": "2026-03-01T11:00:00 01:00"}).body == str(NOW)
    assert send(handler, ROUTE, query={"as_of": "yesterday"}).fields == ["as_of"]
    assert send(handler, ROUTE).body == "None"


LIST = "GET /v1/parked"


def listing(request):
    page = request.page()
    rows = [f"row {number:03}" for number in range(int(request.query("there") or 5))]
    rest = [row for row in rows if row > page.after]
    some = rest[: page.limit]
    return Answer(page.listing(some, some[-1] if len(rest) > len(some) else None))


def paged():
    api = Api()
    api.route(LIST)(listing)
    api.route("GET /v1/programs")(listing)
    return api


def test_pages_follow_one_another_to_the_end():
    handler, cursor, seen = paged(), None, []
    while True:
        answered = send(
            handler, LIST, query={"limit": "2"} | ({"cursor": cursor} if cursor else {})
        )
        seen += answered.body["items"]
        cursor = answered.body["next_cursor"]
        if cursor is None:
            break
    assert seen == [f"row {number:03}" for number in range(5)]


def test_who_names_no_limit_gets_a_hundred():
    answered = send(paged(), LIST, query={"there": "101"})
    assert (len(answered.body["items"]), answered.body["next_cursor"] is None) == (100, False)


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "x", "1.5", "", "9" * 5_000, "²"])
def test_a_limit_is_1_to_1000(limit):
    answered = send(paged(), LIST, query={"limit": limit})
    assert (answered.status, answered.fields) == (422, ["limit"])


@pytest.mark.parametrize("limit", ["1", "1000"])
def test_the_least_and_the_most_limit_are_taken(limit):
    assert send(paged(), LIST, query={"limit": limit}).status == 200


@pytest.mark.parametrize("cursor", ["nonsense", "abcd", "ä", "=", "A" * 5_000])
def test_a_cursor_that_no_list_gave_is_refused(cursor):
    answered = send(paged(), LIST, query={"cursor": cursor})
    assert (answered.status, answered.code) == (400, "invalid_cursor")


def test_a_cursor_of_another_list_is_refused():
    cursor = send(paged(), LIST, query={"limit": "2"}).body["next_cursor"]
    assert send(paged(), "GET /v1/programs", query={"cursor": cursor}).code == "invalid_cursor"


def test_not_found_is_a_refusal_of_its_own():
    assert (
        send(refusing(NotFound("unknown_member", "Register the member first.")), ROUTE).status
        == 404
    )


def test_an_address_is_made_of_the_route_and_its_parts_for_the_gateway_decodes_the_path():
    event = http_event("GET /v1/members/{id}/entries", path={"id": "gid://shop/Customer/1 é{id}"})
    decoded = event | {"rawPath": "/v1/members/gid://shop/Customer/1 é{id}/entries"}
    assert Request(decoded).raw_path == (
        "/v1/members/gid%3A%2F%2Fshop%2FCustomer%2F1%20%C3%A9%7Bid%7D/entries"
    )
    assert Request(event | {"routeKey": "$default", "rawPath": "/else where"}).raw_path == (
        "/else where"
    )
