"""What a client sends, and what it makes of answers: the same in each language."""

import json
import socket
import subprocess
from collections.abc import Callable, Iterator

import pytest

from tests.clients.conftest import CLIENTS, Call, Said, ScriptedServer, php
from web.clients.grapevine import Grapevine, Unreachable, _seconds_to_wait

BUSY = Said(503, {"code": "busy", "detail": "Ask again."}, {"retry-after": "0"})
SLOW_DOWN = Said(429, {"message": "Too Many Requests"}, {"retry-after": "0"})


def test_an_operation_is_its_request(call: Call, server: ScriptedServer):
    server.answers = [Said(200, {"items": [], "next_cursor": None})]
    told = call(server.url, "members.entries", "anna/b c", limit=2, cursor="a+b")
    (asked,) = server.asked
    assert told == {"answer": {"items": [], "next_cursor": None}}
    assert asked.method == "GET"
    assert asked.path == "/v1/members/anna%2Fb%20c/entries?limit=2&cursor=a%2Bb"
    assert asked.headers["authorization"] == "Bearer sk_1"
    assert "content-type" not in asked.headers


def test_a_flag_is_told_as_the_api_reads_it(call: Call, server: ScriptedServer):
    call(server.url, "orders.put", "1", {"currency": "EUR"}, dry_run=True)
    assert server.asked[0].path == "/v1/orders/1?dry_run=true"
    assert json.loads(server.asked[0].body) == {"currency": "EUR"}


def test_a_body_that_may_be_left_out_is_an_empty_object(call: Call, server: ScriptedServer):
    call(server.url, "holds.capture", "hold_1")
    assert server.asked[0].body == b"{}"


def test_what_is_refused_is_told_with_its_code_and_fields(call: Call, server: ScriptedServer):
    faults = [{"field": "login", "message": "is required"}]
    document = {
        "title": "Unprocessable Content",
        "status": 422,
        "code": "invalid",
        "errors": faults,
    }
    server.answers = [Said(422, document | {"detail": "Correct the fields."})]
    told = call(server.url, "members.put", "anna", {})
    assert (told["status"], told["code"], told["errors"]) == (422, "invalid", faults)
    assert told["detail"] == "Correct the fields."
    assert told["document"]["title"] == "Unprocessable Content"


def test_a_gateways_own_words_are_a_problem_too(call: Call, server: ScriptedServer):
    server.answers = [Said(401, {"message": "Unauthorized"})]
    told = call(server.url, "members.get", "anna")
    assert (told["status"], told["code"], told["detail"]) == (401, "", "Unauthorized")


@pytest.mark.parametrize("refusal", [BUSY, SLOW_DOWN, Said(0)], ids=["503", "429", "hung up"])
def test_what_passes_is_asked_again_with_the_same_key(
    call: Call, server: ScriptedServer, refusal: Said
):
    server.answers = [refusal, refusal, Said(201, {"id": "hold_1"})]
    told = call(server.url, "holds.create", "anna", {"order_id": "1", "amount": 5})
    assert told == {"answer": {"id": "hold_1"}}
    assert len(server.asked) == 3
    assert len({asked.headers["idempotency-key"] for asked in server.asked}) == 1


def test_another_call_has_another_key_unless_the_caller_gives_one(
    call: Call, server: ScriptedServer
):
    form = {"order_id": "1", "amount": 5}
    call(server.url, "holds.create", "anna", form)
    call(server.url, "holds.create", "anna", form)
    call(server.url, "holds.create", "anna", form, idempotency_key="hold-1")
    keys = [asked.headers["idempotency-key"] for asked in server.asked]
    assert len(set(keys)) == 3 and keys[2] == "hold-1"


def test_a_put_may_be_told_again_without_a_key(call: Call, server: ScriptedServer):
    server.answers = [BUSY, Said(200, {"id": "anna"})]
    assert call(server.url, "members.put", "anna", {"login": "anna"}) == {"answer": {"id": "anna"}}
    assert all("idempotency-key" not in asked.headers for asked in server.asked)
    call(server.url, "members.put", "anna", {"login": "anna"}, idempotency_key="anna-1")
    assert server.asked[2].headers["idempotency-key"] == "anna-1"


@pytest.mark.parametrize(
    ("refusal", "told"), [(BUSY, ("status", 503)), (Said(0), ("unreachable", True))]
)
def test_it_is_not_asked_for_ever(
    call: Call, server: ScriptedServer, refusal: Said, told: tuple[str, object]
):
    server.answers = [refusal]
    assert told in call(server.url, "members.get", "anna").items()
    assert len(server.asked) == 3


def test_what_could_happen_twice_is_not_asked_again(call: Call, server: ScriptedServer):
    server.answers = [BUSY]
    assert call(server.url, "keys.create", {"scope": "shop"})["status"] == 503
    assert len(server.asked) == 1


def test_what_does_not_pass_is_not_asked_again(call: Call, server: ScriptedServer):
    server.answers = [Said(409, {"code": "insufficient_credit", "detail": "", "available": 7})]
    told = call(server.url, "holds.create", "anna", {"order_id": "1", "amount": 5})
    assert (told["code"], told["document"]["available"]) == ("insufficient_credit", 7)
    assert len(server.asked) == 1


def test_a_redirect_is_an_answer_and_is_not_shown_the_key(call: Call, server: ScriptedServer):
    server.answers = [Said(302, headers={"location": f"{server.url}/elsewhere"})]
    told = call(server.url, "links.follow", "ANNA-7K2Q")
    assert told == {"answer": f"{server.url}/elsewhere"}
    assert len(server.asked) == 1


def test_a_file_is_text_and_nothing_is_null(call: Call, server: ScriptedServer):
    server.answers = [Said(200, "a,b", {"content-type": "text/csv; charset=utf-8"}), Said(204)]
    assert call(server.url, "journal.get", format="csv") == {"answer": '"a,b"'}
    assert call(server.url, "members.delete", "anna") == {"answer": None}
    assert server.asked[1].body == b""


def test_the_version_that_was_seen_is_told(call: Call, server: ScriptedServer):
    call(server.url, "programs.publish", "default", body={"id": "default"}, if_match='"3"')
    assert server.asked[0].headers["if-match"] == '"3"'


WAIT_IN_PHP = """
require $argv[1];
$method = new ReflectionMethod('Grapevine\\Grapevine', 'secondsToWait');
echo json_encode(array_map(fn ($given) => $method->invoke(null, ...$given), json_decode($argv[2])));
"""


def wait_in_php(*given: tuple[str, int]) -> list[float]:
    command = [php(), "-r", WAIT_IN_PHP, "--", CLIENTS / "grapevine.php", json.dumps(given)]
    return json.loads(subprocess.check_output(command))


def wait_in_python(*given: tuple[str, int]) -> list[float]:
    return [_seconds_to_wait(*one) for one in given]


@pytest.mark.parametrize("waits", [wait_in_python, wait_in_php], ids=["python", "php"])
def test_a_wait_is_what_the_answer_says_within_bounds(waits: Callable[..., list[float]]):
    asked, at_once, hour, first, later, last = waits(
        ("3", 0), ("0", 1), ("3600", 0), ("", 0), ("Wed, 21 Oct", 1), ("", 30)
    )
    assert (asked, at_once, hour) == (3, 0, 10)
    assert 0.25 <= first <= 0.5 <= later <= 1
    assert 5 <= last <= 10


SILENT_IN_PHP = """
require $argv[1];
try {
    (new Grapevine\\Grapevine($argv[2], timeout: 0.1, retries: 0))->members->get('anna');
} catch (Grapevine\\Unreachable) {
    echo 'unreachable';
}
"""


@pytest.fixture
def silent_server() -> Iterator[str]:
    """It takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_a_shop_does_not_wait_for_ever(silent_server: str):
    with pytest.raises(Unreachable):
        Grapevine(silent_server, timeout=0.1, retries=0).members.get("anna")
    command = [php(), "-r", SILENT_IN_PHP, "--", CLIENTS / "grapevine.php", silent_server]
    assert subprocess.check_output(command) == b"unreachable"
