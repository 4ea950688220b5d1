"""A webhook of ours is verified by each client, and nothing else passes for one."""

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from shared.webhooks import standard
from tests.clients.conftest import CLIENTS, php
from tests.support.checkout_page import blocks
from web.clients.grapevine import WebhookRefused, verify_webhook

SECRET = "whsec_c3RhbmRhcmQgc2VjcmV0IG9mIHRoZSB0ZXN0cyE="
AT = datetime(2026, 3, 1, 10, tzinfo=UTC)
NOW = int(AT.timestamp())
BODY = '{"type": "RewardPosted", "data": {"friend": "J\\u00fcrgen ü"}}'
SIGNED = standard.SIGNATURE.sign(SECRET, BODY.encode(), AT, "evt_1")
ROTATED = f"v1,{'A' * 43}= {SIGNED['webhook-signature']}"

type Verify = Callable[[str, dict, str, int], object]


def verify_in_python(body: str, headers: dict, secret: str, now: int) -> object:
    try:
        return verify_webhook(body, headers, secret, now=now)
    except WebhookRefused:
        return None


PHP = """
require $argv[1];
[$body, $headers, $secret, $now] = json_decode($argv[2], true);
try {
    echo json_encode(Grapevine\\verifyWebhook($body, $headers, $secret, $now));
} catch (Grapevine\\WebhookRefused) {
    echo 'null';
}
"""


def verify_in_php(*told: object) -> object:
    told = json.dumps(told)
    return json.loads(
        subprocess.check_output([php(), "-r", PHP, "--", CLIENTS / "grapevine.php", told])
    )


def verify_in_javascript(*told: object) -> object:
    """By the lines that `docs/checkout.md` gives, where node is installed."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("the lines for JavaScript are tried where node is installed")
    (lines,) = blocks("js")
    script = f"{lines}\nconsole.log(JSON.stringify(verifyWebhook(...{json.dumps(told)})))"
    return json.loads(
        subprocess.check_output([node, "--input-type=module"], input=script, text=True)
    )


@pytest.fixture(
    params=[verify_in_python, verify_in_php, verify_in_javascript],
    ids=["python", "php", "javascript"],
)
def verify(request: pytest.FixtureRequest) -> Verify:
    return request.param


@pytest.mark.parametrize(
    ("headers", "now"),
    [
        (SIGNED, NOW),
        (SIGNED, NOW + 300),
        (SIGNED, NOW - 300),
        (SIGNED | {"webhook-signature": ROTATED}, NOW),
    ],
    ids=["now", "late", "early", "while a secret is replaced"],
)
def test_ours_is_read(verify: Verify, headers: dict, now: int):
    assert verify(BODY, headers, SECRET, now) == json.loads(BODY)


@pytest.mark.parametrize(
    ("body", "headers", "secret", "now"),
    [
        (BODY + " ", SIGNED, SECRET, NOW),
        (BODY, SIGNED | {"webhook-id": "evt_2"}, SECRET, NOW),
        (BODY, SIGNED | {"webhook-timestamp": str(NOW + 1)}, SECRET, NOW),
        (BODY, SIGNED | {"webhook-timestamp": "now"}, SECRET, NOW),
        (BODY, SIGNED, SECRET, NOW + 301),
        (BODY, SIGNED, SECRET, NOW - 301),
        (BODY, SIGNED, "whsec_YW5vdGhlciBzZWNyZXQgb2YgdGhlIHRlc3Rz", NOW),
        (BODY, SIGNED, "", NOW),
        (BODY, SIGNED | {"webhook-signature": "v1,"}, SECRET, NOW),
        (BODY, SIGNED | {"webhook-signature": SIGNED["webhook-signature"][3:]}, SECRET, NOW),
        (
            BODY,
            SIGNED | {"webhook-signature": "v1a" + SIGNED["webhook-signature"][2:]},
            SECRET,
            NOW,
        ),
        (BODY, {"webhook-id": "evt_1"}, SECRET, NOW),
    ],
)
def test_nothing_else_is(verify: Verify, body: str, headers: dict, secret: str, now: int):
    assert verify(body, headers, secret, now) is None


def test_header_names_may_be_in_any_case():
    headers = {name.title(): value for name, value in SIGNED.items()}
    assert verify_in_python(BODY, headers, SECRET, NOW) == json.loads(BODY)
    assert verify_in_php(BODY, headers, SECRET, NOW) == json.loads(BODY)
