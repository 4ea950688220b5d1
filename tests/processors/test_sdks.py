"""We speak as the processors' own libraries do: same requests, same signatures (`make sdks`)."""

import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.processors import client
from shared.processors.client import ProcessorClient
from shared.webhooks import PROVIDERS
from tests.support import sdk_calls
from tests.support.contracts import CONTRACTS
from tests.support.contracts.adyen import body, item
from tests.support.processor_stand_in import StandIn, stand_in

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-sdks" / "bin" / "python"
NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
pytestmark = pytest.mark.skipif(
    not PYTHON.exists(), reason="the processors' libraries are not here; make sdks installs them"
)


@pytest.fixture
def api() -> Iterator[StandIn]:
    client._authorizations.clear()
    with stand_in() as shown:
        yield shown
    client._authorizations.clear()


def library(call: str, **arguments: object) -> object:
    done = subprocess.run(
        [PYTHON, sdk_calls.__file__],
        input=json.dumps({"call": call, **arguments}),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)["answer"]


def requests(api: StandIn, *headers: str) -> list[tuple]:
    """What was asked so far, with these headers alone."""
    asked = [
        (method, path, sent, *(given.get(name, "").lower() for name in headers))
        for method, path, given, sent in api.asked
    ]
    api.asked.clear()
    return asked


def ours(provider: str, api: StandIn, key: str) -> ProcessorClient:
    access = PROVIDERS[provider].api
    assert access is not None
    return ProcessorClient(access, api.url, key, "http://127.0.0.1:8000")


def test_square(api):
    api.documents["/v2/orders/ord1"] = {"order": {"id": "ord1", "location_id": "L"}}
    library("ask_square", base_url=api.url, key="a-key", order="ord1")
    theirs = requests(api, "authorization", "square-version")
    ours("square", api, "a-key").get("/v2/orders/ord1")
    assert requests(api, "authorization", "square-version") == theirs


def test_paypal(api):
    paths = ("/v2/checkout/orders/O1", "/v2/payments/captures/C1", "/v2/payments/refunds/R1")
    api.documents |= {path: {"id": path[-2:]} for path in paths}
    library(
        "ask_paypal", base_url=api.url, key="an-id:a-secret", order="O1", capture="C1", refund="R1"
    )
    theirs = requests(api)
    token = next((method, path, sent) for method, path, sent in theirs if "oauth2" in path)
    asking = ours("paypal", api, "an-id:a-secret")
    for path in paths:
        asking.get(path)
    mine = requests(api)
    assert mine[0] == token
    assert [row for row in mine if row != token] == [row for row in theirs if row != token]


def test_signatures_of_square_and_adyen():
    contract, raw = CONTRACTS["square"], b'{"merchant_id": "M"}'
    headers, _ = contract.sign(contract.secret, raw, NOW)
    (signature,) = headers.values()
    assert library(
        "check_square",
        body=raw.decode(),
        signature=signature,
        key=contract.secret,
        url=contract.receiver.url,
    )
    contract = CONTRACTS["adyen"]
    document = body(item("AUTHORISATION", "P1", 1000, 1, merchantReference="a:b\\c/é"))
    _, sealed = contract.sign(contract.secret, json.dumps(document).encode(), NOW)
    assert library("check_adyen", document=json.loads(sealed), key=contract.secret) is True


def test_paddle(api):
    paths = ("/customers/ctm_1", "/discounts/dsc_1")
    api.documents |= {path: {"data": {"id": path[-5:]}} for path in paths}
    library("ask_paddle", base_url=api.url, key="a-key", customer="ctm_1", discount="dsc_1")
    theirs = requests(api, "authorization", "paddle-version")
    for path in paths:
        ours("paddle", api, "a-key").get(path)
    assert requests(api, "authorization", "paddle-version") == theirs


def test_stripe(api):
    """Its library numbers the entries of a list; Stripe reads both ways alike."""
    code, invoice = "/v1/promotion_codes/promo_1", "/v1/invoices/in_1"
    numbered, plain = (
        f"{invoice}?expand%5B{place}%5D=discounts.promotion_code" for place in ("0", "")
    )
    api.documents |= {path: {"id": "x"} for path in (code, numbered, plain)}
    library("ask_stripe", base_url=api.url, key="rk_1", code="promo_1", invoice="in_1")
    theirs = [
        (method, path.replace(numbered, plain), *rest)
        for method, path, *rest in requests(api, "authorization")
    ]
    for path in (code, plain):
        ours("stripe", api, "rk_1").get(path)
    assert requests(api, "authorization") == theirs


def test_signatures_of_paddle_and_bigcommerce():
    raw, now = b'{"data": 1}', datetime.now(UTC)
    for name in ("paddle", "bigcommerce"):
        contract = CONTRACTS[name]
        headers, _ = contract.sign(contract.secret, raw, now)
        told = {"body": raw.decode(), "headers": dict(headers), "key": contract.secret}
        assert library(f"check_{name}", **told) is True
