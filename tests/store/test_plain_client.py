"""The client of the tables leaves out botocore's walks, and still understands what DynamoDB says."""

import json
import sys
from collections.abc import Callable

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from pynamodb.exceptions import TransactWriteError

from benchmarks import shop
from benchmarks.floor import Floor
from shared.store import engine, keys, plain_client
from shared.store.attributions.members import MemberItem
from shared.store.connection import connection
from shared.store.engine import Check, Write, WriteConflict
from shared.store.items import ABSENT
from shared.store.ledger.orders import RefItem
from tests.support.engine_faults import Raw, answer, inject_fault

FIRST = {1}.__contains__
ALWAYS = bool
MOST_STEPS = 1.8


@pytest.fixture
def ref(tables) -> RefItem:
    """A stored item."""
    engine.open_tables()
    item = RefItem(*keys.ref("stripe:pi_1"), order="1001")
    engine.write([Write(item)])
    return item


def test_a_failed_condition_brings_the_item_that_is_there(ref):
    check = Check(ref, RefItem.order == "another").request()
    with pytest.raises(TransactWriteError) as raised:
        connection().transact_write_items([check], [], [], [])
    (reason,) = raised.value.cancellation_reasons
    assert reason.code == "ConditionalCheckFailed"
    assert reason.raw_item["order"] == {"S": "1001"}


def test_an_item_of_a_recorded_refusal_is_read(ref):
    """As AWS answers when the second of two conditions fails."""
    stored = {"pk": {"S": ref.pk}, "sk": {"S": ref.sk}, "v": {"N": "1"}, "order": {"S": "1001"}}
    reasons = [
        {"Code": "None"},
        {
            "Code": "ConditionalCheckFailed",
            "Item": stored,
            "Message": "The conditional request failed",
        },
    ]

    def refuse(request):
        return answer(request, "TransactionCanceledException", CancellationReasons=reasons)

    writes = [Write(MemberItem(*keys.member("I"))), Write(ref, RefItem.order == "another")]
    with inject_fault(refuse, ALWAYS, "TransactWriteItems") as sent, pytest.raises(WriteConflict) as raised:  # fmt: skip
        engine.write(writes)
    assert (raised.value.places, sent.sent) == ((1,), 1)


@pytest.mark.parametrize("code", ["TransactionConflict", "ThrottlingError"])
def test_a_cancelled_transaction_that_may_succeed_soon_is_a_conflict(ref, code):
    def refuse(request):
        reasons = [{"Code": code, "Message": "Transaction is ongoing for the item"}]
        return answer(request, "TransactionCanceledException", CancellationReasons=reasons)

    with inject_fault(refuse, ALWAYS, "TransactWriteItems"), pytest.raises(WriteConflict):
        engine.write([Write(ref)])


def _coral(request) -> AWSResponse:
    """As AWS answers for a table that is asked for too much."""
    body = {
        "__type": "com.amazon.coral.availability#ThrottlingException",
        "throttlingReasons": [{"reason": "TableReadAccountLimitExceeded", "resource": "arn:…"}],
        "message": "Throughput exceeds the account's limit for table",
    }
    headers = {"content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "R1"}
    return AWSResponse(request.url, 400, headers, Raw(json.dumps(body).encode()))


def _unavailable(request) -> AWSResponse:
    """As a load balancer answers before DynamoDB has seen the request."""
    page = b"<html><body><b>Http/1.1 Service Unavailable</b></body></html>"
    return AWSResponse(request.url, 503, {"content-type": "text/html"}, Raw(page))


@pytest.mark.parametrize(
    "respond",
    [
        _coral,
        _unavailable,
        lambda request: answer(request, "ProvisionedThroughputExceededException"),
        lambda request: answer(request, "InternalServerError", 500),
    ],
)
def test_what_passes_is_asked_again(ref, respond: Callable):
    with inject_fault(respond, FIRST) as sent:
        found = engine.find(RefItem, ref.key)
    assert (found.order, sent.sent) == ("1001", 2)


def test_an_attempt_at_a_transaction_is_repeated_under_its_token(ref):
    bodies = []

    def note(request):
        bodies.append(json.loads(request.body))
        return answer(request, "InternalServerError", 500) if len(bodies) == 1 else None

    with inject_fault(note, ALWAYS, "TransactWriteItems"):
        engine.write([Write(RefItem(*keys.ref("stripe:pi_2"), order="1002"), ABSENT)])
    assert bodies[0] == bodies[1]
    assert bodies[0]["ClientRequestToken"]


def test_binary_values_go_through_botocores_parser(ref):
    raw = {"pk": {"S": "BINARY#1"}, "sk": {"S": "1"}, "content": {"B": b"\x00\xffBert"}}
    table = RefItem.Meta.table_name
    connection().dispatch("PutItem", {"TableName": table, "Item": raw})
    key = {"pk": raw["pk"], "sk": raw["sk"]}
    assert connection().dispatch("GetItem", {"TableName": table, "Key": key})["Item"] == raw


def test_the_callers_parameters_stay_as_they_were(ref):
    asked = {"TableName": RefItem.Meta.table_name, "Key": {"pk": {"S": ref.pk}, "sk": {"S": ref.sk}}}  # fmt: skip
    connection().dispatch("GetItem", asked)
    assert asked["Key"] == {"pk": {"S": ref.pk}, "sk": {"S": ref.sk}}


def test_every_region_has_the_endpoint_that_botocores_rules_name(monkeypatch):
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB"):
        monkeypatch.delenv(name, raising=False)
    session, plain = botocore.session.Session(), botocore.session.Session()
    plain_client.simplify(plain)
    for region in ("eu-central-1", "us-east-1", "ap-southeast-5", "cn-north-1", "us-gov-west-1"):
        ours = plain.create_client("dynamodb", region)
        theirs = session.create_client("dynamodb", region)
        assert ours.meta.endpoint_url == theirs.meta.endpoint_url
        assert ours._ruleset_resolver is None


def _steps(action: Callable[[], object]) -> int:
    """How many instructions of Python's the action takes in all threads. The clock is no part."""
    monitoring, counted = sys.monitoring, 0

    def count(*_: object) -> None:
        nonlocal counted
        counted += 1

    tool = next(number for number in (3, 4) if monitoring.get_tool(number) is None)
    monitoring.use_tool_id(tool, "steps")
    try:
        monitoring.register_callback(tool, monitoring.events.INSTRUCTION, count)
        monitoring.set_events(tool, monitoring.events.INSTRUCTION)
        action()
        monitoring.set_events(tool, 0)
    finally:
        monitoring.free_tool_id(tool)
    return counted


def test_an_order_takes_few_steps_beside_one_bare_transaction(tables):
    """Steps of Python's interpreter, which a busy machine does not change; `python -m benchmarks
    work` measures processor time.
    """
    floor = Floor(1)
    floor.write()
    shop.deliver(shop.processor_facts("81"))
    bare = _steps(floor.write)
    assert _steps(lambda: shop.deliver(shop.processor_facts("82"))) / bare < MOST_STEPS
